"""The releases as they are served: each with its catalogue and its search index, one of them active.

Every answer is made from one edition, taken once. `refresh` follows the pointer of the store: it builds and checks the
new edition beside the old one, then replaces one reference, so that no reader ever sees a mixture. A release that is
asked for by name is opened at its first use; the last few are kept.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

from kernel.errors import CircuitbioError, Unavailable
from search.index import Filters, Health, Page
from search.typeahead import Typeahead
from terminology.catalogue import Catalogue
from terminology.opening import open_release
from terminology.ports import ReleaseStore
from terminology.usage import with_frequencies

_KEPT = 3
_ACTIVE = "active"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Served:
    catalogue: Catalogue
    activation: int


class Editions:
    """What is served from a store of releases. Safe to call from several threads."""

    def __init__(
        self, store: ReleaseStore, typeahead: Typeahead, usage: Callable[[], Mapping[str, int]] = dict
    ) -> None:
        self.store = store
        self._usage = usage
        self._typeahead = typeahead
        self._served: _Served | None = None
        self._others: OrderedDict[str, Catalogue] = OrderedDict()
        self._opening = Lock()
        self.behind = False
        """Whether the store points to a release that could not be opened here: the one before is served."""

    @property
    def active(self) -> Catalogue:
        """The catalogue served by default; `Unavailable` (`starting`) before the first."""
        if self._served is None:
            raise Unavailable.because("starting", "Le catalogue n'est pas encore chargé.", "Réessayer dans un instant.")
        return self._served.catalogue

    def named(self, name: str | None) -> Catalogue:
        """The catalogue of a release, None and `active` = the active one; `NotFound` (`unknown-release`)."""
        if name is None or name == _ACTIVE or name == self.active.release.name:
            return self.active
        with self._opening:
            held = self._others.get(name) or self._opened(name)
            self._others.move_to_end(name)
            return held

    def suggest(
        self, text: str, filters: Filters | None = None, limit: int = 10, offset: int = 0, release: str | None = None
    ) -> Page:
        """The page of exams that `text` asks for; see `Typeahead.suggest`."""
        name = None if release in (None, _ACTIVE) else self.named(release).release.name
        return self._typeahead.suggest(text, filters, limit, offset, name)

    def answers_at_once(self, release: str | None) -> bool:
        """Whether `suggest` waits for nothing: neither for another machine, nor for a release to be opened."""
        return self._typeahead.in_memory and release in (None, _ACTIVE)

    @property
    def search(self) -> Health:
        """Whether queries can be answered."""
        return self._typeahead.health()

    @property
    def degraded(self) -> bool:
        """Whether the embedded engine stands in for the one that was asked for."""
        return self._typeahead.degraded

    @property
    def engine(self) -> str:
        """Name of the engine that answers."""
        return self._typeahead.engine

    def refresh(self) -> bool:
        """Serves what the store points to, if that is not what is served yet; whether it changed.

        A release that cannot be opened or indexed leaves the one before in place, and is tried again next time.
        """
        with self._opening:  # of two that see a switch at once, the second finds it done
            pointer = self.store.active()
            if pointer is None or (self._served and self._served.activation == pointer.activation):
                return False
            try:
                catalogue = self._read(pointer.name)
                self._typeahead.load(catalogue.release, active=True)
            except CircuitbioError as error:
                if self._served is None:
                    raise
                self.behind = True
                _log.error("release %s not served: %s", pointer.name, error.code)
                return False
            before = self._served
            self._served = _Served(catalogue, pointer.activation)
            self.behind = False
            self._others.pop(pointer.name, None)
            if before is not None and before.catalogue.release.name != pointer.name:
                self._keep(before.catalogue)
        return True

    def _read(self, name: str) -> Catalogue:
        """A release, its exams as frequent as they are ordered here."""
        return Catalogue(with_frequencies(open_release(self.store, name), self._usage()))

    def _opened(self, name: str) -> Catalogue:
        catalogue = self._read(name)
        self._typeahead.load(catalogue.release, active=False)
        self._keep(catalogue)
        return catalogue

    def _keep(self, catalogue: Catalogue) -> None:
        self._others[catalogue.release.name] = catalogue
        while len(self._others) > _KEPT:
            forgotten, _ = self._others.popitem(last=False)
            self._typeahead.forget(forgotten)
