"""Catalogues of laboratories in Elasticsearch, and in memory whatever Elasticsearch lacks (terminology.md §4.5).

The source says which version is in force; Elasticsearch answers when it holds that one. When it does not, or cannot
answer, the catalogue is searched in memory and the page says `degraded`. Both heal beside the queries, which never
wait for it: a catalogue that is lacking is put in, one at a time; a server that failed is tried every 30 s.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Lock

from kernel.clock import Clock
from kernel.errors import CircuitbioError, NotFound, Unavailable
from search.circuit import Circuit
from search.elastic_labs import ElasticLabSearch
from search.embedded_labs import EmbeddedLabSearch
from search.failover import beside
from search.lab_search import CatalogueSource, LabPage, unknown_laboratory, unknown_version

_log = logging.getLogger(__name__)


class FailoverLabSearch:
    """See `search.lab_search.LabSearch`. `run` carries out what heals."""

    def __init__(
        self,
        source: CatalogueSource,
        first: ElasticLabSearch,
        clock: Clock,
        run: Callable[[Callable[[], None]], None] = beside,
    ) -> None:
        self._source = source
        self._first = first
        self._second = EmbeddedLabSearch(source)
        self._clock = clock
        self._run = run
        self._circuit = Circuit(clock)
        self._refused: dict[str, Circuit] = {}  # laboratories whose catalogue could not be put in
        self._healing = Lock()

    def suggest(self, text: str, finess: str, version: int | None = None, limit: int = 10, offset: int = 0) -> LabPage:
        """The page of exams of one laboratory that `text` asks for; for ten minutes its former version is known too."""
        in_force = self._source.catalogue_version(finess)
        if in_force is None:
            raise unknown_laboratory(finess)
        if self._circuit.closed:
            try:
                return self._first.suggest(text, finess, version or in_force, limit, offset)
            except NotFound:
                if version not in (None, in_force):
                    raise unknown_version(version, [in_force]) from None
                self._heal(lambda: self._put_when_due(finess))
            except Unavailable as error:
                self._give_up(error)
        self._mend_when_due()
        return replace(self._second.suggest(text, finess, version, limit, offset), degraded=True)

    def refresh(self, finess: str) -> None:
        """Put the catalogue of this laboratory in Elasticsearch now, unless it is not asked at the moment."""
        self._second.refresh(finess)
        if self._circuit.closed:
            self._put(finess)

    def degraded(self) -> bool:
        """Whether Elasticsearch is not asked at the moment."""
        self._mend_when_due()
        return not self._circuit.closed

    def _heal(self, act: Callable[[], None]) -> None:
        """Do something beside the queries, one thing at a time; what comes meanwhile comes again."""
        if not self._healing.acquire(blocking=False):
            return

        def healing() -> None:
            try:
                act()
            finally:
                self._healing.release()

        self._run(healing)

    def _put_when_due(self, finess: str) -> None:
        refused = self._refused.get(finess)
        if refused is None or refused.half_open():
            self._put(finess)

    def _put(self, finess: str) -> None:
        """A catalogue that cannot be put in rests for a while, and is searched in memory meanwhile."""
        try:
            if catalogue := self._source.lab_catalogue(finess):
                self._first.replace(catalogue)
        except CircuitbioError as error:
            self._refused.setdefault(finess, Circuit(self._clock)).open()
            _log.warning("catalogue of %s not put in Elasticsearch (%s)", finess, error.code)
        else:
            self._refused.pop(finess, None)

    def _give_up(self, error: Unavailable) -> None:
        if self._circuit.open():
            _log.warning("Elasticsearch given up for catalogues (%s): memory answers", error.code)

    def _mend_when_due(self) -> None:
        if self._circuit.half_open():
            self._heal(self._mend)

    def _mend(self) -> None:
        try:
            self._first.mend()
        except CircuitbioError as error:
            _log.warning("Elasticsearch still away for catalogues (%s)", error.code)
        else:
            self._circuit.close()
            _log.info("Elasticsearch answers again for catalogues")
