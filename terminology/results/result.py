"""One result of a report, as a reader of reports holds it (terminology.md §6; the elements of seed 004)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from kernel.loinc import SYSTEM as LOINC

# `codeSystem` of a CDA report, bare or as a URI, and its `codeSystemName`, which may stand alone (seed 004).
_LOINC_NAMES = frozenset((LOINC, "2.16.840.1.113883.6.1", "urn:oid:2.16.840.1.113883.6.1", "LOINC"))


class Comparator(StrEnum):
    """What stands before a value the method could not measure further (FHIR Quantity.comparator)."""

    LESS = "<"
    LESS_OR_EQUAL = "<="
    MORE_OR_EQUAL = ">="
    MORE = ">"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, in the unit of its result."""

    value: Decimal
    comparator: Comparator | None = None


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """Reference values, in the unit of their result; one bound may be missing."""

    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One result. `value` is a quantity or a text; `unit` a valid UCUM unit, empty when there is none.

    `interpretation`, `technique` and `date` travel unchanged; each is empty when not given.
    """

    system: str
    code: str
    value: Quantity | str
    unit: str = ""
    ranges: tuple[ReferenceRange, ...] = ()
    interpretation: str = ""
    technique: str = ""
    date: str = ""

    @property
    def is_loinc(self) -> bool:
        """Whether the code is one of LOINC, by whichever of its names."""
        return self.system in _LOINC_NAMES

    def is_coded_as(self, system: str, code: str) -> bool:
        """Whether it carries this code of this system."""
        return self.code == code and (self.system == system or (system == LOINC and self.is_loinc))
