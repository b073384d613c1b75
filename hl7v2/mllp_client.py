"""The MLLP client: one connection, one message, one answer, strictly in turn (`lcsd.md` §6.2)."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from hl7v2.mllp import FrameFault, FrameReader, framed

_CHUNK = 65536


class NoAnswer(Exception):
    """Nothing usable came back; the words are for people and hold nothing of the content."""


@dataclass(slots=True)
class MllpClient:
    """A connection, opened by the first exchange; one whose exchange failed is closed. Times are seconds.

    `tls` makes the context of each connection, so that a certificate that was renewed serves the next one.
    """

    host: str
    port: int
    tls: Callable[[], ssl.SSLContext] | None = None
    connect_seconds: float = 10
    reply_seconds: float = 60
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, init=False)

    async def exchange(self, message: bytes) -> bytes:
        """Sends a message and gives the one that comes back; `OSError` or `NoAnswer`, and the connection closed."""
        try:
            reader, writer = await self._open()
            async with asyncio.timeout(self.reply_seconds):
                writer.write(framed(message))
                await writer.drain()
                return await _next(reader)
        except TimeoutError:
            await self.close()
            raise NoAnswer("Pas de réponse dans le délai") from None
        except FrameFault as fault:
            await self.close()
            raise NoAnswer(f"Réponse illisible : {fault}") from None
        except (OSError, NoAnswer):
            await self.close()
            raise

    async def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._streams:
            writer, self._streams = self._streams[1], None
            writer.transport.abort()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            tls = self.tls() if self.tls else None
            async with asyncio.timeout(self.connect_seconds):
                self._streams = await asyncio.open_connection(self.host, self.port, ssl=tls)
        return self._streams


async def _next(reader: asyncio.StreamReader) -> bytes:
    frames = FrameReader()
    while (message := frames.message()) is None:
        data = await reader.read(_CHUNK)
        if not data:
            raise NoAnswer("Connexion fermée avant la fin de la réponse")
        frames.feed(data)
    return message
