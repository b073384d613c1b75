"""The MLLP server: each message of a connection is answered before the next one is read (`lcsd.md` §6.2).

What a partner that is slow, silent or wrong can hold is bounded: the time to begin a message, the time to end it, the
length of one, the number of connections, and the bytes held for all of them, past which the connection that asks for
more is closed. An answer is made in a thread, so that a long message keeps no other connection waiting.
"""

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from hl7v2.mllp import MOST, FrameFault, FrameReader, framed

_CHUNK = 65536
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them, may take. Times are seconds, lengths are bytes."""

    message: int = MOST
    idle_seconds: float = 300
    message_seconds: float = 60
    handshake_seconds: float = 10
    connections: int = 2000
    held: int = 4 * MOST


@dataclass(slots=True)
class MllpServer:
    """Answers messages at an address; `answer` gives the bytes to send back, None to close without a word.

    `answer` is called in a thread, several at a time; `tls` None is clear text. An async context manager.
    """

    answer: Callable[[bytes], bytes | None]
    host: str = "127.0.0.1"
    port: int = 0
    tls: ssl.SSLContext | None = None
    limits: Limits = Limits()
    threads: int = 2
    _server: asyncio.Server | None = field(default=None, init=False)
    _pool: ThreadPoolExecutor | None = field(default=None, init=False)
    _open: dict["asyncio.Task[None]", FrameReader] = field(default_factory=dict, init=False)
    _reading: set["asyncio.Task[None]"] = field(default_factory=set, init=False)
    _stopping: bool = field(default=False, init=False)

    async def __aenter__(self) -> Self:
        self._pool = ThreadPoolExecutor(self.threads, "mllp")
        self._server = await asyncio.start_server(
            self._connected,
            self.host,
            self.port,
            ssl=self.tls,
            ssl_handshake_timeout=self.limits.handshake_seconds if self.tls else None,
            limit=_CHUNK,
        )
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Takes no more; a message that is being answered is finished, and its answer sent."""
        assert self._server is not None
        assert self._pool is not None
        self._stopping = True
        self._server.close()
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        self._pool.shutdown()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self._open) >= self.limits.connections:
            _log.warning("MLLP: too many connections, one more is closed")
            writer.transport.abort()
            return
        frames = self._open[task] = FrameReader(self.limits.message)
        try:
            while not self._stopping and (message := await self._next(task, reader, frames)) is not None:
                await self._reply(writer, message)
            writer.close()
        except FrameFault as fault:
            _log.warning("MLLP: connection closed, %s", fault)
        except TimeoutError:
            _log.info("MLLP: connection closed, nothing or no whole message in time")
        except (OSError, asyncio.CancelledError):
            pass  # gone, or this is the end
        finally:
            del self._open[task]
            if not writer.is_closing():
                writer.transport.abort()

    async def _next(
        self, task: "asyncio.Task[None]", reader: asyncio.StreamReader, frames: FrameReader
    ) -> bytes | None:
        """The next message of a connection; None at its end."""
        begun: float | None = None
        now = asyncio.get_running_loop().time
        while True:
            if (message := frames.message()) is not None:
                return message
            if frames.held and begun is None:
                begun = now()
            seconds = self.limits.idle_seconds if begun is None else begun + self.limits.message_seconds - now()
            self._reading.add(task)
            try:
                async with asyncio.timeout(max(seconds, 0)):
                    data = await reader.read(_CHUNK)
            finally:
                self._reading.discard(task)
            if not data:
                return None
            frames.feed(data)
            if sum(each.held for each in self._open.values()) > self.limits.held:
                raise FrameFault("trop d'octets retenus pour l'ensemble des connexions")

    async def _reply(self, writer: asyncio.StreamWriter, message: bytes) -> None:
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self._pool, self.answer, message)
        except Exception as error:  # the other partners are still served
            raise FrameFault(f"réponse impossible ({type(error).__name__})") from None
        if answer is None:
            raise FrameFault("ce qui est venu ne peut recevoir de réponse")
        writer.write(framed(answer))
        async with asyncio.timeout(self.limits.message_seconds):
            await writer.drain()
