"""X-Request-Id: the name a caller gives a call comes back with the answer, and in the outcome when there is one."""

import re
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "X-Request-Id"
_ID = re.compile(r"[A-Za-z0-9.\-]{1,64}", re.ASCII)  # FHIR R4 id: it becomes the id of an OperationOutcome
_given: ContextVar[str | None] = ContextVar("request_id", default=None)


def request_id_given() -> str | None:
    """The name the caller gave the call being answered; None when it gave none that can be repeated."""
    return _given.get()


class RequestId:
    """ASGI middleware; a call without a name, or with one that cannot be repeated, is given one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the application, and names its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        sent = Headers(scope=scope).get(HEADER, "")
        given = sent if _ID.fullmatch(sent) else None
        name = given or str(uuid.uuid4())

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        token = _given.set(given)
        try:
            await self.app(scope, receive, named)
        finally:
            _given.reset(token)
