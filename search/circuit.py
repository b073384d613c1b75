"""A circuit breaker: what failed is not asked again before some rest, then by one caller (terminology.md §4.5)."""

from datetime import datetime, timedelta
from threading import Lock

from kernel.clock import Clock

REST = timedelta(seconds=30)


class Circuit:
    """Closed while all is well. Safe to share between threads."""

    def __init__(self, clock: Clock, rest: timedelta = REST) -> None:
        self._clock = clock
        self._rest = rest
        self._lock = Lock()
        self._next_try: datetime | None = None

    @property
    def closed(self) -> bool:
        """Whether the part behind it may be asked."""
        return self._next_try is None

    def open(self) -> bool:
        """Something failed: ask no more for a while. Whether it was closed until now."""
        with self._lock:
            was_closed = self._next_try is None
            if was_closed:
                self._next_try = self._clock.now() + self._rest
            return was_closed

    def half_open(self) -> bool:
        """Whether the caller is the one who may try now, once each rest."""
        with self._lock:
            now = self._clock.now()
            if self._next_try is None or now < self._next_try:
                return False
            self._next_try = now + self._rest
            return True

    def close(self) -> None:
        """The try went well."""
        with self._lock:
            self._next_try = None
