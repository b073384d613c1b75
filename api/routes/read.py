"""`GET /fhir/{type}/{id}`: one resource of the terminology, of the active release or of the one `release` names.

Implements read of terminology.md §5.3: `_format`, `_summary`, `_elements`, ETag, If-None-Match. Nothing here can be
written: other methods are 405.
"""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.facade.answers import answer, offer_json
from api.facade.library import Library
from api.facade.parts import Summary, part_of, read_elements, read_summary
from api.facade.releases import release_asked
from api.facade.search_parameters import IGNORED, PARAMETERS
from api.fhir.json import serialise
from api.query import QueryParameters, bad

router = APIRouter(prefix="/fhir")
USED = ("release", "_format", "_summary", "_elements")


def read(call: CurrentCall, id: str) -> Response:
    """The resource, or the part asked for; an unknown parameter is refused, there being no room to tell of it."""
    kind = call.request.url.path.split("/")[-2]
    query = QueryParameters(call.request, (*USED, *IGNORED))
    offer_json(call, query.text("_format"))
    summary, elements = read_summary(query.text("_summary")), read_elements(kind, query.text("_elements"))
    if summary is Summary.COUNT:
        raise bad("_summary", "_summary=count compte une recherche, non une ressource.", "Chercher, ou lire autrement.")
    catalogue = release_asked(call.services, query.text("release"))
    held = Library(call.services, catalogue).get(kind, id)
    body = serialise(part_of(held, summary, elements))
    return answer(call, body, catalogue.release, held.modified)


for _kind in PARAMETERS:
    router.add_api_route(f"/{_kind}/{{id}}", read, methods=["GET"])
