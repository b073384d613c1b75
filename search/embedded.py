"""The engine that is always there: an inverted index in memory (terminology.md §4.5).

An index is built once and never changed; making another one active replaces one reference, so that readers need
no lock and a query finishes on the index it began with.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from itertools import count
from threading import Lock

from kernel.errors import Unavailable
from search.documents import SEPARATOR, Document
from search.index import Breadth, Candidates, Edition, Filters, Health, IndexRef
from search.lexicon import Reading

_AFTER_ANY = "\U0010ffff"


class EmbeddedIndex:
    """Postings of one edition: words, names in compact form, codes. Places are those of `documents`."""

    def __init__(self, documents: tuple[Document, ...]) -> None:
        self.documents = documents
        words: defaultdict[str, list[int]] = defaultdict(list)
        names: set[tuple[str, int]] = set()
        codes: set[tuple[str, int]] = set()
        for place, document in enumerate(documents):
            for word in document.words:
                words[word].append(place)
            names.update((name, place) for head in document.heads for name in head.split(SEPARATOR) if name)
            codes.update((code, place) for code in document.codes)
        self._words = {word: tuple(places) for word, places in words.items()}
        self._names = sorted(names)
        self._codes = sorted(codes)

    def retrieve(self, reading: Reading, breadth: Breadth) -> set[int]:
        """Places of the exams that may answer."""
        query = reading.query
        found = _starting(self._codes, query.code) if query.code else set()
        if query.code_only or not reading.slots:
            return found
        per_slot = self._per_slot(reading)
        if breadth is Breadth.PARTIAL:
            return found.union(*per_slot)
        for form in (*query.compacts, *query.bare_compacts):
            found |= _starting(self._names, form)
        found |= set.intersection(*per_slot)
        if shorter := reading.without_context():
            found |= set.intersection(*self._per_slot(shorter))
        return found

    def _per_slot(self, reading: Reading) -> list[set[int]]:
        """For each slot, the exams that answer it alone or joined to a neighbour."""
        found = [self._holding(slot.words | slot.misspelt) for slot in reading.slots]
        for place, pair in enumerate(reading.pairs):
            if pair:
                joined = self._holding(pair)
                found[place] |= joined
                found[place + 1] |= joined
        return found

    def _holding(self, words: Iterable[str]) -> set[int]:
        return set().union(*(self._words.get(word, ()) for word in words))


def _starting(entries: list[tuple[str, int]], beginning: str) -> set[int]:
    low = bisect_left(entries, (beginning, -1))
    high = bisect_left(entries, (beginning + _AFTER_ANY, -1), low)
    return {place for _, place in entries[low:high]}


class EmbeddedEngine:
    """Holds the indexes of the releases in use; see `search.index.SearchEngine` for what each method promises."""

    name = "embedded"

    def __init__(self) -> None:
        self._indexes: dict[IndexRef, EmbeddedIndex] = {}
        self._active: IndexRef | None = None
        self._builds = count(1)
        self._writing = Lock()

    def build(self, edition: Edition) -> IndexRef:
        """Index `edition` in memory, beside the indexes in use."""
        index = EmbeddedIndex(edition.documents)
        ref = IndexRef(f"exams-{edition.release.name}-{next(self._builds)}", edition.release.name, len(index.documents))
        with self._writing:
            self._indexes = {**self._indexes, ref: index}
        return ref

    def verify(self, index: IndexRef) -> None:
        """`Unavailable` (`index-incomplete`) unless the index holds as many exams as were given."""
        if len(self._index(index).documents) != index.documents:
            raise Unavailable.because("index-incomplete", "L'index de recherche est incomplet.", "Le reconstruire.")

    def activate(self, index: IndexRef) -> None:
        """Replace the active reference."""
        self._index(index)
        self._active = index

    def candidates(
        self, index: IndexRef, reading: Reading, filters: Filters, breadth: Breadth, limit: int
    ) -> Candidates:
        """The exams that may answer and pass the filters, in their usual order."""
        held = self._index(index)
        places = sorted(held.retrieve(reading, breadth))
        admitted = [document for place in places if filters.admit(document := held.documents[place])]
        return Candidates(tuple(admitted[:limit]), len(admitted) > limit)

    def health(self) -> Health:
        """It answers as soon as an index is active."""
        return Health(self._active is not None, self._active)

    def drop(self, index: IndexRef) -> None:
        """Forget a build; the last one active stays so until another is."""
        with self._writing:
            self._indexes = {ref: held for ref, held in self._indexes.items() if ref != index}

    def _index(self, ref: IndexRef) -> EmbeddedIndex:
        held = self._indexes.get(ref)
        if held is None:
            raise Unavailable.because(
                "index-missing", "Cet index de recherche n'est plus disponible.", "Relancer la recherche."
            )
        return held
