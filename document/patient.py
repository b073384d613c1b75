"""The patient of the header: names as the INS referential wants them, the matricule of a qualified identity alone.

An identity's status has no place in CDA R2 but that: an INS root says QUAL, the comment section tells any other.
"""

from document import words
from document.entries import detail_code, own_code
from document.remarks import Remarks
from document.systems import GENDERS
from document.values import (
    read_address,
    read_partial,
    read_telecom,
    write_address,
    write_code,
    write_partial,
    write_telecom,
)
from document.xml import Element, child, children, make, text
from kernel.errors import Invalid
from kernel.ins import Ins, InsAuthority
from prescription.documents.codes import Code
from prescription.identity.status import permissions
from prescription.people import (
    ContactPoint,
    Helper,
    HelperRole,
    IdentityStatus,
    Patient,
    Sex,
)

# JDV_J143-AdministrativeGender of the CI-SIS holds F, M and UN alone.
_SEXES = {Sex.FEMALE: ("F", "Féminin"), Sex.MALE: ("M", "Masculin")}
_UNKNOWN_SEX = ("UN", "Inconnu")
_READ_SEX = {code: sex for sex, (code, _) in _SEXES.items()}
# Class of a related person: CI-SIS takes ECON, NOK, CON, CAREGIVER and PAT.
_CLASSES = {
    HelperRole.EMERGENCY_CONTACT: "ECON",
    HelperRole.TRUSTED_PERSON: "NOK",
    HelperRole.CARER: "CAREGIVER",
    None: "CON",
}
_ROLES = {name: role for role, name in _CLASSES.items()}
_GUARDIANS = (HelperRole.LEGAL_REPRESENTATIVE, HelperRole.GUARDIAN)
_PATIENT_MAIL = "patient.mssante.fr"


def as_read(helpers: tuple[Helper, ...]) -> tuple[Helper, ...]:
    """The helpers in the order they are read back in: those of `guardian`, then those of `informant`."""
    return tuple(sorted(helpers, key=lambda helper: helper.role not in _GUARDIANS))


def carried_ins(patient: Patient) -> Ins | None:
    """The matricule, when the identity lets it leave (qualified, not doubtful, not fictive)."""
    return patient.ins if permissions(patient).matricule else None


def write_record_target(patient: Patient, helpers: tuple[Helper, ...], local_id: str) -> Element:
    """`recordTarget`; `local_id`, a UUID, stands for the patient when no matricule may."""
    ins = carried_ins(patient)
    root, number = (ins.authority.value, ins.matricule) if ins else (local_id, "1")
    mail = (ContactPoint("email", f"{ins.matricule}@{_PATIENT_MAIL}"),) if ins else ()
    known = tuple(point for point in mail if point not in patient.telecom)
    role = make(
        "patientRole",
        make("id", root=root, extension=number),
        write_address(patient.address) if patient.address else make("addr", nullFlavor="UNK"),
        write_telecom(patient.telecom + known) or make("telecom", nullFlavor="UNK"),
        make(
            "patient",
            _write_name(patient),
            _write_sex(patient.sex),
            make("birthTime", value=write_partial(patient.birth_date))
            if patient.birth_date
            else make("birthTime", nullFlavor="UNK"),
            (_write_guardian(helper) for helper in helpers if helper.role in _GUARDIANS),
            _write_birth_place(patient),
            classCode="PSN",
        ),
    )
    return make("recordTarget", role)


def _write_name(patient: Patient) -> Element:
    """Birth name, the whole list of birth given names in one element, the first of them, the names in use."""
    given = " ".join(patient.birth_given_names)
    parts = (
        ("family", "BR", patient.birth_family_name),
        ("given", None, given),
        ("given", "BR", patient.first_birth_given_name),
        ("family", "CL", patient.used_family_name),
        ("given", "CL", patient.used_given_name),
    )
    return make("name", (make(tag, text=said, qualifier=qualifier) for tag, qualifier, said in parts if said))


def _write_sex(sex: Sex) -> Element:
    code, display = _SEXES.get(sex, _UNKNOWN_SEX)
    # « Other » is not in the value set: its word is kept beside the code.
    original = make("originalText", text="other") if sex is Sex.OTHER else None
    return write_code("administrativeGenderCode", Code(code, GENDERS, display), original)


def _write_birth_place(patient: Patient) -> Element | None:
    """The COG code stands in `county`."""
    if not patient.birth_place_code and not patient.birth_place_name:
        return None
    parts = (("county", patient.birth_place_code), ("city", patient.birth_place_name))
    address = make("addr", (make(tag, text=said) for tag, said in parts if said))
    return make("birthplace", make("place", address))


def _write_guardian_code(helper: Helper) -> Element:
    """A legal representative and a guardian stand in the same place: a code of ours tells them apart."""
    role = helper.role or HelperRole.GUARDIAN
    return detail_code(role.value, display=words.ROLES[role])


def _write_helper_name(tag: str, helper: Helper) -> Element:
    family = make("family", text=helper.family) if helper.family else None
    return make(tag, make("name", family, (make("given", text=given) for given in helper.given)))


def _write_guardian(helper: Helper) -> Element:
    return make(
        "guardian",
        _write_guardian_code(helper),
        write_address(helper.address),
        write_telecom(helper.telecom),
        _write_helper_name("guardianPerson", helper),
    )


def write_informants(helpers: tuple[Helper, ...]) -> list[Element]:
    """`informant` for each helper who is no guardian, without the code of a relationship: JDV_J11 is not asked of who
    writes an order, whose own words go to the comment section."""
    return [
        make(
            "informant",
            make(
                "relatedEntity",
                write_address(helper.address),
                write_telecom(helper.telecom),
                _write_helper_name("relatedPerson", helper),
                classCode=_CLASSES.get(helper.role, "CON"),
            ),
        )
        for helper in helpers
        if helper.role not in _GUARDIANS
    ]


def read_patient(root: Element, remarks: Remarks) -> Patient:
    """The patient of the header: qualified when a valid INS is there, provisional otherwise."""
    role = child(root, "recordTarget/patientRole")
    patient = child(role, "patient")
    if role is None or patient is None:
        remarks.error("no-patient", "Le document ne nomme pas de patient.", "Demander un autre document.", root)
        return Patient(None, (), Sex.UNKNOWN, None)
    ins = _read_ins(role, remarks)
    family, names = _read_names(patient)
    mail = f"{ins.matricule}@{_PATIENT_MAIL}" if ins else None
    return Patient(
        birth_family_name=family.get("BR") or family.get(""),
        birth_given_names=tuple(names.get("", names.get("BR", "")).split()),
        sex=_read_sex(child(patient, "administrativeGenderCode")),
        birth_date=remarks.value(read_partial, child(patient, "birthTime")),
        status=IdentityStatus.QUALIFIED if ins else IdentityStatus.PROVISIONAL,
        ins=ins,
        first_birth_given_name=names.get("BR"),
        used_family_name=family.get("CL") or family.get("SP"),
        used_given_name=names.get("CL"),
        birth_place_code=text(patient, "birthplace/place/addr/county"),
        birth_place_name=text(patient, "birthplace/place/addr/city"),
        telecom=tuple(point for point in read_telecom(role) if point.value != mail),
        address=read_address(child(role, "addr")),
    )


def _read_ins(role: Element, remarks: Remarks) -> Ins | None:
    for each in children(role, "id"):
        if each.get("root") in set(InsAuthority):
            try:
                return Ins.parse(each.get("extension", ""), each.get("root", ""))
            except Invalid:
                remarks.warn("malformed-ins", "Matricule INS mal formé, laissé de côté.", "Le vérifier.", each)
    return None


def _read_names(patient: Element) -> tuple[dict[str, str], dict[str, str]]:
    """Family names and given names by qualifier; the first one of each."""
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for holder, tag in zip(found, ("family", "given"), strict=True):
        for each in children(patient, f"name/{tag}"):
            if said := text(each):
                holder.setdefault(each.get("qualifier", ""), said)
    return found


def _read_sex(element: Element | None) -> Sex:
    if text(element, "originalText") == "other":
        return Sex.OTHER
    return _READ_SEX.get(element.get("code", "") if element is not None else "", Sex.UNKNOWN)


def read_helpers(root: Element) -> tuple[Helper, ...]:
    """The guardians of the patient, then the related persons."""
    guardians = children(root, "recordTarget/patientRole/patient/guardian")
    related = [each for each in children(root, "informant/relatedEntity") if child(each, "relatedPerson") is not None]
    return tuple(
        [_read_helper(each, "guardianPerson", HelperRole.LEGAL_REPRESENTATIVE) for each in guardians]
        + [_read_helper(each, "relatedPerson", _ROLES.get(each.get("classCode"))) for each in related]
    )


def _read_helper(element: Element, person: str, default: HelperRole | None) -> Helper:
    code = child(element, "code")
    ours = own_code(code)
    role = HelperRole(ours) if ours in set(HelperRole) else default
    # A code of others is a relationship (sister, spouse…): its label is kept.
    label = code.get("displayName", "") if code is not None and ours is None else ""
    return Helper(
        text(element, f"{person}/name/family"),
        tuple(filter(None, (text(each) for each in children(element, f"{person}/name/given")))),
        role,
        label,
        read_telecom(element),
        read_address(child(element, "addr")),
    )
