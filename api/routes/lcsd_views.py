"""`GET /api/lcsd/{finess}…` and the page `/lcsd/{finess}`: versions, what they change, deliveries (lcsd.md §6)."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.lab_catalogue_json import write_lab_catalogue
from api.lcsd_calls import publisher_of
from api.lcsd_json import state_page, write_diff, write_mapping_changes, write_state, write_version
from api.openapi.described import HTML, Described, described
from api.openapi.queries import asked
from api.openapi.schema import TEXT
from api.openapi.shapes.lcsd import CATALOGUE, DIFF, MAPPING_CHANGES, STATE
from api.query import QueryParameters
from api.responses import plain_json
from kernel.errors import NotFound
from lcsd.publishing import Publisher

router = APIRouter()


@router.get("/api/lcsd/{finess}")
@described(get=asked("Lire les versions publiées d'un laboratoire et leurs envois", STATE, token=True))
def state(call: CurrentCall, finess: str) -> Response:
    """Versions, deliveries, subscribers that are behind."""
    return plain_json(write_state(_publisher(call, finess)))


@router.get("/api/lcsd/{finess}/versions/{number}")
@described(get=replace(asked("Lire une version", CATALOGUE, (), 404, token=True), etag=True))
def version(call: CurrentCall, finess: str, number: int) -> Response:
    """One version, whole, drafts included; the exact bytes of what was published are behind its hash."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess)
    found = next((v for v in publisher.store.versions(finess) if v.number == number), None)
    catalogue = publisher.store.catalogue(finess, number) if found else None
    if found is None or catalogue is None:
        raise NotFound.because("unknown-version", f"Version inconnue : {number}.", "Voir la liste des versions.")
    return plain_json({"version": write_version(found), "catalogue": write_lab_catalogue(catalogue)})


@router.get("/api/lcsd/{finess}/versions/{number}/differences")
@described(get=asked("Dire ce qu'une version change", DIFF, (), 404, token=True))
def differences(call: CurrentCall, finess: str, number: int) -> Response:
    """What a version changes of the one published before it, field by field."""
    QueryParameters(call.request)
    return plain_json(write_diff(publisher_of(call, finess).diff(number)))


@router.get("/api/lcsd/{finess}/correspondances")
@described(get=asked("Lire l'histoire des correspondances publiées", MAPPING_CHANGES, token=True))
def mapping_changes(call: CurrentCall, finess: str) -> Response:
    """Each LOINC and technique that a version gave, changed or took away: who, when, before, after."""
    QueryParameters(call.request)
    return plain_json(write_mapping_changes(publisher_of(call, finess).store.mapping_changes(finess)))


@router.get("/lcsd/{finess}")
@described(get=Described("Page des publications d'un laboratoire", {HTML: TEXT}, refusals=(400,), token=True))
def page(call: CurrentCall, finess: str) -> Response:
    """The same for people."""
    return state_page(_publisher(call, finess))


def _publisher(call: Call, finess: str) -> Publisher:
    QueryParameters(call.request)
    return publisher_of(call, finess)
