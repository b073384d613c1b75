"""The strict traits of an identity, and how those held here compare with those of the teleservice."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.ins import Ins
from kernel.partial_date import PartialDate
from prescription.identity.spelling import begins, same_spelling
from prescription.people import Patient, Sex


@dataclass(frozen=True, slots=True)
class InsIdentity:
    """An identity as the national base knows it: the INS and the five strict traits beside it."""

    ins: Ins
    birth_family_name: str
    birth_given_names: tuple[str, ...]
    sex: Sex
    birth_date: PartialDate
    birth_place_code: str | None = None

    def __repr__(self) -> str:
        return "InsIdentity(…)"


class Trait(StrEnum):
    """What is compared, in the order it is shown."""

    BIRTH_FAMILY_NAME = "birth-family-name"
    FIRST_GIVEN_NAME = "first-birth-given-name"
    GIVEN_NAMES = "birth-given-names"
    SEX = "sex"
    BIRTH_DATE = "birth-date"
    BIRTH_PLACE = "birth-place-code"
    MATRICULE = "matricule"


@dataclass(frozen=True, slots=True)
class Concordance:
    """One trait as held here (None: not held) and as the teleservice answers it. Its representation hides both."""

    trait: Trait
    local: str | None
    official: str | None
    agrees: bool

    def __repr__(self) -> str:
        return f"Concordance({self.trait}, agrees={self.agrees})"


def compare(patient: Patient, official: InsIdentity) -> tuple[Concordance, ...]:
    """Every trait side by side. A trait that is not held here does not disagree: the answer brings it."""
    listed = " ".join(official.birth_given_names)
    first = patient.first_birth_given_name
    given = " ".join(patient.birth_given_names)
    born = patient.birth_date
    family = patient.birth_family_name
    held = patient.ins.matricule if patient.ins else None
    return (
        Concordance(
            Trait.BIRTH_FAMILY_NAME,
            family,
            official.birth_family_name,
            family is None or same_spelling(family, official.birth_family_name),
        ),
        Concordance(Trait.FIRST_GIVEN_NAME, first, listed, first is None or begins(first, listed)),
        Concordance(Trait.GIVEN_NAMES, given or None, listed, not given or begins(given, listed)),
        Concordance(
            Trait.SEX,
            patient.sex.value,
            official.sex.value,
            patient.sex in (official.sex, Sex.UNKNOWN),
        ),
        Concordance(
            Trait.BIRTH_DATE,
            str(born) if born else None,
            str(official.birth_date),
            born is None or _within(official.birth_date, born),
        ),
        _same(Trait.BIRTH_PLACE, patient.birth_place_code, official.birth_place_code),
        _same(Trait.MATRICULE, held, official.ins.matricule),
    )


def discordant(compared: tuple[Concordance, ...]) -> bool:
    """Whether a trait held here is contradicted, the matricule apart: it is the answer that gives it."""
    return any(not each.agrees for each in compared if each.trait is not Trait.MATRICULE)


def _same(trait: Trait, local: str | None, official: str | None) -> Concordance:
    return Concordance(trait, local, official, local is None or local == official)


def _within(whole: PartialDate, part: PartialDate) -> bool:
    """Whether `part` is `whole`, or what is known of it."""
    return str(whole).startswith(str(part))
