"""The content of the INS datamatrix, format v2.2 of the ANS: building it, reading it (printing.md §7).

`build` writes for a qualified identity and refuses any other; `read` takes what scanners send: blocks in any order,
separators too many, lower case, a wrong key. Refusals never tell a trait of the person.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from kernel.ins import PATTERN as MATRICULE
from kernel.ins import Ins, InsAuthority, matricule_key
from kernel.partial_date import PartialDate
from prescription.identity.cog import PATTERN as COG
from prescription.identity.spelling import InsSpellingRefused, ins_given_names, ins_spelling
from prescription.identity.status import permissions
from prescription.people import IdentityStatus, Patient, Sex

HEADER = "IS01" + "0" * 22
GS = "\x1d"
LONGEST_NAME = 100
LONGEST_OID = 20
LONGEST_CONTENT = 512
"""Characters of a scan, with room for separators written in letters; a message has 291 at most."""


class InsRefused(Invalid):
    """No datamatrix can be made for this identity."""


class UnreadableIns(Invalid):
    """The scanned content is not an INS datamatrix."""


@dataclass(frozen=True, slots=True)
class InsMessage:
    """A whole message, separators included, and what had to be cut. Its representation hides it."""

    text: str
    warnings: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"InsMessage({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class ScannedIdentity:
    """The traits of a scanned datamatrix. `key_valid` is False for a wrong key; `birth_place_code` may be absent.

    A scan qualifies nothing: the identity enters as `highest_status` (RECUP) at most.
    """

    matricule: str
    authority: InsAuthority
    key_valid: bool
    birth_given_names: tuple[str, ...]
    birth_family_name: str
    sex: Sex
    birth_date: date
    birth_place_code: str | None = None

    @property
    def highest_status(self) -> IdentityStatus:
        """The best status this identity may take."""
        return IdentityStatus.RETRIEVED

    @property
    def patient(self) -> Patient | None:
        """The patient as who scanned may take it up; None with a wrong key: such a matricule is nobody's."""
        if not self.key_valid:
            return None
        born = self.birth_date
        return Patient(
            birth_family_name=self.birth_family_name,
            birth_given_names=self.birth_given_names,
            sex=self.sex,
            birth_date=PartialDate(born.year, born.month, born.day),
            status=self.highest_status,
            ins=Ins(self.matricule, self.authority),
            birth_place_code=self.birth_place_code,
        )

    def __repr__(self) -> str:
        return f"ScannedIdentity({self.authority.name}, key_valid={self.key_valid})"


def carries_ins(patient: Patient) -> bool:
    """Whether matricule and datamatrix may be printed: qualified, with an INS, neither doubtful nor fictive."""
    return permissions(patient).datamatrix


def build(patient: Patient) -> InsMessage:
    """The message of a qualified identity; `InsRefused` when it is not qualified or lacks a strict trait."""
    if not carries_ins(patient) or patient.ins is None:
        raise _refused("ins-not-qualified", "Le datamatrix INS demande une identité qualifiée avec matricule.", "ins")
    given, cut = _given_names(patient.birth_given_names)
    oid = patient.ins.authority.value
    blocks = (
        ("S1", patient.ins.matricule, 15),
        ("S2", oid, LONGEST_OID),
        ("S3", given, LONGEST_NAME),
        ("S4", _family_name(patient.birth_family_name), LONGEST_NAME),
        ("S5", _sex(patient.sex), 1),
        ("S6", _birth_date(patient), 10),
        *((("S7", _birth_place(patient.birth_place_code), 5),) if patient.birth_place_code else ()),
    )
    written = [tag + value + (GS if len(value) < longest else "") for tag, value, longest in blocks]
    return InsMessage((HEADER + "".join(written)).removesuffix(GS), (_CUT,) if cut else ())


_CUT = Finding(
    Severity.WARNING,
    "ins-given-names-cut",
    "La liste des prénoms dépasse 100 caractères : elle est coupée dans le datamatrix INS.",
    path="patient.birth_given_names",
)


def _refused(code: str, message: str, field: str) -> InsRefused:
    return InsRefused.because(
        code, message, "Vérifier l'identité dans le logiciel avant d'imprimer.", f"patient.{field}"
    )


def _given_names(names: tuple[str, ...]) -> tuple[str, bool]:
    field = "birth_given_names"
    text = _spelt(lambda: ins_given_names(names, field))
    if len(text) <= LONGEST_NAME:
        return text, False
    end = text.rfind(" ", 0, LONGEST_NAME + 1)
    if end < 0:
        raise _refused("ins-too-long", "Un prénom dépasse 100 caractères.", field)
    return text[:end], True


def _family_name(name: str | None) -> str:
    text = _spelt(lambda: ins_spelling(name or "", "birth_family_name"))
    if len(text) > LONGEST_NAME:
        raise _refused("ins-too-long", "Le nom de naissance dépasse 100 caractères.", "birth_family_name")
    return text


def _spelt(spell: Callable[[], str]) -> str:
    try:
        return spell()
    except InsSpellingRefused as refused:
        raise InsRefused(refused.findings) from None


def _sex(sex: Sex) -> str:
    if sex not in (Sex.FEMALE, Sex.MALE):
        raise _refused("ins-sex", "Le datamatrix INS ne connaît que les sexes F et M.", "sex")
    return "F" if sex is Sex.FEMALE else "M"


def _birth_date(patient: Patient) -> str:
    born = patient.birth_date
    if born is None or born.month is None or born.day is None:
        raise _refused("ins-birth-date", "Le datamatrix INS demande une date de naissance complète.", "birth_date")
    return f"{born.day:02d}-{born.month:02d}-{born.year:04d}"


def _birth_place(code: str) -> str:
    if COG.fullmatch(code) is None:
        raise _refused("ins-birth-place", "Le code COG du lieu de naissance a 5 caractères.", "birth_place_code")
    return code


_BLOCK = re.compile(
    r"S(?:1(?P<S1>.{15})|2(?P<S2>[0-9.]{1,20})|3(?P<S3>[A-Z '\-]{1,100}?)|4(?P<S4>[A-Z '\-]{1,100}?)"
    r"|5(?P<S5>[FM])|6(?P<S6>[0-9]{2}-[0-9]{2}-[0-9]{4})|7(?P<S7>[0-9AB]{5})|(?P<other>[089][^\x1d]*?))"
    r"(?=\x1d|S[0-9]|\Z)",
    re.ASCII,
)
_REQUIRED = ("S1", "S2", "S3", "S4", "S5", "S6")
_MUTED = (("<GS>", GS), ("␝", GS))


def read(payload: str | bytes) -> ScannedIdentity:
    """The identity of a scanned payload; `UnreadableIns` when it is not one. `<GS>` in letters is taken as U+001D."""
    text = payload.decode("latin-1") if isinstance(payload, bytes) else payload
    for seen, meant in _MUTED:
        text = text.replace(seen, meant)
    text = text.upper()
    if not text.startswith("IS01") or len(text) <= len(HEADER):
        raise _unreadable("En-tête inconnu : attendu IS01.")
    blocks = _blocks(text[len(HEADER) :])
    if missing := [tag for tag in _REQUIRED if tag not in blocks]:
        raise _unreadable("Bloc absent : " + ", ".join(missing) + ".")
    return _identity(blocks)


def _blocks(body: str) -> dict[str, str]:
    """Blocks by tag; an unknown one, or one said twice alike, is passed over."""
    blocks: dict[str, str] = {}
    position = 0
    while position < len(body):
        if body[position] == GS:
            position += 1
            continue
        match = _BLOCK.match(body, position)
        if match is None:
            raise _unreadable(f"Bloc illisible au caractère {len(HEADER) + position + 1}.")
        position = match.end()
        tag = match.lastgroup or "other"
        if blocks.get(tag, match[tag]) != match[tag] and tag != "other":
            raise _unreadable(f"Bloc {tag} présent deux fois avec deux valeurs.")
        blocks[tag] = match[tag]
    return blocks


def _identity(blocks: dict[str, str]) -> ScannedIdentity:
    matricule = blocks["S1"]
    if MATRICULE.fullmatch(matricule) is None:
        raise _unreadable("Matricule mal formé (bloc S1).")
    if blocks["S2"] not in set(InsAuthority):
        raise _unreadable("OID inconnu (bloc S2).")
    day, month, year = (int(part) for part in blocks["S6"].split("-"))
    try:
        born = date(year, month, day)
    except ValueError as error:
        raise _unreadable("Date de naissance impossible (bloc S6).") from error
    return ScannedIdentity(
        matricule=matricule,
        authority=InsAuthority(blocks["S2"]),
        key_valid=matricule_key(matricule[:13]) == int(matricule[13:]),
        birth_given_names=tuple(blocks["S3"].split()),
        birth_family_name=blocks["S4"].strip(),
        sex=Sex.FEMALE if blocks["S5"] == "F" else Sex.MALE,
        birth_date=born,
        birth_place_code=blocks.get("S7"),
    )


def _unreadable(message: str) -> UnreadableIns:
    return UnreadableIns.because(
        "malformed-ins-datamatrix", message, "Scanner de nouveau, ou saisir l'identité à la main."
    )
