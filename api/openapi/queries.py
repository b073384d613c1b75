"""The parameters of a query string, described by the table that reads them (`api/query.py`)."""

from collections.abc import Iterable, Mapping

from api.openapi.described import JSON, Described, Parameter
from api.openapi.schema import BOOLEAN, TEXT, Schema, integer, one_of
from api.query import QueryRule, Takes


def asked(
    summary: str,
    answer: Schema,
    rules: Iterable[QueryRule] = (),
    *refusals: int,
    media: Mapping[str, Schema] | None = None,
    token: bool = False,
) -> Described:
    """A GET after a table of parameters: JSON, or one of `media`."""
    return Described(summary, {JSON: answer, **(media or {})}, of_query(rules), None, (400, *refusals), token=token)


def of_query(rules: Iterable[QueryRule]) -> tuple[Parameter, ...]:
    """The parameters, in the order of the table."""
    return tuple(
        Parameter(rule.name, rule.about, _schema(rule), rule.required, example=rule.example or None) for rule in rules
    )


def _schema(rule: QueryRule) -> Schema:
    if rule.takes is Takes.NUMBER:
        bounds = integer(rule.low, rule.high)
        return {**bounds, "default": rule.default} if rule.default >= rule.low else bounds
    if rule.takes is Takes.FLAG:
        return BOOLEAN
    if rule.choices:
        return one_of(rule.choices)
    return {**TEXT, "minLength": 1} if rule.required else TEXT
