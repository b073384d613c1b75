"""Clinical information of a line in words: what was answered, and what is still to be said (printing.md §4)."""

from dataclasses import dataclass

from prescription.clinical_information import missing_information
from prescription.context import (
    AnswerValue,
    AskedUnknown,
    BooleanAnswer,
    ChoiceAnswer,
    DateAnswer,
    InstantAnswer,
    NumberAnswer,
    QuantityAnswer,
    TextAnswer,
)
from prescription.labels import request_of
from prescription.line import Line
from prescription.people import Sex
from printing import wording
from printing.french import capitalised, number, partial_date, short_date, uncapitalised, unit
from terminology.catalogue import Catalogue
from terminology.request_code import Obligation


@dataclass(frozen=True, slots=True)
class PrintedAnswer:
    """The label of an item of clinical information and its answer in words."""

    label: str
    words: str


def answers_of(line: Line, catalogue: Catalogue) -> list[PrintedAnswer]:
    """Each answer under the label the catalogue gives its item; the code of the item when it has none."""
    labels = _labels(line, catalogue)
    return [
        PrintedAnswer(capitalised(labels.get(answer.question, answer.question)), _words(answer.value))
        for answer in line.answers
    ]


def missing_of(line: Line, catalogue: Catalogue, sex: Sex) -> list[str]:
    """Labels of the obligatory items without any answer, to be written by hand."""
    request = request_of(line, catalogue)
    items = missing_information(line, request, sex, Obligation.REQUIRED) if request else ()
    return [uncapitalised(item.label) for item in items]


def _labels(line: Line, catalogue: Catalogue) -> dict[str, str]:
    request = request_of(line, catalogue)
    return {e.item.code: e.item.label for e in request.clinical_information} if request else {}


def _words(value: AnswerValue) -> str:
    match value:
        case DateAnswer(date):
            return partial_date(date)
        case InstantAnswer(instant):
            return f"{short_date(instant)} à {instant:%H:%M}"
        case QuantityAnswer(quantity):
            return f"{number(quantity.value)}\u00a0{unit(quantity.unit or quantity.ucum or '')}".rstrip()
        case NumberAnswer():
            return number(value.number)
        case ChoiceAnswer(choice):
            return choice.display or choice.code
        case BooleanAnswer(boolean):
            return "oui" if boolean else "non"
        case TextAnswer(text):
            return text
        case AskedUnknown():
            return wording.UNKNOWN
