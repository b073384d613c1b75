"""What a route says of itself for the OpenAPI, kept on its function: made once at import, read when the document is."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from starlette.routing import BaseRoute

from api.fhir.json import JsonObject, JsonValue
from api.openapi.schema import Schema

FHIR, JSON, CSV, HTML = "application/fhir+json", "application/json", "text/csv", "text/html"
PDF, PNG, XML = "application/pdf", "image/png", "text/xml"
FORM, BYTES = "application/x-www-form-urlencoded", "application/octet-stream"
Endpoint = TypeVar("Endpoint", bound=Callable[..., object])
_MARK = "_described"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a query or a header; `repeats`: it may be given several times, `joined`: its values stand
    between commas."""

    name: str
    about: str
    schema: Schema
    required: bool = False
    repeats: bool = False
    joined: bool = False
    where: str = "query"
    example: JsonValue = None


@dataclass(frozen=True, slots=True)
class Body:
    """What is sent, the same by any media type of `media`; `example` works on the starter catalogue.

    It may also be sent as a file, by the media types of `files`.

    `name` is its own among the schemas, when several routes read it; `bare` a resource that may stand in its place. In
    a form, the values of the fields of `joined` stand between commas.
    """

    media: tuple[str, ...]
    schema: Schema
    example: JsonObject | None = None
    required: bool = True
    name: str = ""
    bare: str = ""
    joined: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """One call. `answers` are the schemas of what comes back, by media type, with `status`; `refusals` the statuses of
    an OperationOutcome, beside 500 and 503. `token`: who calls has to be told."""

    summary: str
    answers: Mapping[str, Schema] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    body: Body | None = None
    refusals: tuple[int, ...] = ()
    status: tuple[int, ...] = (200,)
    etag: bool = False
    token: bool = False
    details: str = ""


def described(**by_method: Described) -> Callable[[Endpoint], Endpoint]:
    """Puts on a function what it does, by HTTP method in small letters."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, by_method)
        return endpoint

    return mark


def description_of(route: BaseRoute, method: str) -> Described | None:
    """What a route says of itself for a method; None when it says nothing."""
    by_method: Mapping[str, Described] = getattr(getattr(route, "endpoint", None), _MARK, {})
    return by_method.get(method.lower())


def every_route(routes: Iterable[BaseRoute]) -> Iterator[BaseRoute]:
    """The routes of an application, those of its routers included."""
    for route in routes:
        # FastAPI keeps a router that was included as one route.
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from every_route(included.routes)
        else:
            yield route
