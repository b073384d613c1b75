"""Codes that say what a shared document is: the same in its CDA header, in its XDS metadata and in FHIR.

Sources: CI-SIS model BIO-EP-BIO_2022.01 and its metadata (cda-ep-bio.md §2, §6); JDV_J08_XdsConfidentialityCode_CISIS
for the audience restrictions, TRE_A06-FormatCodeComplementaire for the OID of the format codes.
"""

from dataclasses import dataclass

EPU_ROOT = "1.2.250.1.215.500.1.1"
RPPS_ROOT = "1.2.250.1.71.4.2.1"
FINESS_ROOT = "1.2.250.1.71.4.2.2"
# What the national roots put before a number to say which one it is (CI-SIS, identifiers of professionals and sites).
RPPS_KIND, FINESS_KIND = "8", "1"

TA_ASIP = "1.2.250.1.213.1.1.4.322"
DOCUMENT_TYPES = "1.2.250.1.213.1.1.4.12"
_CLASSES = "1.2.250.1.213.1.1.4.1"
_FORMATS = "1.2.250.1.213.1.1.4.2.282"
_CONFIDENTIALITY = "2.16.840.1.113883.5.25"
_AUDIENCE = "1.2.250.1.213.1.1.4.13"

TITLE = "Prescription d’actes de biologie médicale"
"""The title that the model asks for to the letter, with U+2019; the label of the code keeps the ASCII apostrophe."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code as CDA and XDS name it: `system` is an OID or a UUID."""

    code: str
    system: str
    display: str


PRESCRIPTION = Code("PRESC-BIO", DOCUMENT_TYPES, "Prescription d'actes de biologie médicale")
PRESCRIPTION_CLASS = Code("42", _CLASSES, "Prescription")
EP_BIO_FORMAT = Code("urn:ans:ci-sis:bio-ep-bio:2022", _FORMATS, "Prescription d'actes de biologie médicale")

URGENT = Code("MED-1095", TA_ASIP, "Exécution en urgence")
TWO_ZONE = Code("MED-1096", TA_ASIP, "Prescription bizone")
AT_HOME = Code("MED-1094", TA_ASIP, "Exécution à domicile")

NORMAL = Code("N", _CONFIDENTIALITY, "Normal")
INVISIBLE_TO_PATIENT = Code("INVISIBLE_PATIENT", _AUDIENCE, "Non visible par le patient")
INVISIBLE_TO_REPRESENTATIVES = Code(
    "INVISIBLE_REPRESENTANTS_LEGAUX", _AUDIENCE, "Non visible par les représentants légaux du patient"
)
MASKED_TO_PROFESSIONALS = Code("MASQUE_PS", _AUDIENCE, "Masqué aux professionnels de santé")

OFFICE = Code("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel")
TOWN = Code("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire")
