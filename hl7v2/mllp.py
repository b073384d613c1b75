"""The frame of MLLP: `0x0B message 0x1C 0x0D` (HL7 v2.5 implementation guide, appendix C; `lcsd.md` §6.2)."""

START, END = b"\x0b", b"\x1c\r"
MOST = 32 * 1024 * 1024
"""The longest message that travels, in bytes."""
_BETWEEN = (b"\r", b"\n")


class FrameFault(Exception):
    """The bytes are no frame, or one that is too long; the words hold nothing of the content."""


def framed(message: bytes) -> bytes:
    """A message in its frame."""
    return START + message + END


class FrameReader:
    """Bytes in as they come, split or run together; whole messages out. Line ends between two frames are let pass."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held = bytearray()
        self._looked = 0

    @property
    def held(self) -> int:
        """Bytes of a frame that has begun and not ended."""
        return len(self._held)

    def feed(self, data: bytes) -> None:
        """More bytes; `FrameFault` when they do not begin a frame, or make one that is too long."""
        self._held += data
        while self._held[:1] in _BETWEEN:
            del self._held[:1]
        if self._held and not self._held.startswith(START):
            raise FrameFault("octets hors du cadre MLLP")
        if len(self._held) > self._most + len(START) + len(END) and self._end() < 0:
            raise FrameFault("message plus long que la limite")

    def message(self) -> bytes | None:
        """The next whole message, None while there is none; `FrameFault` as `feed`."""
        end = self._end()
        if end < 0:
            return None
        if end - len(START) > self._most:
            raise FrameFault("message plus long que la limite")
        found = bytes(self._held[len(START) : end])
        del self._held[: end + len(END)]
        self._looked = 0
        self.feed(b"")
        return found

    def _end(self) -> int:
        """Where the frame ends; bytes are looked at once, however they come."""
        end = self._held.find(END, self._looked)
        self._looked = max(len(self._held) - 1, 0) if end < 0 else end
        return end
