"""A published resource, kept ready: written once, with the values it is searched by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from api.facade.search_parameters import PARAMETERS
from api.fhir.json import JsonObject, JsonValue, Written, serialise

Value: TypeAlias = tuple[str, str]
"""What a resource is found by: (system, code) for a token, ("", text) for the rest."""


@dataclass(frozen=True, slots=True)
class Held:
    """One resource: its elements in order, the nested ones as bytes, its values by search parameter, its age."""

    type: str
    id: str
    elements: Mapping[str, JsonValue]
    values: Mapping[str, frozenset[Value]]
    modified: datetime


def hold(resource: JsonObject, more: Mapping[str, Iterable[Value]] | None = None) -> Held:
    """A resource made ready; `more` adds values that its own elements do not tell."""
    kind = str(resource["resourceType"])
    values = {p.name: frozenset(p.values(resource)) for p in PARAMETERS[kind]}
    for name, added in (more or {}).items():
        values[name] |= frozenset(added)
    ((_, modified),) = values["_lastUpdated"]
    elements = {name: _ready(name, value) for name, value in resource.items()}
    return Held(kind, str(resource["id"]), elements, values, datetime.fromisoformat(modified))


def _ready(name: str, value: JsonValue) -> JsonValue:
    # `meta` stays open: a part of a resource says there that it is a part.
    return value if name == "meta" or isinstance(value, str | int) else Written(serialise(value))
