"""HL7 v2 data types as values of XDS metadata (IHE ITI TF-3 §4.2.3.1.7): who, where, when, under which number.

The CI-SIS adds the kind of an identifier, which IHE leaves out: NH and PI (CX-5), IDNST (XON-7), D and IDNPS (XCN-10,
XCN-13).
"""

import uuid
from datetime import UTC, date, datetime

from hl7v2.escapes import escape
from prescription.documents.codes import FINESS_KIND, FINESS_ROOT, RPPS_KIND, RPPS_ROOT, Code
from prescription.identity.status import permissions
from prescription.people import Organization, Patient, PractitionerRole, Sex

_COMPONENT = 60
"""Signs of a name or a label, so that the whole value stays below the 256 of ebRIM (LongName)."""
_SEXES = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.OTHER: "O", Sex.UNKNOWN: "U"}
_SPECIALTIES = "urn:oid:"


def write_dtm(when: date | datetime) -> str:
    """`YYYYMMDDHHMMSS` in UTC; a day alone is `YYYYMMDD`."""
    return f"{when.astimezone(UTC):%Y%m%d%H%M%S}" if isinstance(when, datetime) else f"{when:%Y%m%d}"


def oid_of(number: uuid.UUID) -> str:
    """A UUID as the OID that every UUID has (ITU-T X.667, arc 2.25)."""
    return f"2.25.{number.int}"


def write_code_string(code: Code) -> str:
    """`code^label^system`: a code where XDS takes a text."""
    return f"{_part(code.code)}^{_part(code.display)}^{code.system}"


def write_person(role: PractitionerRole) -> str:
    """A professional (XCN); the number is left out when it is not known."""
    person = role.practitioner
    name = f"{_part(person.family)}^{_part(' '.join(person.given))}"
    if not person.rpps:
        return f"^{name}".rstrip("^")
    return f"{RPPS_KIND}{person.rpps}^{name}^^^^^^&{RPPS_ROOT}&ISO^D^^^IDNPS"


def write_structure(structure: Organization) -> str | None:
    """A structure (XON); None without a name, which the type wants."""
    if not structure.name:
        return None
    if not structure.finess:
        return _part(structure.name)
    return f"{_part(structure.name)}^^^^^&{FINESS_ROOT}&ISO^IDNST^^^{FINESS_KIND}{structure.finess}"


def write_specialties(role: PractitionerRole) -> list[str]:
    """The specialties that a national table names."""
    return [
        f"{_part(each.code)}^{_part(each.display)}^{each.system.removeprefix(_SPECIALTIES)}"
        for each in role.specialties
        if each.system.startswith(_SPECIALTIES)
    ]


def write_patient_id(patient: Patient, local_id: uuid.UUID) -> str:
    """The INS of a qualified identity, otherwise the local number (CX)."""
    if permissions(patient).matricule and patient.ins is not None:
        return f"{patient.ins.matricule}^^^&{patient.ins.authority.value}&ISO^NH"
    return write_local_id(local_id)


def write_local_id(local_id: uuid.UUID) -> str:
    """The number under which the writer of the document knows the patient (CX)."""
    return f"1^^^&{oid_of(local_id)}&ISO^PI"


def write_patient(patient: Patient) -> list[str]:
    """`sourcePatientInfo`: birth name, name in use, birth date and sex (PID-5, PID-7, PID-8)."""
    first = patient.first_birth_given_name or next(iter(patient.birth_given_names), "")
    given = " ".join(patient.birth_given_names)
    names = [f"{_part(patient.birth_family_name)}^{_part(first)}^{_part(given)}^^^^L"]
    if patient.used_family_name or patient.used_given_name:
        family = patient.used_family_name or patient.birth_family_name
        names.append(f"{_part(family)}^{_part(patient.used_given_name or first)}^^^^^D")
    born = str(patient.birth_date).replace("-", "") if patient.birth_date else ""
    values = [f"PID-5|{name}" for name in names] + ([f"PID-7|{born}"] if born else [])
    return [*values, f"PID-8|{_SEXES[patient.sex]}"]


def _part(text: str | None) -> str:
    """One component: cut, its delimiters escaped."""
    return escape(" ".join((text or "").split())[:_COMPONENT])
