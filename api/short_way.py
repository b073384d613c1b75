"""The way of a keystroke: straight to what answers it, around what a framework does for every call.

What is refused there, or is large enough to be compressed, is answered again on the usual way.
"""

import re
from collections.abc import Awaitable, Callable, Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from kernel.errors import CircuitbioError


class ShortWay:
    """ASGI middleware. `routes` are plain ones, whose GET changes nothing and reads no body; `most`: bytes of a body
    that is sent as it is."""

    def __init__(self, app: ASGIApp, routes: Iterable[Route], most: int) -> None:
        self.app = app
        self._most = most
        self._ways: list[tuple[re.Pattern[str], Callable[[Request], Awaitable[Response]]]] = [
            (route.path_regex, route.endpoint) for route in routes
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or runs the application."""
        response = await self._answer(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (response or self.app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        for path, endpoint in self._ways:
            if found := path.match(scope["path"]):
                try:
                    response = await endpoint(Request({**scope, "path_params": found.groupdict()}))
                except (CircuitbioError, HTTPException):
                    return None
                return response if len(response.body) < self._most else None
        return None
