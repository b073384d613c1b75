"""How an operation is reached: on its type or on one resource by its id, by GET or by POST of Parameters.

The routes are plain ones: an answer costs about as much as what a framework does around it. It is made at once where
nothing is waited for, else again from the start in a thread of its own (`Asked.may_wait`). The last answers of a
release are kept with their questions, and go with its catalogue.
"""

from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calls import Call, services_of
from api.facade.answers import answer as answered
from api.facade.answers import offer_json
from api.openapi.described import described
from api.openapi.operations import asked_by_get, asked_by_post
from api.operations.asking import Asked, NotAtOnce, read_asked
from api.operations.table import Operation
from api.operations.terms import Codes, Kept
from terminology.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers, as JSON, and the release it was made from; `n` is a checksum of all but the time of
    the answer, for a body that holds it."""

    body: bytes
    terms: Codes
    n: int | None = None


Perform = Callable[[Asked], Answer]
_MOST_KEPT, _LONGEST_KEPT = 2000, 300
_kept: WeakKeyDictionary[Catalogue, Kept[Answer]] = WeakKeyDictionary()


def routes(operation: Operation, perform: Perform) -> list[Route]:
    """The routes of an operation."""
    found = []
    for on_one, place in ((False, ""), (True, "/{id}")):
        told = described(get=asked_by_get(operation, on_one=on_one), post=asked_by_post(operation))
        path = f"/fhir/{operation.resource}{place}/${operation.name}"
        found.append(Route(path, told(_answering(operation, perform)), methods=["GET", "POST"]))
    return found


def _answering(operation: Operation, perform: Perform) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        body = await request.body() if request.method == "POST" else b""
        call = Call(services_of(request), body, request.headers, request)
        catalogue = call.services.catalogue
        question = _question(operation, request)
        made = _known(catalogue, question)
        if made is None:
            asked = read_asked(call, operation)
            try:
                made = perform(asked)
            except NotAtOnce:
                made = await run_in_threadpool(perform, asked.patient())
            if made.terms.lasting and made.terms.release is catalogue.release and not asked.given.has("date"):
                _keep(catalogue, question, made)
        else:
            offer_json(call, None)
        return answered(call, made.body, made.terms.release, made.terms.modified, made.n)

    return answer


def _question(operation: Operation, request: Request) -> Hashable:
    """What is asked by GET, word for word, if its answer lasts and it is short enough to be kept; None otherwise."""
    words: bytes = request.scope["query_string"]
    if not operation.lasting or request.method == "POST" or len(words) > _LONGEST_KEPT or b"_format" in words:
        return None
    return (request.scope["path"], words)


def _known(catalogue: Catalogue, question: Hashable) -> Answer | None:
    """What this release answered to the question before."""
    kept = _kept.get(catalogue)
    return kept.get(question) if kept is not None and question is not None else None


def _keep(catalogue: Catalogue, question: Hashable, made: Answer) -> None:
    if question is not None:
        _kept.setdefault(catalogue, Kept(_MOST_KEPT)).of(question, lambda: made)
