"""Why an exam is on a page: the name or code that answered, and what to highlight in it (terminology.md §4.1)."""

from collections.abc import Callable

from search.analysis import Query
from search.documents import Document, MatchField
from search.index import Match
from search.lexicon import Reading
from search.ranking import Verdict
from search.spans import spans


def explain(reading: Reading, verdict: Verdict) -> Match:
    """What of the exam met the query."""
    if verdict.term is None:
        return _code_match(reading.query, verdict)
    term = verdict.document.terms[verdict.term]
    return Match(verdict.tier, term.field, term.kind, term.text, spans(reading, term.text), verdict.extra)


def _code_match(query: Query, verdict: Verdict) -> Match:
    """The code or act meant, highlighted whole."""
    document = verdict.document
    same: Callable[[str], bool] = (
        (lambda own: own == query.code) if verdict.tier == 100 else (lambda own: own.startswith(query.code))
    )
    value = next(value for own, value in document.codes.items() if same(own))
    return Match(verdict.tier, _code_field(document, value), None, value, ((0, len(value)),))


def _code_field(document: Document, value: str) -> MatchField:
    if value == document.request.code:
        return MatchField.CODE
    return MatchField.NABM if value in document.request.nabm else MatchField.LOINC
