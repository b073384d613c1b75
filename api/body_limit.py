"""Bodies hold 1 MiB at most (interface.md §1): more is refused with 413 before it is read whole."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import problem

LIMIT = 1024 * 1024


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
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > LIMIT:
                await problem(413, self.base)(scope, receive, send)
                return

        handed = False

        async def replay() -> Message:
            nonlocal handed
            if handed:
                return await receive()
            handed = True
            return {"type": "http.request", "body": bytes(body), "more_body": False}

        await self.app(scope, replay, send)
