"""The way of a keystroke: straight to what answers it, around what a framework does for every call.

What is refused there is refused again, and told, on the usual way.
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
    """ASGI middleware. `routes` are plain ones, whose GET changes nothing and reads no body; `compress` what holds
    `large` bytes and more."""

    def __init__(
        self, app: ASGIApp, routes: Iterable[Route], large: int, compress: Callable[[ASGIApp], ASGIApp]
    ) -> None:
        self.app = app
        self._large = large
        self._compress = compress
        self._ways: list[tuple[re.Pattern[str], Callable[[Request], Awaitable[Response]]]] = [
            (route.path_regex, route.endpoint) for route in routes
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers, or runs the application."""
        response = await self._answer(scope) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (response or self.app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> ASGIApp | None:
        for path, endpoint in self._ways:
            if found := path.match(scope["path"]):
                try:
                    response = await endpoint(Request({**scope, "path_params": found.groupdict()}))
                except (CircuitbioError, HTTPException):
                    return None
                return response if len(response.body) < self._large else self._compress(response)
        return None
