"""The count of unknown codes per caller (prescription.md §4, guessing): a token bucket kept in the database.

The bucket is one instant, `full_at`, when it will be full again: each miss moves it one refill later, and the
bucket is empty while `full_at` lies more than a whole window, less one refill, ahead. It holds over processes.

All misses together are counted by the minute, and `ALARM` of them in one are told in the log of the service, once.
They refuse nothing to anyone: whoever tries codes would otherwise lock the laboratories that read orders.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, select, update

from prescription.caller import Caller
from prescription.ports import TooManyMisses
from storage.driver import Prepared
from storage.instants import to_micros
from storage.peppers import Peppers
from storage.sealing import keyed_digest
from storage.tables import insert_if_absent, miss_minutes, misses

ALARM = 100
LONGEST_WAIT = 300
_MINUTE = 60_000_000
FULL_AT = select(misses.c.full_at).where(misses.c.who == bindparam("caller"))
"""The bucket of a `caller`."""
_FULL_AT = Prepared(FULL_AT)
_log = logging.getLogger(__name__)


def minute_of(now: datetime) -> int:
    """The minute the misses of an instant are counted under."""
    return to_micros(now) // _MINUTE


@dataclass(frozen=True, slots=True)
class MissLimit:
    """How many misses a caller has: `count` at once, given back evenly over `window`."""

    count: int = 60
    window: timedelta = timedelta(minutes=10)

    @property
    def refill(self) -> int:
        """Microseconds in which one miss is given back."""
        return self.window // timedelta(microseconds=self.count)


class SqlMisses:
    """The `Misses` port over one connection. A caller is kept as a keyed digest."""

    def __init__(self, connection: Connection, peppers: Peppers, limit: MissLimit) -> None:
        self._connection = connection
        self._peppers = peppers
        self._limit = limit

    def refuse_if_too_many(self, caller: Caller, now: datetime) -> None:
        """`TooManyMisses` when the bucket is empty, with the seconds until one miss is given back."""
        row = _FULL_AT.row(self._connection, {"caller": self.who(caller)})
        self.refuse(None if row is None else row[0], now)

    def refuse(self, full_at: int | None, now: datetime) -> None:
        """The same for the bucket that will be full at that instant; None for who never missed."""
        if full_at is None:
            return
        wait = full_at - to_micros(now) - self._limit.refill * (self._limit.count - 1)
        if wait > 0:
            raise TooManyMisses.retry_in(min(-(-wait // 1_000_000), LONGEST_WAIT))

    def note(self, caller: Caller, now: datetime) -> None:
        """Takes one token; the caller commits it, though the call itself ends in a refusal."""
        self._count(minute_of(now))
        who, at, refill = self.who(caller), to_micros(now), self._limit.refill
        if insert_if_absent(self._connection, misses, {"who": who, "full_at": at + refill}):
            return
        later = case((misses.c.full_at > at, misses.c.full_at), else_=at)
        self._connection.execute(update(misses).where(misses.c.who == who).values(full_at=later + refill))

    def _count(self, minute: int) -> None:
        c = miss_minutes.c
        if insert_if_absent(self._connection, miss_minutes, {"minute": minute, "count": 1}):
            return
        more = update(miss_minutes).where(c.minute == minute).values(count=c.count + 1).returning(c.count)
        if self._connection.scalar(more) == ALARM:
            _log.warning("alarm: %d unknown codes tried within one minute, by all callers together", ALARM)

    def who(self, caller: Caller) -> bytes:
        """Whose bucket it is."""
        return keyed_digest(self._peppers.current.lookup, b"epu/miss/v1", caller.stable_id.encode("utf-8"))
