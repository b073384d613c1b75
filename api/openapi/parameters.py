"""A Parameters body, described by the table of rules that reads it (`api/fhir/parameters.py`)."""

from collections.abc import Iterable

from api.fhir.json import JsonValue
from api.fhir.parameters import Kind, Rule
from api.openapi.schema import (
    BOOLEAN,
    DATE,
    INSTANT,
    READ_PAST,
    Schema,
    closed,
    integer,
    line,
    listed,
    one_of,
    record,
    ref,
)

_STRUCTURES = {Kind.INS: "Identifier", Kind.CODING: "Coding", Kind.CONCEPT: "CodeableConcept"}
NOT_IN_ADDRESSES = frozenset({*_STRUCTURES, Kind.RESOURCE, Kind.PARTS})
"""What has parts is given by POST only (FHIR R4 operations.html)."""


def parameters_schema(rules: Iterable[Rule]) -> Schema:
    """The Parameters an operation takes."""
    table = tuple(rules)
    head: dict[str, Schema] = {"resourceType": {"const": "Parameters"}}
    entries = {"parameter": _filled(_one_of(table))}
    needed: list[JsonValue] = [_holding(rule.name) for rule in table if rule.least]
    if needed:
        return {**closed(record({**head, **entries}, READ_PAST)), "allOf": needed}
    return closed(record(head, {**READ_PAST, **entries}))


def bare_resource(rules: Iterable[Rule]) -> str:
    """The type of resource that may be the body itself: where there is one (interface.md §1); empty otherwise."""
    resources = [rule.resource for rule in rules if rule.kind is Kind.RESOURCE]
    return resources[0] if len(resources) == 1 else ""


def value_schema(rule: Rule) -> Schema:
    """The value of one parameter."""
    if rule.kind is Kind.BOOLEAN:
        return BOOLEAN
    if rule.kind in (Kind.INTEGER, Kind.POSITIVE):
        return integer(rule.lowest, rule.highest)
    if rule.kind is Kind.DATE:
        return DATE
    if rule.kind is Kind.INSTANT:
        return {"anyOf": [DATE, INSTANT]} if rule.day_will_do else INSTANT
    if rule.kind in _STRUCTURES:
        return ref(_STRUCTURES[rule.kind])
    if rule.kind is Kind.RESOURCE:
        return ref(rule.resource)
    if rule.kind is Kind.PARTS:
        return _filled(_one_of(rule.parts))
    if words := rule.codes or rule.words:
        return one_of(words)
    return {"type": "string", "pattern": f"^({rule.pattern})$"} if rule.pattern else line(rule.longest)


def _holding(name: str) -> Schema:
    """A Parameters with a parameter of this name."""
    return {"properties": {"parameter": {"contains": {"properties": {"name": {"const": name}}}}}}


def _filled(items: Schema) -> Schema:
    """FHIR has no empty list."""
    return {**listed(items), "minItems": 1}


def _one_of(rules: tuple[Rule, ...]) -> Schema:
    return _entry(rules[0]) if len(rules) == 1 else {"anyOf": [_entry(rule) for rule in rules]}


def _entry(rule: Rule) -> Schema:
    """One parameter: its name, and its value in the element of its type or in another that will do."""
    name: Schema = {"const": rule.name, "description": rule.about}
    values = {kind.value: value_schema(rule) for kind in (rule.kind, *rule.also)}
    if len(values) == 1:
        return closed(record({"name": name, **values}, {"id": {}}))
    return {**closed(record({"name": name}, {**values, "id": {}})), "minProperties": 2}
