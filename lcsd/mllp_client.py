"""The MLLP client: one connection, one message, one answer, strictly in turn (`lcsd.md` §6.2)."""

import asyncio
import ssl
from dataclasses import dataclass, field

from terminology.publishing.delivery import Subscriber

_START, _END = b"\x0b", b"\x1c\r"
_MOST = 32 * 1024 * 1024


class NoAnswer(Exception):
    """Nothing usable came back; the words are for people and hold nothing of the content."""


@dataclass(slots=True)
class MllpLink:
    """A connection to one subscriber, opened by the first exchange; one whose exchange failed is closed."""

    subscriber: Subscriber
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = field(default=None, init=False)

    async def exchange(self, message: bytes) -> bytes:
        """Sends a message and gives the one that comes back; `OSError` or `NoAnswer`, and the connection closed."""
        try:
            reader, writer = await self._open()
            writer.write(_START + message + _END)
            async with asyncio.timeout(self.subscriber.reply_seconds):
                await writer.drain()
                frame = await reader.readuntil(_END)
        except TimeoutError:
            await self.close()
            raise NoAnswer("Pas de réponse dans le délai") from None
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self.close()
            raise NoAnswer("Connexion fermée avant la fin de la réponse") from None
        except OSError:
            await self.close()
            raise
        if not frame.startswith(_START):
            await self.close()
            raise NoAnswer("Réponse hors du cadre MLLP")
        return frame[1:-2]

    async def close(self) -> None:
        """Ends the connection, if there is one."""
        if self._streams:
            writer, self._streams = self._streams[1], None
            writer.transport.abort()

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            to = self.subscriber
            async with asyncio.timeout(to.connect_seconds):
                self._streams = await asyncio.open_connection(to.host, to.port, ssl=_tls(to), limit=_MOST)
        return self._streams


def _tls(to: Subscriber) -> ssl.SSLContext | None:
    """TLS 1.2 or later with both certificates; None in clear text, where the subscriber allows it."""
    if not to.ca:
        return None
    context = ssl.create_default_context(cafile=to.ca)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(to.certificate, to.key)
    return context
