"""Clinical context of a line: answers to the items of clinical information (*renseignements cliniques*)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from kernel.partial_date import PartialDate
from terminology.coding import Coding


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and its unit; `ucum` is the code of the unit, None when only words are known."""

    value: Decimal
    unit: str
    ucum: str | None = None


@dataclass(frozen=True, slots=True)
class DateAnswer:
    """A date, possibly partial."""

    date: PartialDate


@dataclass(frozen=True, slots=True)
class InstantAnswer:
    """A date with its time."""

    instant: datetime


@dataclass(frozen=True, slots=True)
class QuantityAnswer:
    """A measured quantity."""

    quantity: Quantity


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """A number without unit; `decimal` says whether it was given as a decimal."""

    number: Decimal
    decimal: bool


@dataclass(frozen=True, slots=True)
class ChoiceAnswer:
    """One of the choices."""

    choice: Coding


@dataclass(frozen=True, slots=True)
class BooleanAnswer:
    """Yes or no."""

    boolean: bool


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """Free text."""

    text: str


@dataclass(frozen=True, slots=True)
class AskedUnknown:
    """Asked, and not known: a full answer, which draws no warning."""

    asked_unknown: bool = True


AnswerValue = (
    DateAnswer
    | InstantAnswer
    | QuantityAnswer
    | NumberAnswer
    | ChoiceAnswer
    | BooleanAnswer
    | TextAnswer
    | AskedUnknown
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one item; `question` is the code of the item of clinical information."""

    question: str
    value: AnswerValue
