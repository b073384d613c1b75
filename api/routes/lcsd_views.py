"""`GET /api/lcsd/{finess}` and the page `/lcsd/{finess}`: versions, subscribers, deliveries (lcsd.md §6)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.fhir.json import serialise
from api.lcsd_json import state_page, write_state
from api.openapi.described import HTML, Described, described
from api.openapi.queries import asked
from api.openapi.schema import TEXT
from api.openapi.shapes.lcsd import STATE
from api.query import QueryParameters
from api.responses import PLAIN_JSON
from api.transcoding_calls import actor_of
from lcsd.publishing import Publisher

router = APIRouter()


@router.get("/api/lcsd/{finess}")
@described(get=asked("Lire les versions publiées d'un laboratoire et leurs envois", STATE, token=True))
def state(call: CurrentCall, finess: str) -> Response:
    """Versions, deliveries, subscribers that are behind."""
    content = serialise(write_state(_publisher(call, finess)))
    return Response(content, media_type=PLAIN_JSON, headers={"Cache-Control": "no-store"})


@router.get("/lcsd/{finess}")
@described(get=Described("Page des publications d'un laboratoire", {HTML: TEXT}, refusals=(400,), token=True))
def page(call: CurrentCall, finess: str) -> Response:
    """The same for people."""
    return state_page(_publisher(call, finess))


def _publisher(call: Call, finess: str) -> Publisher:
    QueryParameters(call.request)
    actor = actor_of(call.caller())
    actor.check_site(finess)
    return Publisher(call.services.publishing, finess, actor.name, call.services.clock)
