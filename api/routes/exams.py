"""`GET /api/examens`: the typeahead, each answer with its explanation (terminology.md §4.1)."""

from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calls import services_of
from api.exam_json import write_exam_page
from api.openapi.described import described
from api.openapi.queries import asked
from api.openapi.shapes.exams import EXAM_PAGE
from api.query import QueryParameters, choice, flag, number, text
from api.responses import PLAIN_JSON
from search.index import ANY, Filters
from terminology.request_code import OrderClass

_QUERY = (
    text("q", "Texte cherché, comme on le tape", example="nfs"),
    number("limit", "Examens par page", 1, 50, 10),
    number("offset", "Rang du premier examen", 0, 10_000, 0),
    text("release", "Version du jeu de valeurs ; à défaut la version active"),
    text("chapitre", "Code du chapitre"),
    text("prelevement", "Code de la nature du prélèvement"),
    flag("restreinte", "Vrai pour la liste restreinte seule, faux pour les autres"),
    choice("classe", "Classe de la demande", *OrderClass),
    flag("inclure_inactifs", "Vrai pour trouver aussi les codes retirés"),
)


@described(get=asked("Chercher des examens, les meilleurs d'abord", EXAM_PAGE, _QUERY, 404, 410))
async def exams(request: Request) -> Response:
    """One page of exams, best first; the same order as `ValueSet/demandes/$expand`."""
    query, editions = QueryParameters(request, _QUERY), services_of(request).editions
    release = query.text("release") or None
    ask = partial(
        editions.suggest,
        query.text("q") or "",
        ANY if query.only("q") else _filters(query),  # most calls hold the text alone
        limit=query.number("limit"),
        offset=query.number("offset"),
        release=release,
    )
    page = ask() if editions.answers_at_once(release) else await run_in_threadpool(ask)
    return Response(write_exam_page(page), media_type=PLAIN_JSON)


# A plain route: an answer costs about as much as what a framework does around it.
ROUTES = [Route("/api/examens", exams, methods=["GET"])]


def _filters(query: QueryParameters) -> Filters:
    wanted = query.text("classe")
    return Filters(
        chapter=query.text("chapitre") or None,
        specimen=query.text("prelevement") or None,
        restricted=query.flag("restreinte"),
        order_class=OrderClass(wanted) if wanted else None,
        include_inactive=bool(query.flag("inclure_inactifs")),
    )
