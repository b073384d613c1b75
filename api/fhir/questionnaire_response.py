"""QuestionnaireResponse: the answers to an exam's items of clinical information, « inconnu » included."""

from collections.abc import Callable, Iterable
from itertools import groupby

from api.fhir.datatypes import read_coding, read_quantity, write_coding, write_instant, write_quantity
from api.fhir.element import Element
from api.fhir.json import JsonObject, JsonValue
from api.fhir.systems import DATA_ABSENT_REASON, clinical_questionnaire
from kernel.partial_date import PartialDate
from prescription.context import (
    Answer,
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

_ASKED_UNKNOWN = "asked-unknown"


def read_questionnaire_response(element: Element, base: str, code: str | None) -> tuple[Answer, ...]:
    """The answers, in order; `code` is the exam's, which the questionnaire must be about."""
    questionnaire = element.text("questionnaire", required=True)
    if questionnaire is not None:
        url = questionnaire.partition("|")[0]
        if not url.startswith(clinical_questionnaire(base, "")) or (code and url != clinical_questionnaire(base, code)):
            expected = clinical_questionnaire(base, code or "<code>")
            element.wrong("Ce questionnaire n'est pas celui de l'examen.", f"Attendu : {expected}", "questionnaire")
    element.one_of("status", ("completed",), required=True)
    answers = tuple(answer for item in element.children("item") for answer in _read_item(item))
    element.close_resource()
    return answers


def read_known_answers(element: Element) -> tuple[Answer, ...]:
    """The answers of a response that is about no exam in particular: `linkId` is the item of clinical information."""
    element.read_past("questionnaire", "status")
    answers = tuple(answer for item in element.children("item") for answer in _read_item(item))
    element.close_resource()
    return answers


def _read_item(item: Element) -> list[Answer]:
    item.read_past("text")
    question = item.text("linkId", required=True)
    values = [_read_answer(answer) for answer in item.children("answer")]
    item.close()
    return [Answer(question, value) for value in values if question is not None and value is not None]


def _read_answer(answer: Element) -> AnswerValue | None:
    names = {key.removeprefix("_") for key in answer.value if key.removeprefix("_").startswith("value")}
    name = names.pop() if len(names) == 1 else ""
    if name not in _READERS:
        if name:
            answer.read_past(name, f"_{name}")
        answer.close()
        answer.wrong("Réponse sans valeur, ou d'un type non pris en charge.", "Donner une seule valeur (value[x]).")
        return None
    value = _read_unknown(answer, name) or (_READERS[name](answer) if answer.has(name) else None)
    answer.close()
    return value


def _read_unknown(answer: Element, name: str) -> AskedUnknown | None:
    held = f"_{name}" if answer.has(f"_{name}") else name
    if held == name and not isinstance(answer.value.get(name), dict):
        return None
    holder = Element(_object(answer, held), answer.at(name), answer.report)
    reason = holder.extension(DATA_ABSENT_REASON)
    if reason is None:
        if held != name:
            answer.child(held)
            answer.doubt(name)
            holder.close()
        return None
    answer.read_past(held)
    reason.one_of("valueCode", (_ASKED_UNKNOWN,), required=True)
    reason.close()
    holder.close()
    if answer.has(name) and held != name:
        answer.wrong("Une réponse inconnue n'a pas de valeur.", "Garder la valeur ou data-absent-reason.", name)
    return AskedUnknown()


def _object(answer: Element, name: str) -> dict[str, JsonValue]:
    value = answer.value.get(name)
    return value if isinstance(value, dict) else {}


def _read_date_time(answer: Element) -> AnswerValue | None:
    value = answer.value.get("valueDateTime")
    if isinstance(value, str) and "T" in value:
        instant = answer.instant("valueDateTime")
        return InstantAnswer(instant) if instant else None
    return _date(answer.partial_date("valueDateTime"))


def _date(date: PartialDate | None) -> AnswerValue | None:
    return DateAnswer(date) if date else None


def _read_boolean(answer: Element) -> AnswerValue | None:
    value = answer.boolean("valueBoolean")
    return None if value is None else BooleanAnswer(value)


def _read_decimal(answer: Element) -> AnswerValue | None:
    value = answer.decimal("valueDecimal")
    return None if value is None else NumberAnswer(value, decimal=True)


def _read_integer(answer: Element) -> AnswerValue | None:
    value = answer.integer("valueInteger")
    number = answer.decimal("valueInteger") if value is not None else None
    return None if number is None else NumberAnswer(number, decimal=False)


def _read_string(answer: Element) -> AnswerValue | None:
    text = answer.text("valueString")
    return TextAnswer(text) if text else None


def _read_choice(answer: Element) -> AnswerValue | None:
    child = answer.child("valueCoding")
    coding = read_coding(child) if child else None
    return ChoiceAnswer(coding) if coding else None


def _read_measure(answer: Element) -> AnswerValue | None:
    child = answer.child("valueQuantity")
    quantity = read_quantity(child) if child else None
    return QuantityAnswer(quantity) if quantity else None


_READERS: dict[str, Callable[[Element], AnswerValue | None]] = {
    "valueBoolean": _read_boolean,
    "valueDecimal": _read_decimal,
    "valueInteger": _read_integer,
    "valueDate": lambda answer: _date(answer.partial_date("valueDate")),
    "valueDateTime": _read_date_time,
    "valueString": _read_string,
    "valueCoding": _read_choice,
    "valueQuantity": _read_measure,
}


def write_questionnaire_response(answers: Iterable[Answer], base: str, code: str) -> JsonObject:
    """A QuestionnaireResponse; neighbouring answers to one question share an item."""
    items: list[JsonValue] = [
        {"linkId": question, "answer": [_write_answer(answer) for answer in group]}
        for question, group in groupby(answers, key=lambda answer: answer.question)
    ]
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": clinical_questionnaire(base, code),
        "status": "completed",
        "item": items,
    }


def _write_answer(answer: Answer) -> JsonObject:
    match answer.value:
        case DateAnswer(date):
            return {"valueDate": str(date)}
        case InstantAnswer(instant):
            return {"valueDateTime": write_instant(instant)}
        case QuantityAnswer(quantity):
            return {"valueQuantity": write_quantity(quantity.value, quantity.unit, quantity.ucum)}
        case NumberAnswer(number, decimal):
            return {"valueDecimal": number} if decimal else {"valueInteger": int(number)}
        case ChoiceAnswer(choice):
            return {"valueCoding": write_coding(choice)}
        case BooleanAnswer(boolean):
            return {"valueBoolean": boolean}
        case TextAnswer(text):
            return {"valueString": text}
        case AskedUnknown():
            # The type of an unknown answer is not kept; the codes of our date items begin with `date-`.
            name = "_valueDate" if answer.question.startswith("date-") else "_valueString"
            return {name: {"extension": [{"url": DATA_ABSENT_REASON, "valueCode": _ASKED_UNKNOWN}]}}
