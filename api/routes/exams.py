"""`GET /api/examens`: the typeahead, each answer with its explanation (terminology.md §4.1)."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calls import services_of
from api.exam_json import write_exam_page
from api.query import QueryParameters, bad
from api.responses import PLAIN_JSON
from search.index import Filters
from terminology.request_code import OrderClass

_KNOWN = ("q", "limit", "offset", "release", "chapitre", "prelevement", "restreinte", "classe", "inclure_inactifs")


async def exams(request: Request) -> Response:
    """One page of exams, best first; the same order as `ValueSet/demandes/$expand`."""
    query, editions = QueryParameters(request, _KNOWN), services_of(request).editions
    release = query.text("release") or None
    ask = partial(
        editions.suggest,
        query.text("q") or "",
        Filters(
            chapter=query.text("chapitre") or None,
            specimen=query.text("prelevement") or None,
            restricted=_yes_or_no(query),
            order_class=_order_class(query),
            include_inactive=query.boolean("inclure_inactifs", False),
        ),
        limit=query.number("limit", 10, 1, 50),
        offset=query.number("offset", 0, 0, 10_000),
        release=release,
    )
    page = ask() if editions.answers_at_once(release) else await run_in_threadpool(ask)
    return Response(write_exam_page(page), media_type=PLAIN_JSON)


# A plain route: an answer costs about as much as what a framework does around it.
ROUTES = [Route("/api/examens", exams, methods=["GET"])]


def _yes_or_no(query: QueryParameters) -> bool | None:
    return None if query.text("restreinte") is None else query.boolean("restreinte", False)


def _order_class(query: QueryParameters) -> OrderClass | None:
    text = query.text("classe")
    if text is None:
        return None
    for known in OrderClass:
        if known.value.lower() == text.lower():
            return known
    raise bad("classe", "classe vaut Order, Both ou Observation.", "Corriger la valeur.")
