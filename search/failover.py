"""Two engines as one: the first answers, the second as soon as the first cannot (terminology.md §4.5).

The second is always built. One failure or one query too slow opens the circuit: from then on the first is left alone
and every answer says `degraded`. Every 30 s one try is made beside the queries, which never wait for it: the builds in
use are made or found again, checked and probed, and only then is the first engine asked again.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread

from kernel.clock import Clock
from kernel.errors import CircuitbioError, Unavailable
from search.circuit import Circuit
from search.index import Breadth, Candidates, Edition, Filters, Health, IndexRef, SearchEngine
from search.lexicon import Reading
from search.probing import probe

_log = logging.getLogger(__name__)


def beside(act: Callable[[], None]) -> None:
    """Do something in a thread of its own."""
    Thread(target=act, name="search-repair", daemon=True).start()


@dataclass(slots=True)
class _Pair:
    """An edition in the second engine, and its build in the first, None when it has none yet."""

    edition: Edition
    first: IndexRef | None = None
    dropped: bool = False


class FailoverEngine:
    """See `search.index.SearchEngine`. An `IndexRef` is that of the second engine. `run` carries out a repair."""

    in_memory = False

    def __init__(
        self,
        first: SearchEngine,
        second: SearchEngine,
        clock: Clock,
        run: Callable[[Callable[[], None]], None] = beside,
    ) -> None:
        self._first = first
        self._second = second
        self._run = run
        self._circuit = Circuit(clock)
        self._pairs: dict[IndexRef, _Pair] = {}
        self._active: IndexRef | None = None
        self._lock = Lock()
        self._repairing = Lock()

    @property
    def name(self) -> str:
        """The engine that answers now."""
        return self._second.name if self.degraded else self._first.name

    @property
    def degraded(self) -> bool:
        """Whether the second engine stands in for the first."""
        return not self._circuit.closed

    def build(self, edition: Edition) -> IndexRef:
        """Index `edition` in both engines, in the second alone while the first cannot; `Unsupported` when the first
        never will."""
        index = self._second.build(edition)
        pair = _Pair(edition)
        with self._lock:
            self._pairs = {**self._pairs, index: pair}
        if self._circuit.closed:
            self._try(lambda: self._build_first(pair))
        return index

    def verify(self, index: IndexRef) -> None:
        """Check the second engine's build; the first one's was checked when it was made."""
        self._second.verify(index)

    def activate(self, index: IndexRef) -> None:
        """Make `index` the one new queries use, in both."""
        self._second.activate(index)
        self._active = index
        if self._circuit.closed:
            self._try(self._activate_first)

    def candidates(
        self, index: IndexRef, reading: Reading, filters: Filters, breadth: Breadth, limit: int
    ) -> Candidates:
        """What the first engine retrieves, or the second, `degraded`."""
        first = self._pairs[index].first
        if self._circuit.closed and first is not None:
            try:
                return self._first.candidates(first, reading, filters, breadth, limit)
            except Unavailable as error:
                self._give_up(error.code)
        elif self._circuit.closed:
            self._give_up("index-missing")
        self._repair_when_due()
        return self._second.candidates(index, reading, filters, breadth, limit)._replace(degraded=True)

    def health(self) -> Health:
        """It answers as soon as the second engine does."""
        self._repair_when_due()
        return self._second.health()

    def drop(self, index: IndexRef) -> None:
        """Forget a build in both."""
        self._second.drop(index)
        with self._lock:
            pair = self._pairs[index]
            self._pairs = {ref: held for ref, held in self._pairs.items() if ref != index}
            pair.dropped = True
        if pair.first is not None:
            self._first.drop(pair.first)

    def _build_first(self, pair: _Pair) -> None:
        """Make or find the build of the first engine, and check that it answers."""
        made = self._first.build(pair.edition)
        try:
            self._first.verify(made)
            probe(self._first, pair.edition, made)
        except Unavailable:
            self._first.drop(made)
            raise
        with self._lock:
            unused = made if pair.dropped else pair.first
            pair.first = pair.first if pair.dropped else made
        if unused is not None:
            self._first.drop(unused)

    def _activate_first(self) -> None:
        if self._active is not None and (first := self._pairs[self._active].first) is not None:
            self._first.activate(first)

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
        except Unavailable as error:
            self._give_up(error.code)

    def _give_up(self, code: str) -> None:
        if self._circuit.open():
            _log.warning("%s given up (%s): %s answers", self._first.name, code, self._second.name)

    def _repair_when_due(self) -> None:
        if self._circuit.half_open():
            self._run(self._repair)

    def _repair(self) -> None:
        """One try at a time: every build in use made or found again in the first engine, then the circuit closed."""
        if not self._repairing.acquire(blocking=False):
            return
        try:
            for pair in self._pairs.values():
                self._build_first(pair)
            self._activate_first()
            if not self._first.health().available:
                raise Unavailable.because("search-unavailable", "Le moteur de recherche n'est pas en état.")
        except CircuitbioError as error:
            _log.warning("%s still away (%s)", self._first.name, error.code)
        else:
            self._circuit.close()
            _log.info("%s answers again", self._first.name)
        finally:
            self._repairing.release()
