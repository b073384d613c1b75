"""Answers as bytes with the headers every answer carries (interface.md §1)."""

from collections.abc import Mapping

from starlette.responses import Response

from api.fhir.json import JsonObject, serialise
from api.fhir.operation_outcome import write_error
from api.identity.tokens import ProviderAway, Unauthenticated
from api.problems import status_of
from kernel.errors import CircuitbioError
from prescription.ports import TooManyMisses
from prescription.usecases.access import VersionConflict

FHIR_JSON = "application/fhir+json; charset=utf-8"
PLAIN_JSON = "application/json; charset=utf-8"


def fhir(resource: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A FHIR resource."""
    return fhir_bytes(serialise(resource), status, headers)


def fhir_bytes(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A FHIR resource already written; what concerns orders is never stored by what lies between."""
    return Response(body, status, {"Cache-Control": "no-store", **(headers or {})}, FHIR_JSON)


def plain_json(content: JsonObject, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A plain JSON object, never stored by what lies between."""
    return Response(serialise(content), status, {"Cache-Control": "no-store", **(headers or {})}, PLAIN_JSON)


def attachment(name: str, content: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """A file to keep, under this name; `name` is ours and holds no quote."""
    disposition = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers={**disposition, **(headers or {})}, media_type=media_type)


def etag(version: int) -> str:
    """The weak ETag of a version."""
    return f'W/"{version}"'


def refusal(error: CircuitbioError, base: str) -> Response:
    """The OperationOutcome of an error, with the status and headers its category asks for."""
    headers = {}
    if isinstance(error, TooManyMisses | ProviderAway):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, VersionConflict) and error.current:
        headers["ETag"] = etag(error.current)
    status = status_of(error)
    if isinstance(error, Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return fhir(write_error(error, base), status, headers)
