"""A second opinion on structure: the R4B models of `fhir.resources`, which know every element of every resource.

They judge types, cardinalities and forms; required bindings and what is not ours are judged by our own readers.
Their words are English and may quote what was sent: only the kind of fault and its place are kept.
"""

import re

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from api.fhir.json import JsonObject

_KINDS = (
    (re.compile(r"missing"), "Un élément obligatoire de FHIR manque."),
    (re.compile(r"extra_forbidden"), "Élément inconnu de FHIR R4."),
    (re.compile(r""), "Valeur ou structure contraire à FHIR R4."),
)


def structure_faults(resource: JsonObject, resource_type: str) -> list[tuple[str, str]]:
    """Faults of a resource as (FHIRPath below it, French message); none when it has the structure of its type."""
    try:
        get_fhir_model_class(resource_type).model_validate(resource)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return [(_fhirpath(e["loc"]), _message(e["type"])) for e in found]
    except (AttributeError, LookupError, TypeError, ValueError):  # the models stumble over some values, such as "3"
        return [("", _message(""))]
    return []


def _message(kind: str) -> str:
    return next(message for pattern, message in _KINDS if pattern.search(kind))


def _fhirpath(location: tuple[int | str, ...]) -> str:
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step != "root" and re.fullmatch(r"_?[A-Za-z][A-Za-z0-9]{0,63}", step, re.ASCII):
            path += ("." if path else "") + step.removeprefix("_")
    return path
