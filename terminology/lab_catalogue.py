"""A laboratory's catalogue (*guide des prélèvements*): what can be ordered from it, and all a collector must know.

One model for every room: `lcsd` publishes it, `storage` keeps it, the transcoding assistant works on it. It holds
what `lcsd.md` §4 and §5 say a publication carries. A text that is not known is empty, a value that is not known is
None. References between exams (`members`, `required_information`, `reflex_exams`) are local codes.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from kernel.text import fold
from terminology.coding import Coding

_CAP = re.compile(r"(?P<tube>.+), bouchon (?P<colour>.+)", re.DOTALL)


class Nature(StrEnum):
    """What kind of exam it is (HL7 table 0174)."""

    ATOMIC = "A"
    BATTERY = "P"
    FUNCTIONAL = "F"
    SUPERSET = "S"
    CALCULATED = "C"


class ValueType(StrEnum):
    """Type of the result (HL7 table 0125, the types a biology result takes)."""

    NUMERIC = "NM"
    STRUCTURED_NUMERIC = "SN"
    CODED = "CE"
    STRING = "ST"
    TEXT = "TX"
    FORMATTED_TEXT = "FT"
    DATE = "DT"
    TIME = "TM"
    INSTANT = "TS"
    ENCAPSULATED = "ED"

    @property
    def is_number(self) -> bool:
        """Whether a result of this type carries a unit."""
        return self in (ValueType.NUMERIC, ValueType.STRUCTURED_NUMERIC)


class Priority(StrEnum):
    """How fast the exam can be done, or its specimen accepted (HL7 tables 0168 and 0027)."""

    STAT = "S"
    ASAP = "A"
    ROUTINE = "R"
    PREOPERATIVE = "P"
    CALLBACK = "C"
    TIMING_CRITICAL = "T"
    BEDSIDE = "B"


class ReportingPriority(StrEnum):
    """How the result is given (HL7 table 0169): called back, or as a rush report."""

    CALL_BACK = "C"
    RUSH = "R"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its UCUM unit; `unit` is None when the publisher gave none."""

    value: Decimal
    unit: Coding | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds, either absent."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """Values expected in one population. `sex` is a code of HL7 table 0001, `age` in years, gestation in weeks."""

    values: Interval
    sex: str = ""
    age: Interval = Interval()
    gestational_age: Interval = Interval()
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a numeric result is expressed: unit, `precision` (`5.2` = five digits, two decimals), SI twin, ranges.

    A value in `unit` multiplied by `si_factor` is a value in `si_unit`.
    """

    unit: Coding | None = None
    precision: str = ""
    si_unit: Coding | None = None
    si_factor: Decimal | None = None
    reference_ranges: tuple[ReferenceRange, ...] = ()
    critical_ranges: tuple[ReferenceRange, ...] = ()


@dataclass(frozen=True, slots=True)
class Transport:
    """How the specimen travels: temperature in words (without `;`), longest delay in hours, anything else."""

    temperature: str = ""
    max_delay_hours: Decimal | None = None
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """One tube or pot. `description` reads `Tube <additif>, bouchon <couleur>` when it is a tube.

    Several containers are all needed, unless they share a `choice` number: then one of those is enough.
    """

    description: str
    derived: bool = False
    volume: Quantity | None = None
    specimen: Coding | None = None
    additive: Coding | None = None
    preparation: str = ""
    transport: Transport = Transport()
    usual_volume: Quantity | None = None
    minimum_volume: Quantity | None = None
    collection: str = ""
    choice: int | None = None
    priorities: tuple[Priority, ...] = ()
    retention: Quantity | None = None

    @property
    def cap_colour(self) -> str:
        """Colour of the cap, read from the description; empty when it is not told there."""
        found = _CAP.fullmatch(self.description)
        return found["colour"] if found else ""


@dataclass(frozen=True, slots=True)
class LabExam:
    """One entry of the catalogue: an exam to order, a result of one, or an item of clinical information.

    Synonyms that repeat the label or one another, case and accents apart, are dropped on construction; a measure
    that says nothing becomes None. Durations are minutes, `schedule` holds `QJ1` (every Monday) or words.
    """

    local_code: str
    label: str
    loinc: Coding | None = None
    loinc_preferred: bool = True
    value_types: tuple[ValueType, ...] = ()
    specimen_required: bool = True
    purpose: str = ""
    nabm: tuple[Coding, ...] = ()
    synonyms: tuple[str, ...] = ()
    printed_label: str = ""
    mnemonic: str = ""
    reference_label: str = ""
    orderable: bool = True
    techniques: tuple[Coding, ...] = ()
    sections: tuple[Coding, ...] = ()
    nature: Nature = Nature.ATOMIC
    chapter: Coding | None = None
    rank: str = ""
    changed_at: datetime | None = None
    comparable_from: datetime | None = None
    turnaround_minutes: Decimal | None = None
    processing_minutes: Decimal | None = None
    processing_priorities: tuple[Priority, ...] = ()
    reporting_priority: ReportingPriority | None = None
    subcontractors: tuple[Coding, ...] = ()
    required_information: tuple[str, ...] = ()
    interpretation: str = ""
    contraindication: Coding | None = None
    reflex_exams: tuple[str, ...] = ()
    reflex_rule: str = ""
    patient_preparation: str = ""
    factors: str = ""
    schedule: tuple[str, ...] = ()
    method_text: str = ""
    anatomic_site: Coding | None = None
    measure: Measure | None = None
    answer_list: Coding | None = None
    normal_answers: tuple[Coding, ...] = ()
    abnormal_answers: tuple[Coding, ...] = ()
    critical_answers: tuple[Coding, ...] = ()
    containers: tuple[Container, ...] = ()
    members: tuple[str, ...] = ()
    derivation_rule: str = ""
    effective_from: datetime | None = None

    def __post_init__(self) -> None:
        names = {fold(self.label): self.label}
        for synonym in filter(None, self.synonyms):
            names.setdefault(fold(synonym), synonym)
        if len(names) != len(self.synonyms) + 1:
            object.__setattr__(self, "synonyms", tuple(names.values())[1:])
        if self.measure == Measure():
            object.__setattr__(self, "measure", None)


@dataclass(frozen=True, slots=True)
class Laboratory:
    """Who publishes: geographic FINESS, name, `mnemonic` (names its messages), application that keeps the file."""

    finess: str
    name: str
    mnemonic: str
    application: str = "CATALOGUE"


@dataclass(frozen=True, slots=True)
class LabCatalogue:
    """One version of a laboratory's catalogue, in force from `effective_from` (aware). Exams keep their order."""

    laboratory: Laboratory
    version: int
    effective_from: datetime
    exams: tuple[LabExam, ...] = ()

    def exam(self, local_code: str) -> LabExam | None:
        """The exam with this local code, None when the catalogue has none."""
        return next((e for e in self.exams if e.local_code == local_code), None)

    @property
    def orderable(self) -> tuple[LabExam, ...]:
        """The exams a prescriber may ask for."""
        return tuple(e for e in self.exams if e.orderable)
