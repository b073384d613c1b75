"""A laboratory's catalogue as plain JSON: the model's own fields and words, read strictly (lcsd.md §4, §5).

A coding is `{"system", "code", "display"}`; a number may come as text, and goes as text, so that nobody makes a float
of it; what is empty by default may be left out. Every fault of a body is told at once, each at its place.
"""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from api.fhir.json import JsonObject, JsonValue
from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from terminology.lab_catalogue import LabCatalogue

_ADAPTER = TypeAdapter(LabCatalogue)
_MOST_TOLD = 200
_EXAM_INSTANTS = ("changed_at", "comparable_from", "effective_from")
_WORDS = {
    "missing": "Champ obligatoire absent.",
    "extra_forbidden": "Champ inconnu.",
    "enum": "Valeur hors de la liste.",
    "decimal_parsing": "Un nombre est attendu.",
    "decimal_type": "Un nombre est attendu.",
    "finite_number": "Un nombre fini est attendu.",
    "string_type": "Un texte est attendu.",
    "bool_type": "true ou false est attendu.",
    "bool_parsing": "true ou false est attendu.",
    "int_type": "Un nombre entier est attendu.",
    "int_parsing": "Un nombre entier est attendu.",
    "tuple_type": "Une liste est attendue.",
    "dataclass_type": "Un objet est attendu.",
    **dict.fromkeys(
        ("zone", "datetime_type", "datetime_parsing", "datetime_from_date_parsing"),
        "Une date porte son heure et son décalage, comme 2026-07-15T00:00:00+02:00.",
    ),
}


def read_lab_catalogue(body: JsonObject) -> LabCatalogue:
    """The catalogue of a JSON object; its number is given by the base, whatever is sent.

    `Invalid` with every fault, located as `exams[3].containers[0].description`.
    """
    faults: dict[str, Finding] = {}
    try:
        found = _ADAPTER.validate_python({**body, "version": 1}, extra="forbid")
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            place = _place(fault["loc"])
            faults.setdefault(place, _fault(place, fault["type"]))
    for place, told in _instants(body):
        if told is not None and not _is_instant(told):
            faults.setdefault(place, _fault(place, "zone"))
    if faults:
        raise Invalid([*faults.values()][:_MOST_TOLD])
    return found


def write_lab_catalogue(catalogue: LabCatalogue) -> JsonObject:
    """The JSON object; what is empty by default is left out."""
    written: JsonObject = _ADAPTER.dump_python(catalogue, mode="json", exclude_defaults=True)
    return written


def _instants(body: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    """What stands in the place of an instant, whatever else is wrong with the body."""
    yield "effective_from", body.get("effective_from")
    exams = body.get("exams")
    for number, exam in enumerate(exams if isinstance(exams, list) else ()):
        if isinstance(exam, dict):
            yield from ((f"exams[{number}].{name}", exam.get(name)) for name in _EXAM_INSTANTS)


def _is_instant(told: JsonValue) -> bool:
    try:
        return isinstance(told, str) and datetime.fromisoformat(told).tzinfo is not None
    except ValueError:
        return False


def _place(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part[:60]}" for part in loc).lstrip(".")


def _fault(place: str, kind: str) -> Finding:
    message = _WORDS.get(kind, "Valeur refusée.")
    return Finding(Severity.ERROR, "bad-parameter", message, "Corriger le corps de la requête.", place)
