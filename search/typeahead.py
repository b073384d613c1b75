"""The typeahead as the api uses it: text in, one page of exams out, with facets and the reason of each (§4.1).

`load` builds, verifies and only then offers a release; replacing the active one is one assignment. A page names the
release it was made from, and can be followed on it while that release is held.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kernel.errors import Unavailable
from search.analysis import Query, analyse, code_hint
from search.documents import MatchField, document_of
from search.facets import count_facets
from search.index import (
    MOST_CANDIDATES,
    Breadth,
    Edition,
    Filters,
    Health,
    IndexRef,
    Match,
    Page,
    SearchEngine,
    Suggestion,
)
from search.lexicon import Lexicon, Reading
from search.ranking import LABEL, Verdict, after, rank
from search.shelf import Shelf
from search.spans import spans
from terminology.release import Release

_PROBES = 20


@dataclass(frozen=True, slots=True)
class _Answer:
    """Every verdict on a query, and the reading it was judged by."""

    reading: Reading
    verdicts: list[Verdict]
    capped: bool


def edition_of(release: Release) -> Edition:
    """The exams of a release made searchable, in their usual order, the retired ones last."""
    documents = sorted(map(document_of, release.requests), key=lambda d: (d.retired, d.waiting, d.order, d.tail))
    return Edition(release, tuple(documents), Lexicon(documents))


class Typeahead:
    """Suggests exams from the releases it was given. Safe to call from several threads."""

    def __init__(self, engine: SearchEngine) -> None:
        self._engine = engine
        self._shelf = Shelf(engine.drop)

    def load(self, release: Release, *, active: bool = True) -> None:
        """Index `release`, check the index, then offer it; `active` makes it the one answered by default.

        Loading a release of the same name again replaces it. `Unavailable` when the index does not hold: what was
        offered before stays.
        """
        edition = edition_of(release)
        index = self._engine.build(edition)
        try:
            self._engine.verify(index)
            self._probe(edition, index)
        except Unavailable:
            self._engine.drop(index)
            raise
        if active:
            self._engine.activate(index)
        self._shelf.put(edition, index, active=active)

    @property
    def engine(self) -> str:
        """Name of the engine that answers."""
        return self._engine.name

    def health(self) -> Health:
        """Whether queries can be answered, and from which index."""
        return self._engine.health()

    def suggest(
        self,
        text: str,
        filters: Filters | None = None,
        limit: int = 10,
        offset: int = 0,
        release: str | None = None,
    ) -> Page:
        """The page of exams that `text` asks for, best first.

        `release` is a name as `Release.name` gives it; None = the active one. `Invalid` (`filter-too-long`) above 256
        characters, `NotFound` (`unknown-release`) when the release is not held, `Unavailable` (`starting`) before any.
        """
        query = analyse(text)
        filters = filters or Filters()
        with self._shelf.reading(release) as (edition, index):
            answer = _usual(edition, query, filters) if query.empty else self._answer(edition, index, query, filters)
        verdicts = answer.verdicts
        return Page(
            query=query.text,
            release=edition.release,
            engine=self._engine.name,
            degraded=False,
            total=len(verdicts),
            total_capped=answer.capped,
            offset=offset,
            limit=limit,
            hint=None if verdicts else code_hint(query),
            facets=count_facets(verdict.document for verdict in verdicts),
            items=tuple(_suggestion(answer.reading, verdict) for verdict in verdicts[offset : offset + limit]),
        )

    def _answer(self, edition: Edition, index: IndexRef, query: Query, filters: Filters) -> _Answer:
        """All that answers; then, when its last letter may begin a stop word, what answers without it."""
        answer = self._ranked(index, edition.lexicon.read(query), filters)
        if query.finished:
            others = self._ranked(index, edition.lexicon.read(query.finished), filters)
            verdicts = after(answer.reading, answer.verdicts, others.verdicts)
            answer = _Answer(answer.reading, verdicts, answer.capped or others.capped)
        if not answer.verdicts:
            reading = edition.lexicon.read(query, in_doubt=True)
            answer = self._ranked(index, reading, filters)
        if not answer.verdicts:
            answer = self._ranked(index, reading, filters, Breadth.PARTIAL)
        return answer

    def _ranked(self, index: IndexRef, reading: Reading, filters: Filters, breadth: Breadth = Breadth.WHOLE) -> _Answer:
        found = self._engine.candidates(index, reading, filters, breadth, MOST_CANDIDATES)
        return _Answer(reading, rank(reading, found.documents, breadth), found.capped)

    def _probe(self, edition: Edition, index: IndexRef) -> None:
        """Ask for a few exams by their label: each must be retrieved."""
        held = edition.documents
        for document in held[:: max(len(held) // _PROBES, 1)]:
            reading = edition.lexicon.read(analyse(document.request.display[:256]))
            found = self._engine.candidates(
                index, reading, Filters(include_inactive=True), Breadth.WHOLE, MOST_CANDIDATES
            )
            if document.request.code not in {d.request.code for d in found.documents} and reading.slots:
                raise Unavailable.because("index-incomplete", "L'index de recherche est incomplet.", "Le reconstruire.")


def _usual(edition: Edition, query: Query, filters: Filters) -> _Answer:
    """What an empty query lists: the restricted list by frequency, then the other exams."""
    verdicts = [Verdict(document, 0, term=LABEL) for document in edition.documents if filters.admit(document)]
    return _Answer(edition.lexicon.read(query), verdicts, capped=False)


def _suggestion(reading: Reading, verdict: Verdict) -> Suggestion:
    return Suggestion(verdict.document.request, _match(reading, verdict), verdict.score)


def _match(reading: Reading, verdict: Verdict) -> Match:
    document = verdict.document
    if verdict.term is None:
        return _code_match(reading.query, verdict)
    term = document.terms[verdict.term]
    return Match(verdict.tier, term.field, term.kind, term.text, spans(reading, term.text))


def _code_match(query: Query, verdict: Verdict) -> Match:
    """The code or act meant, highlighted as far as it was typed."""
    document = verdict.document
    same: Callable[[str], bool] = (
        (lambda own: own == query.code) if verdict.tier == 100 else (lambda own: own.startswith(query.code))
    )
    value = next(value for own, value in document.codes.items() if same(own))
    field = MatchField.CODE if value == document.request.code else MatchField.NABM
    return Match(verdict.tier, field, None, value, ((0, len(value)),))
