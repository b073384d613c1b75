"""`GET /api/laboratoires/{finess}/examens`: the typeahead over what one laboratory performs (terminology.md §4.1).

A catalogue is published for those who prescribe: like the value set, it is read without a token.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calls import services_of
from api.lab_exam_json import write_lab_page
from api.openapi.described import described
from api.openapi.queries import asked
from api.openapi.shapes.exams import LAB_EXAM_PAGE
from api.query import QueryParameters, check_finess, number, text
from api.responses import PLAIN_JSON
from api.services import Services

_QUERY = (
    text("q", "Texte cherché, comme on le tape"),
    number("version", "Version du catalogue ; à défaut la dernière", 1, 999_999_999, 0),
    number("limit", "Examens par page", 1, 50, 10),
    number("offset", "Rang du premier examen", 0, 10_000, 0),
)
# A few threads may wait for a catalogue to be indexed; those of the other routes never do.
_ASKING = ThreadPoolExecutor(8, "lab-search")


@described(get=asked("Chercher dans les examens d'un laboratoire", LAB_EXAM_PAGE, _QUERY, 404))
async def lab_exams(request: Request) -> Response:
    """One page of the laboratory's exams, best first, in the words of its own catalogue."""
    query, finess = QueryParameters(request, _QUERY), request.path_params["finess"]
    check_finess(finess)
    version, limit, offset = query.number("version") or None, query.number("limit"), query.number("offset")
    body = await asyncio.get_running_loop().run_in_executor(
        _ASKING, _page, services_of(request), query.text("q") or "", finess, version, limit, offset
    )
    return Response(body, media_type=PLAIN_JSON)


# A plain route: an answer costs about as much as what a framework does around it.
ROUTES = [Route("/api/laboratoires/{finess}/examens", lab_exams, methods=["GET"])]


def _page(services: Services, text: str, finess: str, version: int | None, limit: int, offset: int) -> bytes:
    page = services.labs.suggest(text, finess, version, limit, offset)
    return write_lab_page(page, services.transcoding.exam_mappings(finess, [item.entry.code for item in page.items]))
