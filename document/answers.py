"""Clinical information of a line: one simple observation an answer, by the code of its item, or LOINC's beside it."""

from decimal import Decimal

from document.entries import observation
from document.remarks import Remarks
from document.systems import LOINC_OF_QUESTION, LOINC_OID, QUESTION_OF_LOINC, QUESTIONS
from document.values import (
    read_coding,
    read_instant,
    read_number,
    read_partial,
    write_code,
    write_coding,
    write_instant,
    write_number,
    write_partial,
)
from document.xml import Element, child, children, kind, make, text, value
from prescription.context import (
    Answer,
    AnswerValue,
    AskedUnknown,
    BooleanAnswer,
    ChoiceAnswer,
    DateAnswer,
    InstantAnswer,
    NumberAnswer,
    Quantity,
    QuantityAnswer,
    TextAnswer,
)
from prescription.documents.codes import Code

_ASKED_UNKNOWN = "ASKU"


def write_answer(answer: Answer, label: str, id_: str, anchor: str) -> Element:
    """The observation of one answer; `label` is what its item is called."""
    return observation(id_, _write_question(answer.question, label), anchor, _write_value(answer.value))


def _write_question(question: str, label: str) -> Element:
    ours = Code(question, QUESTIONS, label)
    if loinc := LOINC_OF_QUESTION.get(question):
        return write_code("code", Code(loinc, LOINC_OID, label), write_code("translation", ours))
    return write_code("code", ours)


def _write_value(given: AnswerValue) -> Element:
    match given:
        case DateAnswer(date):
            return make("value", type_="TS", value=write_partial(date))
        case InstantAnswer(instant):
            return make("value", type_="TS", value=write_instant(instant))
        case QuantityAnswer(quantity):
            return _write_quantity(quantity)
        case NumberAnswer():
            return make("value", type_="REAL" if given.decimal else "INT", value=write_number(given.number))
        case ChoiceAnswer(choice):
            return write_coding("value", choice, type_="CD")
        case BooleanAnswer(boolean):
            return make("value", type_="BL", value="true" if boolean else "false")
        case TextAnswer(words):
            return make("value", type_="ST", text=words)
        case AskedUnknown():
            return make("value", type_="CD", nullFlavor=_ASKED_UNKNOWN)


def _write_quantity(quantity: Quantity) -> Element:
    """UCUM in `unit`; the words of the unit, when they are others, as the original text of a translation."""
    digits = write_number(quantity.value)
    words = make("translation", make("originalText", text=quantity.unit), value=digits)
    return make(
        "value",
        words if quantity.unit and quantity.unit != quantity.ucum else None,
        type_="PQ",
        value=digits,
        unit=quantity.ucum,
    )


def read_answer(element: Element, remarks: Remarks) -> Answer | None:
    """The answer in an observation; None when its code is of no item, or its value cannot be read."""
    question = question_of(child(element, "code"))
    given = child(element, "value")
    said = None if given is None else _read_value(given, remarks)
    return Answer(question, said) if question and said else None


def question_of(code: Element | None) -> str | None:
    """The item of clinical information a code names: ours, or the one LOINC has a code for."""
    for each in (code, *children(code, "translation")):
        if each is not None and each.get("codeSystem") == QUESTIONS:
            return value(each, attribute="code")
    loinc = code.get("code", "") if code is not None and code.get("codeSystem") == LOINC_OID else ""
    return QUESTION_OF_LOINC.get(loinc, loinc) or None


def _read_value(element: Element, remarks: Remarks) -> AnswerValue | None:
    if element.get("nullFlavor"):
        return AskedUnknown()
    match kind(element):
        case "TS":
            return _read_time(element, remarks)
        case "PQ":
            number = remarks.value(read_number, element)
            return QuantityAnswer(_quantity(element, number)) if number is not None else None
        case "REAL" | "INT" as type_:
            number = remarks.value(read_number, element)
            return NumberAnswer(number, type_ == "REAL") if number is not None else None
        case "CD" | "CE" | "CV" | "CO":
            choice = read_coding(element)
            return ChoiceAnswer(choice) if choice else None
        case "BL":
            return BooleanAnswer(element.get("value") == "true")
        case "ST" | "ED":
            words = text(element)
            return TextAnswer(words) if words else None
    remarks.warn("unknown-type", "Réponse d'un type inconnu, laissée de côté.", "La lire dans le texte.", element)
    return None


def _read_time(element: Element, remarks: Remarks) -> AnswerValue | None:
    if len(element.get("value", "")) > len("YYYYMMDD"):
        instant = remarks.value(read_instant, element)
        return InstantAnswer(instant) if instant else None
    day = remarks.value(read_partial, element)
    return DateAnswer(day) if day else None


def _quantity(element: Element, number: Decimal) -> Quantity:
    ucum = element.get("unit")
    return Quantity(number, text(element, "translation/originalText") or ucum or "", ucum)
