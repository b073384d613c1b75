"""A ValueSet with its expansion, as bytes (FHIR R4, terminology.md §5.3, interface.md §5).

Each concept is written once in each manner it is asked in, and so is a whole value set; an answer joins them to what
changes.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from random import getrandbits
from typing import NamedTuple

from api.fhir.datatypes import present, write_coding
from api.fhir.json import JsonObject, JsonValue, serialise
from api.fhir.systems import EXPANSION_PROPERTY, UNCLOSED
from api.operations.terms import Terms
from api.terminology.concept import Concept, Designation
from api.terminology.properties import Property, PropertyType
from api.terminology.systems import Canonical
from terminology.coding import Coding

LANGUAGE_TAGS = "urn:ietf:bcp:47"
_VALUES = {
    PropertyType.CODE: "valueCode",
    PropertyType.CODING: "valueCoding",
    PropertyType.STRING: "valueString",
    PropertyType.INTEGER: "valueInteger",
    PropertyType.BOOLEAN: "valueBoolean",
    PropertyType.DECIMAL: "valueDecimal",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How concepts are written: which designations (`tokens` of a use or a language, empty = all), which properties."""

    designations: bool
    tokens: tuple[str, ...]
    properties: tuple[str, ...]


class Expansion(NamedTuple):
    """One page of a value set: `head` as `write_head` writes it, `contains` its concepts as `write_contains` does;
    `echo` is what was used, as entries of `expansion.parameter` between commas."""

    head: bytes
    contains: bytes
    total: int
    offset: int
    echo: bytes
    now: datetime


def write_head(value_set: Canonical, definition: JsonObject | None = None) -> bytes:
    """The ValueSet up to what changes with each call."""
    one = value_set
    head = present(
        {
            "resourceType": "ValueSet",
            "id": one.id,
            "url": one.url,
            "version": one.version,
            "name": one.name,
            "title": one.title,
            "status": "active",
            "experimental": one.experimental,
            "date": one.date.isoformat(),
            "publisher": one.publisher,
            "description": one.description,
            "copyright": one.copyright,
            **(definition or {}),
        }
    )
    unclosed: JsonObject = {"extension": [{"url": UNCLOSED, "valueBoolean": True}]} if one.fragment else {}
    return b'%b,"expansion":{%b' % (serialise(head)[:-1], serialise(unclosed)[1:-1] + b"," if unclosed else b"")


def write_expansion(page: Expansion) -> bytes:
    """The ValueSet, joined by hand: what may be megabytes is copied once."""
    return b'%b"identifier":"%b","timestamp":"%b","total":%d,"offset":%d,"parameter":[%b]%b}}' % (
        page.head,
        uuid.UUID(int=getrandbits(128), version=4).urn.encode(),  # no secret: the system need not be asked for it
        page.now.isoformat().encode(),
        page.total,
        page.offset,
        page.echo,
        b',"contains":[%b]' % page.contains if page.contains else b"",
    )


def write_contains(held: Terms, concepts: Iterable[Concept], manner: Manner) -> bytes:
    """The concepts in the order they come, between commas."""
    of, written = held.written.of, []
    for concept in concepts:
        key = (manner, concept.system, concept.code, concept.display, concept.inactive)
        written.append(of(key, partial(_write_concept, held, concept, manner)))
    return b",".join(written)


def write_parameter(name: str, kind: str, value: JsonValue) -> bytes:
    """An entry of `expansion.parameter`."""
    return serialise({"name": name, kind: value})


def _write_concept(held: Terms, concept: Concept, manner: Manner) -> bytes:
    written = present(
        {
            "extension": [_write_property(one) for one in concept.properties if one.code in manner.properties],
            "system": concept.system,
            "version": held.version(concept.system) if held.code_systems.by_url(concept.system) else None,
            "code": concept.code,
            "display": concept.display,
            "inactive": True if concept.inactive else None,
            "designation": [_write_designation(one) for one in concept.designations if _is_asked(concept, one, manner)],
        }
    )
    return serialise(written)


def _is_asked(concept: Concept, designation: Designation, manner: Manner) -> bool:
    if not manner.designations or designation.value == concept.display:
        return False
    use, language = designation.use, designation.language
    names = {language, f"{LANGUAGE_TAGS}|{language}", use.code, f"{use.system}|{use.code}"}
    return not manner.tokens or bool(names & set(manner.tokens))


def _write_designation(designation: Designation) -> JsonObject:
    return {"language": designation.language, "use": write_coding(designation.use), "value": designation.value}


def _write_property(one: Property) -> JsonObject:
    value: JsonValue = write_coding(one.value) if isinstance(one.value, Coding) else one.value
    return {
        "url": EXPANSION_PROPERTY,
        "extension": [{"url": "code", "valueCode": one.code}, {"url": "value", _VALUES[one.type]: value}],
    }
