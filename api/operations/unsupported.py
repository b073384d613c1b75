"""The operations of FHIR R4's terminology that this service does not offer: said so, with 501 (terminology.md §5.3)."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.openapi.described import Described, described
from kernel.errors import Unsupported

_REASONS = {
    "$find-matches": "La composition de codes n'a pas d'objet : aucun code post-coordonné n'est tenu.",
    "$closure": "Aucune table de fermeture n'est tenue : $subsumes compare deux codes.",
}
_PATHS = {
    "/fhir/CodeSystem/$find-matches": "$find-matches",
    "/fhir/CodeSystem/{id}/$find-matches": "$find-matches",
    "/fhir/$closure": "$closure",
    "/fhir/ConceptMap/$closure": "$closure",
}


def _refusing(operation: str) -> Callable[[Request], Awaitable[Response]]:
    told = Described(f"Non offert : {operation}", status=(), refusals=(501,), details=_REASONS[operation])

    @described(get=told, post=told)
    async def refuse(_: Request) -> Response:
        message = f"L'opération {operation} n'est pas offerte."
        raise Unsupported.because("not-implemented", message, _REASONS[operation])

    return refuse


ROUTES = [Route(path, _refusing(operation), methods=["GET", "POST"]) for path, operation in _PATHS.items()]
