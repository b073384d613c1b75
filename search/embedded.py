"""The engine that is always there: the sets of exams of an edition, in memory (terminology.md §4.5).

An index is built once and never changed; making another one active replaces one reference, so that readers need
no lock and a query finishes on the index it began with.
"""

from functools import reduce
from itertools import count
from operator import or_
from threading import Lock

from kernel.errors import Unavailable
from search.collection import Collection
from search.facets import admitted
from search.index import Breadth, Candidates, Edition, Filters, Health, IndexRef
from search.lexicon import Reading
from search.postings import Exams, first_of
from search.probing import incomplete


def retrieve(reading: Reading, breadth: Breadth) -> Exams:
    """The exams that may answer."""
    found = reading.code_begun
    if reading.query.code_only or not reading.slots:
        return found
    if breadth is Breadth.PARTIAL:
        return reduce(or_, reading.answering(misspelt=True), found)
    found = reduce(or_, reading.begun + reading.trimmed + reading.bare_begun, found)
    found |= reading.answering_all(misspelt=True)
    if shorter := reading.without_context():
        found |= shorter.answering_all(misspelt=True)
    return found


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
        self, index: IndexRef, reading: Reading, filters: Filters, breadth: Breadth, limit: int
    ) -> Candidates:
        """The exams that may answer and pass the filters, in their usual order."""
        found = retrieve(reading, breadth) & admitted(self._index(index), filters)
        first = first_of(found, limit)
        return Candidates(first, first != found, self.name)

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
