"""The engine that is always there: the sets of exams of an edition, in memory (terminology.md §4.5).

An index is built once and never changed; making another one active replaces one reference, so that readers need
no lock and a query finishes on the index it began with.
"""

from itertools import count
from threading import Lock

from kernel.errors import Unavailable
from search.collection import Collection
from search.facets import admitted
from search.index import Breadth, Candidates, Edition, Filters, Health, IndexRef
from search.lexicon import Reading
from search.probing import incomplete


class EmbeddedEngine:
    """Holds the indexes of the releases in use; see `search.index.SearchEngine` for what each method promises."""

    name = "embedded"
    degraded = False
    in_memory = True

    def __init__(self) -> None:
        self._indexes: dict[IndexRef, Collection] = {}
        self._active: IndexRef | None = None
        self._builds = count(1)
        self._writing = Lock()

    def build(self, edition: Edition) -> IndexRef:
        """Index `edition` in memory, beside the indexes in use."""
        index = edition.lexicon.exams
        ref = IndexRef(f"exams-{edition.release.name}-{next(self._builds)}", edition.release.name, len(index.documents))
        with self._writing:
            self._indexes = {**self._indexes, ref: index}
        return ref

    def verify(self, index: IndexRef) -> None:
        """`Unavailable` (`index-incomplete`) unless the index holds as many exams as were given."""
        if len(self._index(index).documents) != index.documents:
            raise incomplete()

    def activate(self, index: IndexRef) -> None:
        """Replace the active reference."""
        self._index(index)
        self._active = index

    def candidates(
        self, index: IndexRef, _reading: Reading, filters: Filters, _breadth: Breadth, _limit: int
    ) -> Candidates:
        """All that pass the filters: the ranker finds those that answer, in the same sets."""
        return Candidates(admitted(self._index(index), filters), False, self.name)

    def health(self) -> Health:
        """It answers as soon as an index is active."""
        return Health(self._active is not None, self._active)

    def drop(self, index: IndexRef) -> None:
        """Forget a build; the last one active stays so until another is."""
        with self._writing:
            self._indexes = {ref: held for ref, held in self._indexes.items() if ref != index}

    def _index(self, ref: IndexRef) -> Collection:
        held = self._indexes.get(ref)
        if held is None:
            raise Unavailable.because(
                "index-missing", "Cet index de recherche n'est plus disponible.", "Relancer la recherche."
            )
        return held
