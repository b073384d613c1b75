"""Names that travel: the canonical URIs of `interface.md` §2 and `terminology.md` §5.1, and our own below a base."""

LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
NABM = "https://smt.esante.gouv.fr/terminologie-nabm"
UCUM = "http://unitsofmeasure.org"
URI = "urn:ietf:rfc:3986"
EPU = "urn:oid:1.2.250.1.215.500.1.1"
RPPS = "https://rpps.esante.gouv.fr"
RPPS_OID = "urn:oid:1.2.250.1.71.4.2.1"
FINESS = "https://finess.esante.gouv.fr"
FINESS_OID = "urn:oid:1.2.250.1.71.4.2.2"

# SNOMED CT « Laboratory procedure », category of every line.
LABORATORY_PROCEDURE = "108252007"
# terminology.md §5.1, jdv-lateralite-cisis.
LATERALITIES = {"24028007": "droit", "7771000": "gauche", "51440002": "bilatéral", "385432009": "non applicable"}

DATA_ABSENT_REASON = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
EXPANSION_PROPERTY = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ValueSet.expansion.contains.property"
# The expansion is not all there is in the value set.
UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"

USAGE_CONTEXT = "http://terminology.hl7.org/CodeSystem/usage-context-type"
GENDER = "http://hl7.org/fhir/administrative-gender"

_FR_CORE = "https://hl7.fr/ig/fhir/core"
IDENTITY_RELIABILITY = f"{_FR_CORE}/StructureDefinition/fr-core-identity-reliability"
IDENTITY_CODES = f"{_FR_CORE}/CodeSystem/fr-core-cs-v2-0445"
IDENTIFIER_TYPES = f"{_FR_CORE}/CodeSystem/fr-core-cs-v2-0203"
PATIENT_INS_PROFILE = f"{_FR_CORE}/StructureDefinition/fr-core-patient-ins"
BIRTH_GIVEN_NAMES = f"{_FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name"
INSEE_CODE = f"{_FR_CORE}/StructureDefinition/fr-core-address-insee-code"
COMMUNES = "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune"

_NOS = "https://mos.esante.gouv.fr/NOS"
# The national code systems of a document's metadata, by OID: their URLs in FHIR are those that the ANS publishes.
NATIONAL_SYSTEMS = {
    "1.2.250.1.213.1.1.4.1": f"{_NOS}/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
    "1.2.250.1.213.1.1.4.12": f"{_NOS}/TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
    "1.2.250.1.213.1.1.4.2.282": f"{_NOS}/TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire",
    "1.2.250.1.213.1.1.4.13": f"{_NOS}/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
    "1.2.250.1.213.1.1.4.9": f"{_NOS}/TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice",
    "1.2.250.1.71.4.2.4": f"{_NOS}/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
    "2.16.840.1.113883.5.25": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
}


def of_oid(oid: str) -> str:
    """The URI of a code system that CDA and XDS name by its OID."""
    return NATIONAL_SYSTEMS.get(oid, f"urn:oid:{oid}")


def code_system(base: str, name: str) -> str:
    """Canonical URI of one of our code systems."""
    return f"{base}/CodeSystem/{name}"


def extension(base: str, name: str) -> str:
    """Canonical URI of one of our extensions."""
    return f"{base}/StructureDefinition/{name}"


def waiting_codes(base: str) -> str:
    """The code system of *codes en attente*."""
    return code_system(base, "codes-attente")


def clinical_questionnaire(base: str, code: str) -> str:
    """Canonical URI of the questionnaire of one exam's clinical information."""
    return f"{base}/Questionnaire/renseignements-{code}"
