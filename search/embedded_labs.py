"""Catalogues of laboratories searched in memory: for a site with one laboratory or a few (docs/decisions/0007).

A catalogue is indexed when it is first asked for, and again when the source holds another version of it, whichever
process put it there. The catalogues asked for last are held, twenty thousand exams in all.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from search.analysis import Query, analyse
from search.answering import answer
from search.documents import Document
from search.index import Breadth, Candidates
from search.lab_exams import LabAnswer, searchable_exams
from search.lab_search import CatalogueSource, LabEntry, LabPage, unknown_laboratory, unknown_version
from search.lexicon import Lexicon, Reading
from search.meeting import LABEL
from search.ranking import Verdict
from terminology.lab_catalogue import LabCatalogue

MOST_EXAMS = 20_000  # some 170 MB
_ENGINE = "embedded"


@dataclass(frozen=True, slots=True)
class _Held:
    """One catalogue in memory. `documents` are in their usual order; `entries` by local code."""

    version: int
    entries: dict[str, LabEntry]
    documents: tuple[Document, ...]
    lexicon: Lexicon

    def answer(self, query: Query) -> LabAnswer:
        """All that answers; an empty query lists the exams."""
        if query.empty:
            verdicts = [Verdict(document, 0, term=LABEL) for document in self.documents]
            return LabAnswer(query, self.lexicon.read(query), verdicts, self.entries, capped=False)
        found = answer(query, self.lexicon, self._retrieve)
        return LabAnswer(query, found.reading, list(found.verdicts), self.entries, found.capped)

    def _retrieve(self, _reading: Reading, _breadth: Breadth) -> Candidates:
        return Candidates(self.lexicon.exams.everything, False, _ENGINE)


class EmbeddedLabSearch:
    """See `search.lab_search.LabSearch`. Only versions in force are held; replacing one is replacing a reference."""

    def __init__(self, source: CatalogueSource, most_exams: int = MOST_EXAMS) -> None:
        self._source = source
        self._most_exams = most_exams
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._lock = Lock()
        self._indexing = Lock()  # one at a time: it takes a second, and all the memory that is allowed

    def suggest(self, text: str, finess: str, version: int | None = None, limit: int = 10, offset: int = 0) -> LabPage:
        """The page of exams of one laboratory that `text` asks for; only its version in force is known."""
        query = analyse(text)
        held = self._in_force(finess)
        if version not in (None, held.version):
            raise unknown_version(version, [held.version])
        return held.answer(query).page(_ENGINE, finess, held.version, limit, offset)

    def refresh(self, finess: str) -> None:
        """Forget what is held of this laboratory: it is indexed when next asked for."""
        with self._lock:
            self._held.pop(finess, None)

    def degraded(self) -> bool:
        """It stands in for nothing."""
        return False

    def _in_force(self, finess: str) -> _Held:
        version = self._source.catalogue_version(finess)
        if version is None:
            raise unknown_laboratory(finess)
        held = self._found(finess, version)
        if held is None:
            with self._indexing:
                held = self._found(finess, version) or self._indexed(finess)
        return held

    def _found(self, finess: str, version: int) -> _Held | None:
        with self._lock:
            held = self._held.get(finess)
            if held is None or held.version != version:
                return None
            self._held.move_to_end(finess)
            return held

    def _indexed(self, finess: str) -> _Held:
        """The catalogue as the source has it now, held in place of those not asked for since the longest."""
        catalogue = self._source.lab_catalogue(finess)
        if catalogue is None:
            raise unknown_laboratory(finess)
        held = _hold(catalogue)
        with self._lock:
            self._held.pop(finess, None)
            self._held[finess] = held
            while len(self._held) > 1 and sum(len(h.documents) for h in self._held.values()) > self._most_exams:
                self._held.popitem(last=False)
        return held


def _hold(catalogue: LabCatalogue) -> _Held:
    exams = searchable_exams(catalogue)
    documents = tuple(document for _, document in exams)
    return _Held(catalogue.version, {entry.code: entry for entry, _ in exams}, documents, Lexicon(documents))
