"""JSON Schemas (2020-12, as OpenAPI 3.1 has them), written short."""

from collections.abc import Iterable, Mapping

from api.fhir.json import JsonObject, JsonValue

Schema = JsonObject

TEXT: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
BOOLEAN: Schema = {"type": "boolean"}
BINARY: Schema = {"type": "string", "format": "binary"}
DATE: Schema = {"type": "string", "format": "date"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
_MONTH, _DAY, _CLOCK = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])", "([01][0-9]|2[0-3]):[0-5][0-9]"
_ZONE = r"(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
DATE_TIME: Schema = {
    "type": "string",
    "pattern": rf"^[1-9][0-9]{{3}}(-{_MONTH}(-{_DAY}(T{_CLOCK}:[0-5][0-9](\.[0-9]+)?{_ZONE})?)?)?$",
}
"""A FHIR `dateTime`, of which the day, or the day and month, may be unknown."""
# Decimals travel as text, so that nobody makes a float of them.
DECIMAL_TEXT: Schema = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_CONTROL = r"\u0000-\u001f\u007f-\u009f"
LINE: Schema = {"type": "string", "pattern": f"^[^{_CONTROL}]*[^\\s{_CONTROL}][^{_CONTROL}]*$"}
"""A text on one line that is not blank."""


READ_PAST: dict[str, Schema] = {"id": {}, "meta": {}, "text": {}}
"""What a resource may hold that is not looked at."""


def line(longest: int | None = None) -> Schema:
    """A text on one line that is not blank, up to a length."""
    return dict(LINE) if longest is None else {**LINE, "maxLength": longest}


def one_of(values: Iterable[str]) -> Schema:
    """A word of a closed list."""
    return {"type": "string", "enum": list(values)}


def integer(low: int | None = None, high: int | None = None) -> Schema:
    """A whole number between two bounds."""
    bounds = {"minimum": low, "maximum": high}
    return {"type": "integer", **{name: bound for name, bound in bounds.items() if bound is not None}}


def listed(items: Schema) -> Schema:
    """A list, which may be empty."""
    return {"type": "array", "items": items}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def by_key(values: Schema, keys: Iterable[str] = ()) -> Schema:
    """An object whose keys are data; those of `keys` alone when there are any."""
    known = [*keys]
    return {"type": "object", "additionalProperties": values, **({"propertyNames": one_of(known)} if known else {})}


def record(required: Mapping[str, Schema], optional: Mapping[str, Schema] | None = None) -> Schema:
    """An object with these keys. One of ours may have more keys one day."""
    properties: dict[str, JsonValue] = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties}


def closed(schema: Schema) -> Schema:
    """An object without any other key: what is sent is read strictly."""
    return {**schema, "additionalProperties": False}


def ref(name: str) -> Schema:
    """A schema of the document's components (`components`)."""
    return {"$ref": f"#/components/schemas/{name}"}
