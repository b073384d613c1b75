"""`GET /fhir/{type}` and `POST /fhir/{type}/_search`: searching one type of resource (terminology.md §5.3).

Every parameter the standard knows is in `api/facade/search_parameters.py`: used, ignored with its reason, or refused.
"""

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
from api.query import bad

router = APIRouter(prefix="/fhir")
_FORM = "application/x-www-form-urlencoded"


def search_by_query(call: CurrentCall) -> Response:
    """GET."""
    return _search(call, call.request.url.path.split("/")[-1], _pairs(call.request.scope["query_string"]))


def search_by_form(call: CurrentCall) -> Response:
    """POST: the parameters of the body, beside those of the address; a body may be absent."""
    content_type = call.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if content_type != _FORM:
        raise HTTPException(415)
    pairs = [*_pairs(call.request.scope["query_string"]), *_pairs(call.body)]
    return _search(call, call.request.url.path.split("/")[-2], pairs)


def _search(call: Call, kind: str, pairs: Pairs) -> Response:
    offer_json(call, next((text for name, text in pairs if name == "_format"), None))
    query = read_query(kind, pairs, strict=is_strict(call))
    page, catalogue = search(call.services, query)
    return answer(call, serialise(write_search_bundle(page)), catalogue.release, page.modified)


def _pairs(encoded: bytes) -> Pairs:
    try:
        return parse_qsl(encoded.decode("ascii"), keep_blank_values=True, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise bad("", "La requête n'est pas en UTF-8.", "Encoder les paramètres en UTF-8.") from None


for _kind in PARAMETERS:
    router.add_api_route(f"/{_kind}", search_by_query, methods=["GET"])
    router.add_api_route(f"/{_kind}/_search", search_by_form, methods=["POST"])
