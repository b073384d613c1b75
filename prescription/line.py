"""One line of an order (*ligne*): an exam, coded or in free text, and what is said about it (prescription.md §1)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from prescription.context import Answer
from prescription.people import ContactPoint, PractitionerRole
from terminology.coding import Coding


class CodeKind(StrEnum):
    """Where the code of an exam comes from."""

    LOINC = "loinc"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class CodedExam:
    """An exam by its national request code. `as_seen` is what the prescriber saw, when it was sent."""

    kind: CodeKind
    code: str
    display: str = ""
    as_seen: str | None = None


@dataclass(frozen=True, slots=True)
class FreeTextExam:
    """An exam in the prescriber's own words: always allowed, never coded behind the prescriber's back."""

    text: str


Exam = CodedExam | FreeTextExam


class ReturnWhen(StrEnum):
    """When a further channel is used to return a result."""

    ALWAYS = "always"
    URGENT = "urgent"
    PATHOLOGICAL = "pathological"
    OUT_OF_HOURS = "out-of-hours"


@dataclass(frozen=True, slots=True)
class ResultReturn:
    """A channel beside secure messaging; `within_minutes` is the delay asked for."""

    contact: ContactPoint
    when: ReturnWhen
    within_minutes: int | None = None
    note: str | None = None


class RecurrenceKind(StrEnum):
    """*itératif*: a series within one period; *renouvelable*: the same line again, later."""

    ITERATIVE = "iterative"
    RENEWABLE = "renewable"


class PeriodUnit(StrEnum):
    """UCUM units of an interval."""

    DAY = "d"
    WEEK = "wk"
    MONTH = "mo"
    YEAR = "a"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How often a line is done: `count` executions in all, or up to and including `until`, every `interval` units."""

    kind: RecurrenceKind | None
    interval: Decimal | None
    unit: PeriodUnit | None
    count: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Range aimed at, for example an INR; `unit` is `INR` or a UCUM code."""

    low: Decimal | None
    high: Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class Precondition:
    """A condition without which sampling is useless; `not_after` is the last useful day."""

    text: str
    not_after: date | None = None


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction, coded (MED-1160…), in words, or both."""

    text: str = ""
    coding: Coding | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What pays, when the prescriber says so (ALD…); never invented."""

    type: str
    payor: str | None = None


@dataclass(frozen=True, slots=True)
class Flags:
    """Five yes-or-no marks, all false unless said: ALD, prevention, AT/MP, non remboursable, hors nomenclature."""

    ald: bool = False
    prevention: bool = False
    work_accident: bool = False
    non_reimbursable: bool = False
    outside_nomenclature: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `line_id` is a `urn:uuid:` that stays through every version; `requester` is None for the author."""

    line_id: str
    exam: Exam
    authored_on: datetime | None = None
    requester: PractitionerRole | None = None
    urgent: bool = False
    flags: Flags = Flags()
    work_accident_detail: str | None = None
    clinical_context: str | None = None
    answers: tuple[Answer, ...] = ()
    specimens: tuple[Coding, ...] = ()
    body_site: Coding | None = None
    laterality: Coding | None = None
    detail: str | None = None
    target: Target | None = None
    sampling_instructions: tuple[Instruction, ...] = ()
    patient_instructions: tuple[Instruction, ...] = ()
    patient_instruction_text: str | None = None
    preconditions: tuple[Precondition, ...] = ()
    result_returns: tuple[ResultReturn, ...] = ()
    occurrence_from: date | None = None
    recurrence: Recurrence | None = None
    coverages: tuple[Coverage, ...] = ()
    note: str | None = None
    replaces: str | None = None

    @property
    def answered(self) -> frozenset[str]:
        """Codes of the items of clinical information that have an answer, « inconnu » included."""
        return frozenset(answer.question for answer in self.answers)


def line_uuid(line_id: str) -> uuid.UUID:
    """The UUID in the `urn:uuid:` of a line."""
    return uuid.UUID(line_id.removeprefix("urn:uuid:"))
