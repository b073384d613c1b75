"""Bodies hold 1 MiB at most (interface.md §1): more is refused with 413 before it is read whole.

One is larger, a laboratory's whole catalogue: of 2,000 exams with all their details, its JSON takes 3.4 MB.
"""

import re

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.fhir.operation_outcome import write_outcome
from api.responses import fhir
from kernel.findings import Finding, Severity

LIMIT = 1024 * 1024
CATALOGUE_LIMIT = 16 * LIMIT
_CATALOGUE = re.compile(r"/api/lcsd/[^/]+/brouillon")


class BodyLimit:
    """ASGI middleware that counts the bytes of a body as they come."""

    def __init__(self, app: ASGIApp, base: str) -> None:
        self.app = app
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reads the body up to the limit, then hands it on whole."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body, limit = bytearray(), limit_of(scope)
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > limit:
                await _refused(limit, self.base)(scope, receive, send)
                return

        handed = False

        async def replay() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)


def limit_of(scope: Scope) -> int:
    """The bytes the body of a call may hold; a caller who does not say who he is sends no more than the usual."""
    named = any(name == b"authorization" for name, _ in scope["headers"])
    catalogue = scope["method"] == "PUT" and _CATALOGUE.fullmatch(scope["path"])
    return CATALOGUE_LIMIT if catalogue and named else LIMIT


def _refused(limit: int, base: str) -> Response:
    said = f"Le corps dépasse {limit // LIMIT} Mio."
    return fhir(write_outcome([Finding(Severity.ERROR, "body-too-large", said, "Envoyer moins à la fois.")], base), 413)
