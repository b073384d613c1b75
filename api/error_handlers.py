"""Whatever goes wrong below the service, the answer is an OperationOutcome (terminology.md §5.4)."""

import logging
import traceback
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.fhir.operation_outcome import write_outcome
from api.openapi.described import every_route
from api.responses import fhir, refusal
from kernel.errors import CircuitbioError
from kernel.findings import Finding, Severity

_log = logging.getLogger(__name__)
_SENTENCES = {
    404: ("not-found", "Cette adresse n'existe pas.", "Voir la documentation des opérations."),
    405: ("method-not-allowed", "Cette méthode HTTP n'est pas admise ici.", "Voir l'en-tête Allow."),
    406: ("not-acceptable", "Le format demandé n'est pas offert.", "Accept: application/fhir+json."),
    415: ("unsupported-media-type", "Ce type de contenu n'est pas lu.", "Content-Type: application/fhir+json."),
    500: ("internal", "Erreur interne.", "Rien n'a été enregistré ; réessayer, puis prévenir l'exploitant."),
}
_OTHER = ("bad-value", "Requête refusée.", "Corriger la requête.")


def problem(status: int, base: str, headers: dict[str, str] | None = None) -> Response:
    """The OperationOutcome of a refusal that is HTTP's own, not the domain's."""
    finding = Finding(Severity.ERROR, *_SENTENCES.get(status, _OTHER))
    return fhir(write_outcome([finding], base), status, headers)


def install(app: FastAPI, base: str) -> None:
    """Puts the handlers on an application."""

    async def domain(_: Request, error: Exception) -> Response:
        if not isinstance(error, CircuitbioError):
            raise error
        return refusal(error, base)

    async def http(request: Request, error: Exception) -> Response:
        if not isinstance(error, HTTPException):
            raise error
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            # The framework names those of the first route of the address only.
            headers["Allow"] = ", ".join(allowed(request)) or headers.get("Allow", "")
        return problem(error.status_code, base, headers)

    async def unusable(_: Request, _error: Exception) -> Response:
        return problem(400, base)

    app.add_exception_handler(CircuitbioError, domain)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, unusable)


def allowed(request: Request) -> list[str]:
    """The methods that some route takes at this address."""
    routes = every_route(request.app.routes)
    there = (route for route in routes if isinstance(route, Route) and route.path_regex.match(request.scope["path"]))
    return sorted({method for route in there for method in route.methods or ()})


class FaultBarrier:
    """Outermost ASGI middleware: a fault of ours becomes a 500 outcome and one line of log, and goes no further.

    The text of a foreign exception may hold what was sent; its kind and place are logged, never its words.
    """

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the application; answers in its place when it fails before its answer began."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-3:]]
            _log.error("fault in %s: %s at %s", scope.get("path"), type(error).__name__, " < ".join(reversed(places)))
            if scope["type"] == "http" and not started:
                await problem(500, self.base)(scope, receive, send)
