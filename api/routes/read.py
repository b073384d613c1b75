"""`GET /fhir/{type}/{id}`: one resource of the terminology, of the active release or of the one `release` names.

Implements read of terminology.md §5.3: `_format`, `_summary`, `_elements`, ETag, If-None-Match. An unknown parameter is
refused, there being no room to tell of it. Nothing here can be written: other methods are 405.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.facade.answers import answer, offer_json
from api.facade.library import Library
from api.facade.parts import part_of, read_elements, read_summary
from api.facade.releases import release_asked
from api.facade.result_parameters import FORMAT, OF_ONE
from api.facade.search_parameters import PARAMETERS
from api.fhir.json import serialise
from api.openapi.described import described
from api.openapi.resources import described_read
from api.query import QueryParameters

router = APIRouter(prefix="/fhir")


def reading(kind: str) -> Callable[[Call, str], Response]:
    """The reading of one type of resource."""

    @described(get=described_read(kind))
    def read(call: CurrentCall, id: str) -> Response:
        query = QueryParameters(call.request, OF_ONE)
        offer_json(call, query.given(FORMAT.name))
        summary, elements = read_summary(query.text("_summary")), read_elements(kind, query.text("_elements"))
        catalogue = release_asked(call.services, query.text("release"))
        held = Library(call.services, catalogue).get(kind, id)
        body = serialise(part_of(held, summary, elements))
        return answer(call, body, catalogue.release, held.modified)

    return read


for _kind in PARAMETERS:
    router.add_api_route(f"/{_kind}/{{id}}", reading(_kind), methods=["GET", "HEAD"])
