"""Z2: the patient, by status of identity; the cartouche with the INS datamatrix (printing.md §3).

Without a qualified identity there is no matricule, no OID and no symbol: the place stays empty.
"""

from dataclasses import dataclass
from datetime import date

from kernel.ins import InsAuthority
from prescription.people import Helper, HelperRole, IdentityAttribute, IdentityStatus, Patient, Sex
from printing import wording
from printing.contacts import address, contact
from printing.elements import Box, Element, Role, Row, Symbol, Text, height_of, placed
from printing.faces import Face, width_mm
from printing.french import NBSP, age, partial_date, typeset
from printing.ins_datamatrix import carries_ins
from printing.ins_symbol import MODULE_MM, QUIET_MODULES, side_mm
from printing.matrix import Matrix
from printing.paragraph import BODY, FOOT, SMALL, Span, paragraph

_PADDING = 2.0
_CARTOUCHE = 28.0
_LEAST_TEXT = 40.0
_SEX = {Sex.FEMALE: "F", Sex.MALE: "M", Sex.OTHER: "autre", Sex.UNKNOWN: "inconnu"}
_BORN = {Sex.FEMALE: "Née", Sex.MALE: "Né"}
_STATUS = {
    IdentityStatus.QUALIFIED: wording.QUALIFIED,
    IdentityStatus.VALIDATED: wording.VALIDATED,
    IdentityStatus.RETRIEVED: wording.RETRIEVED,
    IdentityStatus.PROVISIONAL: wording.PROVISIONAL,
}
_ATTRIBUTES = {IdentityAttribute.DOUBTFUL: wording.TO_CHECK, IdentityAttribute.HOMONYM: wording.HOMONYM}
_AUTHORITY = {
    InsAuthority.NIR: "INS-NIR",
    InsAuthority.NIA: "INS-NIA",
    InsAuthority.TEST: "INS-NIR de test",
    InsAuthority.DEMONSTRATION: "INS-NIR de démonstration",
}
_AUTHORITY_MENTION = {
    InsAuthority.TEST: wording.TEST_IDENTITY,
    InsAuthority.DEMONSTRATION: wording.DEMONSTRATION_IDENTITY,
}
_HELPERS = {
    HelperRole.LEGAL_REPRESENTATIVE: "Représentant légal",
    HelperRole.GUARDIAN: "Tuteur",
    HelperRole.TRUSTED_PERSON: "Personne de confiance",
    HelperRole.CARER: "Aidant",
    HelperRole.EMERGENCY_CONTACT: "Personne à prévenir",
    None: "Entourage",
}


@dataclass(frozen=True, slots=True)
class PatientZone:
    """The zone, drawn from its own top left."""

    height: float
    elements: tuple[Element, ...]


def patient_zone(
    patient: Patient, helpers: tuple[Helper, ...], at: date | None, symbol: Matrix | None, width: float, least: float
) -> PatientZone:
    """The framed zone, `width` wide and `least` high or higher; ages are counted at `at`; None = no symbol."""
    side = max(_CARTOUCHE, side_mm(symbol)) if symbol else 0.0
    beside = width - 2 * _PADDING - side - (_PADDING if symbol else 0.0)
    rows = _identity_rows(patient, at, max(beside, _LEAST_TEXT))
    contacts = _contact_rows(patient, helpers)
    low = side + 2 * _PADDING
    if symbol and height_of(rows) < low:
        rows += (Row(max(0.0, low - _PADDING - height_of(rows))),) if contacts else ()
    for text in contacts:
        rows += paragraph([Span(text, size=SMALL)], width - 2 * _PADDING, hang=3)
    height = max(least, height_of(rows) + 2 * _PADDING, low + _PADDING if symbol else 0.0)
    elements: list[Element] = [Box(0, 0, width, height), *placed(rows, _PADDING, _PADDING)]
    if symbol:
        elements += _cartouche(symbol, width - side / 2 - _PADDING / 2)
    return PatientZone(height, tuple(elements))


def short_name(patient: Patient) -> str:
    """Family name and initial, for the foot of each page: `PAT-TROIS D.`."""
    family = patient.used_family_name or patient.birth_family_name or ""
    given = patient.used_given_name or next(iter(patient.birth_given_names), "")
    return f"{family.upper()} {given[:1].upper()}." if given else family.upper()


def _cartouche(symbol: Matrix, centre: float) -> list[Element]:
    side = symbol.size * MODULE_MM
    top = _PADDING / 2 + QUIET_MODULES * MODULE_MM
    label = wording.INS_LABEL
    below = top + side + QUIET_MODULES * MODULE_MM + 2.6
    x = centre - width_mm(label, Face.BOLD, SMALL) / 2
    return [
        Symbol(centre - side / 2, top, symbol, MODULE_MM, "Datamatrix INS"),
        Text(x, below, label, Face.BOLD, SMALL, Role.PARAGRAPH),
    ]


def _identity_rows(patient: Patient, at: date | None, width: float) -> tuple[Row, ...]:
    given = patient.birth_given_names
    pairs = [("Nom de naissance", (patient.birth_family_name or "non renseigné").upper())]
    if patient.used_family_name and patient.used_family_name.upper() != (patient.birth_family_name or "").upper():
        pairs.append(("Nom utilisé", patient.used_family_name.upper()))
    pairs.append(("Prénoms de naissance" if len(given) > 1 else "Prénom de naissance", " ".join(given)))
    pairs += [("Premier prénom de naissance", patient.first_birth_given_name or "")] if _first_apart(patient) else []
    pairs += [("Prénom utilisé", patient.used_given_name)] if patient.used_given_name else []
    rows = paragraph([Span(wording.PATIENT, Face.BOLD, FOOT)], width, role=Role.HEADING)
    for label, text in pairs:
        rows += paragraph([Span(typeset(label + " : ")), Span(text, Face.BOLD)], width, hang=3)
    for text in filter(None, (_birth(patient, at), _birth_place(patient))):
        rows += paragraph([Span(text, size=SMALL)], width, hang=3)
    return rows + _status_rows(patient, width)


def _first_apart(patient: Patient) -> bool:
    """Whether the first given name says more than the list does."""
    first = patient.first_birth_given_name
    return bool(first) and not " ".join(patient.birth_given_names).upper().startswith((first or "").upper())


def _birth(patient: Patient, at: date | None) -> str:
    sex = typeset(f"Sexe : {_SEX[patient.sex]}")
    born = patient.birth_date
    if born is None:
        return sex + typeset(" – Date de naissance : non renseignée")
    years = age(born, at) if at else ""
    verb = _BORN.get(patient.sex, "Né(e)") + (" le " if born.day else " en ")
    return f"{sex} – {verb}{partial_date(born)}" + (f" ({years.replace(' ', NBSP)})" if years else "")


def _birth_place(patient: Patient) -> str:
    code, name = patient.birth_place_code, patient.birth_place_name
    if not code and not name:
        return ""
    label = "Lieu de naissance : " if name else "Lieu de naissance (code COG) : "
    return typeset(label) + (f"{name} (COG{NBSP}{code})" if name and code else name or code or "")


def _status_rows(patient: Patient, width: float) -> tuple[Row, ...]:
    rows: tuple[Row, ...] = ()
    mentions = [_STATUS[patient.status]]
    if carries_ins(patient) and patient.ins is not None:
        label = typeset(_AUTHORITY[patient.ins.authority] + " :")
        spaced = patient.ins.spaced.replace(" ", NBSP)
        rows += paragraph([Span(label + " ", size=SMALL), Span(spaced, Face.BOLD, BODY)], width)
        mentions += [text for key, text in _AUTHORITY_MENTION.items() if key is patient.ins.authority]
    mentions += [text for key, text in _ATTRIBUTES.items() if key in patient.attributes]
    return rows + paragraph([Span(" – ".join(mentions), size=SMALL)], width)


def _contact_rows(patient: Patient, helpers: tuple[Helper, ...]) -> list[str]:
    """One text for the address and numbers of the patient, one for each helper, legal representatives first."""
    own = [", ".join(address(patient.address))] if patient.address else []
    own += [contact(point) for point in patient.telecom]
    ordered = sorted(helpers, key=lambda helper: helper.role is not HelperRole.LEGAL_REPRESENTATIVE)
    return ([" – ".join(own)] if own else []) + [_helper(helper) for helper in ordered]


def _helper(helper: Helper) -> str:
    name = " ".join(part for part in (*helper.given, (helper.family or "").upper()) if part)
    role = _HELPERS[helper.role] + (f" ({helper.relationship})" if helper.relationship else "")
    parts = [typeset(role + " : ") + name, *map(contact, helper.telecom)]
    parts += [", ".join(address(helper.address))] if helper.address else []
    return " – ".join(parts)
