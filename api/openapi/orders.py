"""The operations on orders (interface.md §3, §4): what their rules say, and the headers of what changes something."""

from collections.abc import Mapping

from api.calls import VERSION
from api.fhir.parameters import Rule
from api.openapi.described import FHIR, JSON, Body, Described, Parameter
from api.openapi.parameters import bare_resource, parameters_schema
from api.openapi.schema import Schema, ref

_HEX = "[0-9a-fA-F]"
_UUID4: Schema = {
    "type": "string",
    "pattern": f"^{_HEX}{{8}}-{_HEX}{{4}}-4{_HEX}{{3}}-[89abAB]{_HEX}{{3}}-{_HEX}{{12}}$",
}
_VERSION: Schema = {"type": "string", "pattern": f"^{VERSION}$"}
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "UUID v4 nouveau par opération : répéter un appel rend sa première réponse",
    _UUID4,
    required=True,
    where="header",
)
IF_MATCH = Parameter("If-Match", "ETag de la dernière lecture", _VERSION, required=True, where="header")
_CHANGE = (404, 409, 412, 422, 428, 429)


def order_operation(
    summary: str,
    rules: tuple[Rule, ...],
    *refusals: int,
    answers: Mapping[str, Schema] | None = None,
    headers: tuple[Parameter, ...] = (),
    token: bool = True,
    etag: bool = False,
) -> Described:
    """An operation by POST; it answers Parameters unless `answers` says otherwise."""
    body = Body((FHIR, JSON), parameters_schema(rules), bare=bare_resource(rules))
    told = answers or {FHIR: ref("Parameters")}
    return Described(summary, told, headers, body, (400, 406, 413, 415, *refusals), token=token, etag=etag)


def order_change(summary: str, rules: tuple[Rule, ...]) -> Described:
    """A change of an existing order, which asks for the version that was read."""
    return order_operation(summary, rules, *_CHANGE, headers=(IDEMPOTENCY_KEY, IF_MATCH), etag=True)
