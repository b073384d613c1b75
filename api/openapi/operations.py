"""The operations of the terminology, described by their tables of parameters (`api/operations`)."""

from dataclasses import replace

from api.facade.result_parameters import GENERAL
from api.fhir.json import JsonObject, JsonValue
from api.fhir.parameters import Kind, Rule
from api.openapi.described import FHIR, JSON, Body, Described, Parameter
from api.openapi.parameters import NOT_IN_ADDRESSES, parameters_schema, value_schema
from api.openapi.queries import of_query
from api.openapi.resources import NOT_MODIFIED
from api.openapi.schema import Schema, ref
from api.operations.table import Operation

_REFUSALS = (400, 404, 406, 410, 422)


def asked_by_get(operation: Operation, *, on_one: bool) -> Described:
    """The operation by GET, on its type or on one resource."""
    needed = _needed(operation, on_one=on_one)
    given = tuple(
        Parameter(
            rule.name,
            rule.about,
            _in_address(rule),
            required=rule.name in needed,
            repeats=rule.most != 1,
            example=_example(rule),
        )
        for rule in operation.rules.values()
        if rule.kind not in NOT_IN_ADDRESSES
    )
    return replace(_asked(operation), parameters=(*given, *of_query(GENERAL), NOT_MODIFIED), status=(200, 304))


def asked_by_post(operation: Operation) -> Described:
    """The operation by POST of Parameters, on its type or on one resource."""
    rules = operation.rules.values()
    entries: list[JsonValue] = [{"name": rule.name, rule.kind.value: _example(rule)} for rule in rules if rule.example]
    example: JsonObject = {"resourceType": "Parameters", "parameter": entries}
    name = f"{operation.resource}-{operation.name}-parameters"
    body = Body((FHIR, JSON), parameters_schema(rules), example, name=name)
    return replace(
        _asked(operation), parameters=of_query(GENERAL), body=body, refusals=(*_REFUSALS, 413, 415)
    )  # fmt: skip


def _asked(operation: Operation) -> Described:
    refused = " ".join(f"{name} ({reason})." for name, reason in operation.refused.items())
    return Described(
        operation.about,
        {FHIR: ref(operation.answers)},
        refusals=_REFUSALS,
        etag=True,
        details=f"Paramètres de la norme refusés : {refused}" if refused else "",
    )


def _needed(operation: Operation, *, on_one: bool) -> set[str]:
    """The parameters without which a call by GET says nothing: there, a code can be given in one way only."""
    first = {way[0] for way in operation.ways}
    return {name for name in (*first, operation.with_code, "" if on_one else operation.thing) if name}


def _in_address(rule: Rule) -> Schema:
    """A text that a person types is cleaned there, not refused."""
    return {"type": "string", "maxLength": rule.longest} if rule.typed else value_schema(rule)


def _example(rule: Rule) -> JsonValue:
    return int(rule.example) if rule.kind is Kind.INTEGER and rule.example else rule.example or None
