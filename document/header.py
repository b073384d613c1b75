"""The header of the document, written and read (CI-SIS *structuration minimale*, model BIO-EP-BIO_2022.01)."""

from dataclasses import dataclass
from datetime import datetime

from document.entries import identifier
from document.options import DocumentOptions
from document.patient import write_informants, write_record_target
from document.people import (
    read_recipient,
    read_role,
    structure_parts,
    write_recipient,
    write_role,
)
from document.remarks import Remarks
from document.systems import MODEL, TABLES_MODEL, TEMPLATES
from document.values import read_day, read_instant, write_code, write_day, write_instant
from document.xml import Child, Element, child, children, make, templates, value
from kernel.errors import Invalid
from prescription.documents.codes import AT_HOME, EPU_ROOT, FINESS_ROOT, NORMAL, PRESCRIPTION, TITLE, Code
from prescription.documents.metadata import document_uuid, sub_types
from prescription.epu_code import EpuCode
from prescription.people import Organization, Patient, Practitioner, PractitionerRole
from prescription.prescription import Correspondent, Prescription, Validity

_ENCOUNTER = Code("AMB", "2.16.840.1.113883.5.4", "Ambulatoire")


def write_header(
    prescription: Prescription, patient: Patient, signed_at: datetime, options: DocumentOptions
) -> list[Child]:
    """Everything above the body, in the order of the schema. Without an EPU code it is the header of a level 1."""
    own = document_uuid(prescription)
    code, author = prescription.epu_code, prescription.author
    stamp = write_instant(signed_at)
    number = make("id", root=EPU_ROOT, extension=code.value) if code else make("id", root=identifier(own, "level-1"))
    return [
        make("realmCode", code="FR"),
        make("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040"),
        templates(TEMPLATES["document" if code else "unstructured document"]),
        _models(options) if code else None,
        number,
        write_code("code", PRESCRIPTION),
        make("title", text=TITLE),
        make("effectiveTime", value=stamp),
        write_code("confidentialityCode", NORMAL),
        make("languageCode", code="fr-FR"),
        make("setId", root=identifier(own, "set")),
        make("versionNumber", value="1"),
        write_record_target(patient, prescription.helpers, identifier(own, "patient")),
        _author(prescription, author, stamp),
        write_informants(prescription.helpers),
        _custodian(author),
        (make("informationRecipient", write_recipient(copy), typeCode="TRC") for copy in prescription.result_copies),
        _authenticator(author, stamp),
        _replaced(prescription.replaced_practitioner),
        _events(prescription, author, stamp, options),
        (_parent(replaced) for replaced in prescription.replaces),
        _encounter(author, stamp, options),
    ]


def _models(options: DocumentOptions) -> list[Element]:
    wanted = (MODEL, TABLES_MODEL) if options.tooling_template else (TABLES_MODEL,)
    return [make("templateId", root=root, extension=version) for root, version in wanted]


def _author(prescription: Prescription, author: PractitionerRole, stamp: str) -> Element:
    """The time is when the order was made; the day of its signature when that is not known."""
    made = write_instant(prescription.created_at) if prescription.created_at else stamp[: len("YYYYMMDD")]
    entity = write_role("assignedAuthor", author, "assignedPerson", "representedOrganization")
    return make("author", make("time", value=made), entity)


def _custodian(author: PractitionerRole) -> Element:
    """The structure. The CI-SIS wants the national root of structures here: a practice without FINESS has it alone."""
    structure = author.organization
    parts = structure_parts(structure) if structure else ()
    numbered = structure is not None and structure.finess is not None
    unknown = None if numbered else make("id", root=FINESS_ROOT)
    keeper = make("representedCustodianOrganization", unknown, *parts)
    for extra in children(keeper, "telecom")[1:]:  # one at most here (CDA R2, CustodianOrganization)
        keeper.remove(extra)
    return make("custodian", make("assignedCustodian", keeper))


def _authenticator(author: PractitionerRole, stamp: str) -> Element:
    entity = write_role("assignedEntity", author, "assignedPerson", "representedOrganization")
    return make("legalAuthenticator", make("time", value=stamp), make("signatureCode", code="S"), entity)


def _replaced(who: PractitionerRole | None) -> Element | None:
    """Whom a locum stands in for."""
    if who is None:
        return None
    entity = write_role("associatedEntity", who, "associatedPerson", "scopingOrganization", class_code="PROV")
    return make("participant", make("time", nullFlavor="UNK"), entity, typeCode="REF")


def _events(
    prescription: Prescription, author: PractitionerRole, stamp: str, options: DocumentOptions
) -> list[Element]:
    """The order itself, then one event for each sub-type (urgent, two-zone, at home)."""
    code = prescription.epu_code
    number = make("id", root=EPU_ROOT, extension=code.value) if code else None
    practice = write_code("standardIndustryClassCode", options.practice)
    performer = make(
        "performer",
        write_role("assignedEntity", author, "assignedPerson", "representedOrganization", practice),
        typeCode="PRF",
    )
    order = make(
        "serviceEvent", number, write_code("code", PRESCRIPTION), _period(prescription.validity, stamp), performer
    )
    marks = (make("serviceEvent", write_code("code", mark), classCode="INFO") for mark in sub_types(prescription))
    return [make("documentationOf", event) for event in (order, *marks)]


def _period(validity: Validity | None, stamp: str) -> Element:
    start, end = (validity.start, validity.end) if validity else (None, None)
    low = make("low", value=write_day(start) if start else stamp)
    high = make("high", value=write_day(end)) if end else make("high", nullFlavor="UNK")
    return make("effectiveTime", low, high)


def _parent(replaced: EpuCode) -> Element:
    parent = make("parentDocument", make("id", root=EPU_ROOT, extension=replaced.value))
    return make("relatedDocument", parent, typeCode="RPLC")


def _encounter(author: PractitionerRole, stamp: str, options: DocumentOptions) -> Element:
    structure = author.organization or Organization(None)
    parts = structure_parts(Organization(None, structure.finess))
    facility = make("healthCareFacility", *parts, write_code("code", options.facility))
    encounter = make(
        "encompassingEncounter",
        write_code("code", _ENCOUNTER),
        make("effectiveTime", make("low", value=stamp)),
        make("location", facility),
    )
    return make("componentOf", encounter)


@dataclass(frozen=True, slots=True)
class ReadHeader:
    """What the header holds beside the patient and the helpers."""

    epu_code: EpuCode | None
    author: PractitionerRole
    authored_on: datetime | None
    created_at: datetime | None
    validity: Validity | None
    home_sampling: bool
    result_copies: tuple[Correspondent, ...]
    replaces: tuple[EpuCode, ...]
    replaced_practitioner: PractitionerRole | None


def read_header(root: Element, remarks: Remarks) -> ReadHeader:
    """The header of any prescription document; what contradicts itself is an error."""
    signed = remarks.value(read_instant, child(root, "effectiveTime"))
    made = child(root, "author/time")
    whole = len(value(made) or "") > len("YYYYMMDD")
    author = read_role(child(root, "author/assignedAuthor"), "assignedPerson", "representedOrganization")
    if author.practitioner == Practitioner(None):
        remarks.error("no-author", "Le document ne nomme pas de prescripteur.", "Demander un autre document.", root)
    recipients = children(root, "informationRecipient/intendedRecipient")
    codes = {value(event, "code", "code") for event in children(root, "documentationOf/serviceEvent")}
    return ReadHeader(
        epu_code=_read_epu_code(root, remarks),
        author=author,
        authored_on=signed,
        created_at=remarks.value(read_instant, made) if whole else None,
        validity=_read_validity(root, remarks),
        home_sampling=AT_HOME.code in codes,
        result_copies=tuple(read_recipient(each) for each in recipients),
        replaces=_read_replaces(root, remarks),
        replaced_practitioner=_read_replaced(root),
    )


def _order_event(root: Element) -> Element | None:
    events = children(root, "documentationOf/serviceEvent")
    return next((each for each in events if value(each, "code", "code") == PRESCRIPTION.code), None)


def _read_epu_code(root: Element, remarks: Remarks) -> EpuCode | None:
    """The code is the id of the document; the event may repeat it, and must then say the same."""
    found = _code(child(root, "id"), remarks)
    repeated = [_code(each, remarks) for each in children(_order_event(root), "id") if each.get("root") == EPU_ROOT]
    if found is not None and any(again is not None and again != found for again in repeated):
        remarks.error(
            "code-mismatch",
            "Le document porte deux codes e-prescription différents.",
            "Ne pas s'en servir : le demander de nouveau à son auteur.",
            root,
        )
    return found or next(filter(None, repeated), None)


def _code(element: Element | None, remarks: Remarks) -> EpuCode | None:
    if element is None or element.get("root") != EPU_ROOT:
        return None
    try:
        return EpuCode(element.get("extension", ""))
    except Invalid:
        hint = "Demander un autre document."
        remarks.error("malformed-code", "Code e-prescription mal formé dans le document.", hint, element)
        return None


def _read_validity(root: Element, remarks: Remarks) -> Validity | None:
    """Whole days; a start that is the instant of the signature was not chosen by anyone."""
    period = child(_order_event(root), "effectiveTime")
    low = child(period, "low")
    start = None
    if low is not None and low.get("value") != value(root, "effectiveTime"):
        start = remarks.value(read_day, low)
    end = remarks.value(read_day, child(period, "high"))
    return Validity(start, end) if start or end else None


def _read_replaces(root: Element, remarks: Remarks) -> tuple[EpuCode, ...]:
    related = [each for each in children(root, "relatedDocument") if each.get("typeCode") == "RPLC"]
    codes = (_code(each, remarks) for document in related for each in children(document, "parentDocument/id"))
    return tuple(code for code in codes if code)


def _read_replaced(root: Element) -> PractitionerRole | None:
    """REF, or CON as the published examples of before 2024 have it."""
    for wanted in ("REF", "CON"):
        for participant in children(root, "participant"):
            entity = child(participant, "associatedEntity")
            if participant.get("typeCode") == wanted and entity is not None and entity.get("classCode") == "PROV":
                return read_role(entity, "associatedPerson", "scopingOrganization")
    return None
