"""How often each exam is ordered, by month and nothing finer: what puts the usual ones first (terminology.md §2).

What is counted says nothing of anybody, and is written many orders at a time, so that the base never shows what one
order held (docs/decisions/0008).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock
from typing import Protocol

from kernel.calendar import after_months
from kernel.errors import Unavailable
from terminology.release import Release

ORDERS_AT_ONCE = 20
MONTHS = 12


@dataclass(frozen=True, slots=True)
class UsageCount:
    """How many lines asked for `code` during `month`, the first day of which it is."""

    code: str
    month: date
    count: int


class UsageStore(Protocol):
    """Keeps the counts. Every method is one transaction."""

    def add(self, counts: Mapping[str, int], month: date) -> None:
        """Adds to what is counted in `month`."""
        ...

    def replace(self, counts: Sequence[UsageCount]) -> None:
        """Puts `counts` in place of all that was counted in their months."""
        ...

    def all(self) -> tuple[UsageCount, ...]:
        """Everything, by month, then by code."""
        ...

    def since(self, month: date) -> dict[str, int]:
        """The sum by code from `month` on."""
        ...


def month_of(day: date) -> date:
    """The month of a day, as its first day."""
    return day.replace(day=1)


def last_year(store: UsageStore, today: date) -> dict[str, int]:
    """The counts of the last twelve months, the present one included."""
    return store.since(after_months(month_of(today), 1 - MONTHS))


def with_frequencies(release: Release, counts: Mapping[str, int]) -> Release:
    """The release as it is used here: what was counted comes on top of the frequency it gives each exam."""
    if not counts:
        return release
    return replace(
        release,
        requests=tuple(
            replace(request, frequency=request.frequency + counts[request.code]) if request.code in counts else request
            for request in release.requests
        ),
    )


class UsageTally:
    """Counts in memory, and hands over the sum of many orders at once; the rest is lost when the process ends.

    `add` is that of a store, `today` gives the day it is. Safe to call from several threads.
    """

    def __init__(
        self,
        add: Callable[[Mapping[str, int], date], None],
        today: Callable[[], date],
        orders_at_once: int = ORDERS_AT_ONCE,
    ) -> None:
        self._add = add
        self._today = today
        self._orders_at_once = orders_at_once
        self._counts: Counter[str] = Counter()
        self._orders = 0
        self._lock = Lock()

    def note(self, codes: Iterable[str]) -> None:
        """One order more, with the codes of its lines. Outside of any transaction; a busy base is tried again later."""
        with self._lock:
            self._counts.update(codes)
            self._orders += 1
            if self._orders < self._orders_at_once:
                return
            counts, orders = self._counts, self._orders
            self._counts, self._orders = Counter(), 0
        try:
            self._add(counts, month_of(self._today()))
        except Unavailable:
            with self._lock:
                self._counts.update(counts)
                self._orders += orders
