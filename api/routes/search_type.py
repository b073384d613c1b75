"""`GET /fhir/{type}[/_search]` and `POST /fhir/{type}/_search`: searching one type of resource (terminology.md §5.3).

Every parameter the standard knows is in `api/facade/search_parameters.py`: used, ignored with its reason, or refused.
"""

from collections.abc import Callable
from urllib.parse import parse_qsl

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.facade.answers import answer, is_strict, offer_json
from api.facade.search import search
from api.facade.search_parameters import PARAMETERS
from api.facade.search_query import Pairs, read_query
from api.fhir.json import serialise
from api.fhir.search_bundle import write_search_bundle
from api.openapi.described import FORM, described
from api.openapi.resources import described_search, described_search_by_form
from api.query import bad

router = APIRouter(prefix="/fhir")


def searching(kind: str) -> Callable[[Call], Response]:
    """The search of one type by GET."""

    @described(get=described_search(kind))
    def search_by_query(call: CurrentCall) -> Response:
        return _search(call, kind, _pairs(call.request.scope["query_string"]))

    return search_by_query


def searching_by_form(kind: str) -> Callable[[Call], Response]:
    """By POST: the parameters of the body, beside those of the address; a body may be absent."""

    @described(post=described_search_by_form(kind))
    def search_by_form(call: CurrentCall) -> Response:
        content_type = call.headers.get("content-type", FORM).partition(";")[0].strip().lower()
        if content_type != FORM:
            raise HTTPException(415)
        return _search(call, kind, [*_pairs(call.request.scope["query_string"]), *_pairs(call.body)])

    return search_by_form


def _search(call: Call, kind: str, pairs: Pairs) -> Response:
    offer_json(call, next((text for name, text in pairs if name == "_format"), None))
    query = read_query(kind, pairs, call.services.config.canonical_aliases, strict=is_strict(call))
    page, catalogue = search(call.services, query)
    return answer(call, serialise(write_search_bundle(page)), catalogue.release, page.modified)


def _pairs(encoded: bytes) -> Pairs:
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise bad("", "La requête n'est pas en UTF-8.", "Encoder les paramètres en UTF-8.") from None


for _kind in PARAMETERS:
    for _path in (f"/{_kind}", f"/{_kind}/_search"):
        router.add_api_route(_path, searching(_kind), methods=["GET", "HEAD"])
    router.add_api_route(f"/{_kind}/_search", searching_by_form(_kind), methods=["POST"])
