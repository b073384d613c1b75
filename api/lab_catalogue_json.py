"""A laboratory's catalogue as plain JSON: the model's own fields and words, read strictly (lcsd.md §4, §5).

A coding is `{"system", "code", "display"}`; a number may come as text, and goes as text, so that nobody makes a float
of it; what is empty by default may be left out. Every fault of a body is told at once, each at its place.
"""

from collections.abc import Iterator
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from api.fhir.json import JsonObject
from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from terminology.lab_catalogue import LabCatalogue

_ADAPTER = TypeAdapter(LabCatalogue)
_MOST_TOLD = 200
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
}


def read_lab_catalogue(body: JsonObject) -> LabCatalogue:
    """The catalogue of a JSON object; its number is given by the base, whatever is sent.

    `Invalid` with every fault, located as `exams[3].containers[0].description`.
    """
    try:
        found = _ADAPTER.validate_python({**body, "version": 1}, extra="forbid")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        raise Invalid([_fault(_place(fault["loc"]), fault["type"]) for fault in faults[:_MOST_TOLD]]) from None
    naive = [place for place, instant in _instants(found) if instant is not None and instant.tzinfo is None]
    if naive:
        raise Invalid([_fault(place, "zone") for place in naive[:_MOST_TOLD]])
    return found


def write_lab_catalogue(catalogue: LabCatalogue) -> JsonObject:
    """The JSON object; what is empty by default is left out."""
    written: JsonObject = _ADAPTER.dump_python(catalogue, mode="json", exclude_defaults=True)
    return written


def _instants(catalogue: LabCatalogue) -> Iterator[tuple[str, datetime | None]]:
    yield "effective_from", catalogue.effective_from
    for number, exam in enumerate(catalogue.exams):
        for name in ("changed_at", "comparable_from", "effective_from"):
            yield f"exams[{number}].{name}", getattr(exam, name)


def _place(loc: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part[:60]}" for part in loc).lstrip(".")


def _fault(place: str, kind: str) -> Finding:
    message = "Une date porte son décalage horaire." if kind == "zone" else _WORDS.get(kind, "Valeur refusée.")
    return Finding(Severity.ERROR, "bad-parameter", message, "Corriger le corps de la requête.", place)
