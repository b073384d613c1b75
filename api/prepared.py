"""What is always written the same way of an exam, written once: a keystroke only joins it to what changes."""

from collections.abc import Callable, Hashable

from terminology.request_code import RequestCode

_MOST = 50_000


class Prepared:
    """Bytes by exam and manner of writing, made at first sight. An exam never changes: its identity stands for it."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._held: dict[tuple[int, Hashable], tuple[RequestCode, bytes]] = {}

    def of(self, request: RequestCode, manner: Hashable, write: Callable[[], bytes]) -> bytes:
        """The bytes of `request` in this `manner`, which holds all that `write` depends on beside the exam."""
        key = (id(request), manner)
        held = self._held.get(key)
        if held is None or held[0] is not request:  # an exam held here keeps its id to itself
            held = (request, write())
            if len(self._held) >= self._most:
                self._held.clear()
            self._held[key] = held
        return held[1]
