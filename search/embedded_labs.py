"""Catalogues of laboratories searched in memory: for a site with one laboratory or a few (docs/decisions/0007)."""

from dataclasses import dataclass

from search.analysis import Query, analyse
from search.answering import answer
from search.documents import Document
from search.embedded import retrieve
from search.index import Breadth, Candidates
from search.lab_exams import LabAnswer, searchable_exams
from search.lab_search import LabEntry, LabPage, unknown_laboratory, unknown_version
from search.lexicon import Lexicon, Reading
from search.meeting import LABEL
from search.ranking import Verdict
from terminology.lab_catalogue import LabCatalogue


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

    def _retrieve(self, reading: Reading, breadth: Breadth) -> Candidates:
        return Candidates(retrieve(reading, breadth), False, "embedded")


class EmbeddedLabSearch:
    """See `search.lab_search.LabSearch`. Replacing a catalogue is replacing one reference."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def suggest(self, text: str, finess: str, version: int | None = None, limit: int = 10, offset: int = 0) -> LabPage:
        """The page of exams of one laboratory that `text` asks for; only the version in force is held."""
        query = analyse(text)
        held = self._held.get(finess)
        if held is None:
            raise unknown_laboratory(finess)
        if version not in (None, held.version):
            raise unknown_version(version, [held.version])
        return held.answer(query).page(finess, held.version, limit, offset)

    def replace(self, catalogue: LabCatalogue) -> None:
        """Index the catalogue, then put it in place of its laboratory's."""
        exams = searchable_exams(catalogue)
        documents = tuple(document for _, document in exams)
        self._held[catalogue.laboratory.finess] = _Held(
            catalogue.version,
            {entry.code: entry for entry, _ in exams},
            documents,
            Lexicon(documents),
        )
