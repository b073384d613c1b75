"""`GET /openapi.json`: what every route of the application says of itself, written at the first call and kept."""

from functools import cache

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calls import services_of
from api.fhir.json import serialise
from api.openapi.described import JSON, Described, described
from api.openapi.document import openapi
from api.responses import PLAIN_JSON
from api.version import VERSION


def document_route(app: FastAPI) -> Route:
    """The route of an application's own document."""

    @cache
    def written(address: str) -> bytes:
        return serialise(openapi(app.routes, VERSION, address))

    @described(get=Described("Lire ce document", {JSON: {"type": "object"}}))
    async def document(request: Request) -> Response:
        return Response(written(services_of(request).config.public_url), media_type=PLAIN_JSON)

    return Route("/openapi.json", document, methods=["GET"])
