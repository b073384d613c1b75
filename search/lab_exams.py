"""From a laboratory's exam to what search judges, and from the verdicts to the page that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from search.analysis import Query, hint
from search.documents import Document, document_of
from search.explanation import explain
from search.lab_search import MOST_LAB_EXAMS, LabEntry, LabPage, LabSuggestion
from search.lexicon import Reading
from search.ranking import Verdict
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.request_code import RequestCode, Synonym, SynonymKind
from terminology.transcoding.local_catalogue import specimens_of


@dataclass(frozen=True, slots=True)
class LabAnswer:
    """Verdicts on a query, the hundred best at most, the reading they were made by, and the exams by local code.

    `capped`: there were more.
    """

    query: Query
    reading: Reading
    verdicts: list[Verdict]
    entries: Mapping[str, LabEntry]
    capped: bool

    def page(self, engine: str, finess: str, version: int, limit: int, offset: int) -> LabPage:
        """The part of it that was asked for; `engine` found it."""
        shown = self.verdicts[:MOST_LAB_EXAMS]
        return LabPage(
            query=self.query.text,
            finess=finess,
            version=version,
            engine=engine,
            total=len(shown),
            total_capped=self.capped or len(shown) < len(self.verdicts),
            offset=offset,
            limit=limit,
            hint=None if shown else hint(self.query),
            items=tuple(self._suggestion(verdict) for verdict in shown[offset : offset + limit]),
        )

    def _suggestion(self, verdict: Verdict) -> LabSuggestion:
        entry = self.entries[verdict.document.request.code]
        return LabSuggestion(entry, explain(self.reading, verdict), verdict.score)


def searchable_exams(catalogue: LabCatalogue) -> list[tuple[LabEntry, Document]]:
    """The exams that can be ordered, searchable, in their usual order."""
    found = [(entry := entry_of(exam), document_of_entry(entry)) for exam in catalogue.orderable]
    return sorted(found, key=lambda pair: (pair[1].order, pair[1].tail))


def entry_of(exam: LabExam) -> LabEntry:
    """What search keeps of an exam of a catalogue."""
    names = [(exam.mnemonic, SynonymKind.ABBREVIATION), *((text, SynonymKind.SYNONYM) for text in exam.synonyms)]
    names.append((exam.printed_label, SynonymKind.LOCAL_USE))
    return LabEntry(
        code=exam.local_code,
        label=exam.label,
        loinc=exam.loinc.code if exam.loinc else None,
        nabm=tuple(act.code for act in exam.nabm),
        synonyms=tuple(Synonym(text, kind) for text, kind in names if text and text != exam.label),
        specimens=specimens_of(exam),
        reference_label=exam.reference_label or None,
        rank=int(exam.rank) if exam.rank.isdecimal() else None,
    )


def document_of_entry(entry: LabEntry) -> Document:
    """The searchable form of an exam of a laboratory: a request for the laboratory's own code."""
    request = RequestCode(
        code=entry.code,
        system=LOCAL_SYSTEM,
        display=entry.label,
        synonyms=entry.synonyms,
        reference_label=entry.reference_label,
        nabm=entry.nabm,
        rank=entry.rank,
    )
    return document_of(request, entry.loinc)
