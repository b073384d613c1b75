"""Names that a biology prescription document carries: roots, templates, national codes, and our own for what has none.

Sources: CI-SIS model BIO-EP-BIO_2022.01 (section and entry schematrons), JDV_Bio_instruction_patient and
JDV_SpecimenType_CISIS of the ANS, the published example eP-MED-DM_2024.01 for the labels of the sub-types and flags.
What no public terminology names is coded in a code system of ours, whose CDA name is the UUIDv5 of its canonical URI:
CDA wants an OID or a UUID there, and we hold no OID.
"""

import re
import uuid
from dataclasses import dataclass

from kernel.canonical import DEFAULT_BASE
from prescription.documents.codes import TA_ASIP, Code
from terminology.coding import Coding

HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

LOINC = "http://loinc.org"
LOINC_OID = "2.16.840.1.113883.6.1"
SPECIMENS = "http://terminology.hl7.org/CodeSystem/v2-0487"
_OIDS = {
    LOINC: LOINC_OID,
    "http://snomed.info/sct": "2.16.840.1.113883.6.96",
    SPECIMENS: "2.16.840.1.113883.18.311",
}
_NAMES = {LOINC_OID: "LOINC", "2.16.840.1.113883.6.96": "SNOMED CT"}
_URIS = {oid: uri for uri, oid in _OIDS.items()}
_OID = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+", re.ASCII)

GENDERS = "2.16.840.1.113883.5.1"
ACT_PRIORITY = "2.16.840.1.113883.5.7"
IHE_ACTS = "1.3.6.1.4.1.19376.1.5.3.2"

URGENT_LINE = Code("UR", ACT_PRIORITY, "Urgent")

PLAN = Code("18776-5", LOINC_OID, "Plan de soins")
BARCODE = Code("57723-9", LOINC_OID, "Code à barres")
PDF_COPY = Code("55108-5", LOINC_OID, "Copie du document")
ATTACHED = Code("55107-7", LOINC_OID, "Document attaché")
ATTACHED_TYPE = Code("69764-9", LOINC_OID, "Type de document")
COMMENT = Code("48767-8", LOINC_OID, "Commentaire")
UNCODED_EXAM = Code(
    "19146-0",
    LOINC_OID,
    "Test de laboratoire (Identifiant+nom):Identifiant:Ponctuel:Test de référence:Résultat nominal:",
)
PATIENT_INSTRUCTION = Code("PINSTRUCT", IHE_ACTS, "Instruction au patient")
RENEWAL = Code("GEN-300", TA_ASIP, "Acte renouvelable")

PDF_TITLE, BARCODE_TITLE, COMMENT_TITLE = "Copie du document", "Code 2D de la prescription", "Commentaire"
PLAN_TITLE = "Actes de biologie médicales prescrits"
"""The plural « médicales » is the schematron's."""

TEMPLATES = {
    "document": ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "1.3.6.1.4.1.19376.1.5.3.1.1.1"),
    # A body that is a file: these three and no other (CI-SIS *structuration minimale*).
    "unstructured document": ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1", "1.3.6.1.4.1.19376.1.2.20"),
    "barcode": ("1.2.250.1.213.1.1.2.223",),
    "plan": (
        "1.2.250.1.213.1.1.2.158.2",
        "1.2.250.1.213.1.1.2.158",
        "1.3.6.1.4.1.19376.1.5.3.1.3.36",
        "2.16.840.1.113883.10.20.1.10",
    ),
    "comment section": ("1.2.250.1.213.1.1.2.73",),
    "pdf": ("1.2.250.1.213.1.1.2.243",),
    "act": (
        "1.3.6.1.4.1.19376.1.5.3.1.1.20.3.1",
        "2.16.840.1.113883.10.20.1.25",
        "1.2.250.1.213.1.1.3.27",
        "1.2.250.1.213.1.1.3.27.2",
    ),
    "observation": ("1.3.6.1.4.1.19376.1.5.3.1.4.13", "1.2.250.1.213.1.1.3.48"),
    "specimen": ("1.3.6.1.4.1.19376.1.3.1.2", "1.2.250.1.213.1.1.3.77"),
    "instructions": (
        "1.3.6.1.4.1.19376.1.5.3.1.4.3",
        "2.16.840.1.113883.10.20.1.49",
        "1.2.250.1.213.1.1.3.33",
    ),
    "comment": ("1.3.6.1.4.1.19376.1.5.3.1.4.2", "2.16.840.1.113883.10.20.1.40", "1.2.250.1.213.1.1.3.32"),
    "image": ("2.16.840.1.113883.10.12.304", "1.2.250.1.213.1.1.3.103"),
    "attached": ("1.2.250.1.213.1.1.3.18",),
}
ACT_TEMPLATE = "1.2.250.1.213.1.1.3.27.2"
SPECIMEN_TEMPLATE = "1.2.250.1.213.1.1.3.77"
COMMENT_TEMPLATE = "1.3.6.1.4.1.19376.1.5.3.1.4.2"
INSTRUCTIONS_TEMPLATE = "1.3.6.1.4.1.19376.1.5.3.1.4.3"
ATTACHED_TYPE_TEMPLATE = "1.2.250.1.213.1.1.3.48.18"
ONE_INSTRUCTION_TEMPLATE = "1.2.250.1.213.1.1.3.48.35"

MODEL = ("1.2.250.1.213.1.1.1.51", "2022.01")
"""The template the published schematrons ask for."""
TABLES_MODEL = ("1.2.250.1.213.1.1.1.52", "2022.01")
"""The number the national tables (model to formatCode) give to the same model."""


@dataclass(frozen=True, slots=True)
class FlagEntry:
    """One yes-or-no entry of a line: the field of `Flags`, its template and its code."""

    field: str
    template: str
    code: Code


FLAGS = tuple(
    FlagEntry(field, f"1.2.250.1.213.1.1.3.48.{suffix}", Code(code, TA_ASIP, display))
    for field, suffix, code, display in (
        ("ald", "13", "MED-574", "En rapport avec une ALD"),
        (
            "work_accident",
            "14",
            "GEN-180",
            "En rapport avec un accident du travail ou une maladie professionnelle",
        ),
        ("non_reimbursable", "15", "GEN-181", "Non remboursable"),
        ("outside_nomenclature", "33", "GEN-298", "Hors nomenclature"),
        ("prevention", "34", "GEN-295", "En rapport avec la prévention"),
    )
)


def named_by(uri: str) -> str:
    """The UUID that names in CDA what has a URI and no OID; HL7 v3 writes it in capitals."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, uri)).upper()


def _own(name: str) -> str:
    return named_by(f"{DEFAULT_BASE}/{name}")


DETAILS = _own("CodeSystem/document-detail")
"""Our codes for what the model has no place for; a reader that does not know them still has the narrative."""
WAITING_CODES = _own("CodeSystem/codes-attente")
QUESTIONS = _own("CodeSystem/renseignements-cliniques")
AM_NUMBER_ROOT = _own("NamingSystem/numero-am")

# Items of clinical information that LOINC names, beside our code for them.
LOINC_OF_QUESTION = {"date-dernieres-regles": "8665-2"}
QUESTION_OF_LOINC = {loinc: question for question, loinc in LOINC_OF_QUESTION.items()}


def cda_system(uri: str) -> tuple[str | None, str | None]:
    """The `codeSystem` and `codeSystemName` of a canonical URI: one without an OID is named by its UUID and itself."""
    oid = uri.removeprefix("urn:oid:") if uri.startswith("urn:oid:") else _OIDS.get(uri)
    if oid is None:
        return (named_by(uri), uri) if uri else (None, None)
    return oid, system_name(oid)


def system_name(oid: str) -> str | None:
    """The name people know a code system by."""
    return _NAMES.get(oid)


def coding_of(system: str | None, name: str | None, code: str, display: str) -> Coding:
    """The domain's coding of a CDA code: a known OID becomes its canonical URI, another one `urn:oid:`."""
    if name and system == named_by(name):
        uri = name
    elif system:
        uri = _URIS.get(system) or (f"urn:oid:{system}" if _OID.fullmatch(system) else f"urn:uuid:{system.lower()}")
    else:
        uri = name or ""
    return Coding(uri, code, display)
