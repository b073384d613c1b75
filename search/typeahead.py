"""The typeahead as the api uses it: text in, one page of exams out, with facets and the reason of each (§4.1).

`load` builds, verifies and only then offers a release; replacing the active one is one assignment. A page names the
release it was made from, and can be followed on it while that release is held.
"""

from functools import lru_cache, partial
from itertools import islice

from kernel.errors import Unavailable
from search.analysis import Query, analyse, hint
from search.answering import Answer, answer
from search.documents import document_of
from search.explanation import explain
from search.facets import admitted, count_facets
from search.index import ANY, MOST_CANDIDATES, Edition, Filters, Health, Listing, Page, SearchEngine, Suggestion
from search.lexicon import Lexicon, Reading
from search.meeting import LABEL
from search.postings import first_of, places_of
from search.probing import probe
from search.ranking import Verdict
from search.shelf import Copy, Shelf
from terminology.release import Release

_KEPT_BITS = 8_000_000


def edition_of(release: Release) -> Edition:
    """The exams of a release made searchable, in their usual order, the retired ones last."""
    documents = sorted(map(document_of, release.requests), key=lambda d: (d.retired, d.waiting, d.order, d.tail))
    lexicon = Lexicon(documents)
    # The same few exams are found by many queries.
    facets = lru_cache(maxsize=_KEPT_BITS // (len(documents) + 64))(partial(count_facets, lexicon.exams))
    return Edition(release, lexicon.exams.documents, lexicon, facets)


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
            probe(self._engine, edition, index)
        except Unavailable:
            self._engine.drop(index)
            raise
        if active:
            self._engine.activate(index)
        self._shelf.put(edition, index, active=active)

    def forget(self, name: str) -> None:
        """Offer the release of this name no more, unless it is the active one; queries under way finish."""
        self._shelf.remove(name)

    @property
    def engine(self) -> str:
        """Name of the engine that answers now."""
        return self._engine.name

    @property
    def degraded(self) -> bool:
        """Whether it stands in for the engine that was asked for."""
        return self._engine.degraded

    @property
    def in_memory(self) -> bool:
        """Whether a query waits for nothing but this process."""
        return self._engine.in_memory

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
        query, edition, found = self._asked(text, filters, release)
        shown = islice(found.verdicts, offset, offset + limit)
        return Page(
            query=query.text,
            release=edition.release,
            engine=found.engine,
            degraded=found.degraded,
            total=found.exams.bit_count(),
            total_capped=found.capped,
            offset=offset,
            limit=limit,
            hint=None if found.exams else hint(query),
            facets=edition.facets(found.exams),
            items=tuple(_suggestion(found.reading, verdict) for verdict in shown),
        )

    def listed(
        self, text: str, filters: Filters | None = None, limit: int = 10, offset: int = 0, release: str | None = None
    ) -> Listing:
        """The exams of the same page, with no reason why."""
        _, _, found = self._asked(text, filters, release)
        shown = islice(found.verdicts, offset, offset + limit)
        requests = tuple(verdict.document.request for verdict in shown)
        return Listing(requests, found.exams.bit_count(), found.degraded)

    def _asked(self, text: str, filters: Filters | None, release: str | None) -> tuple[Query, Edition, Answer]:
        """What is asked, of which edition, and all that answers it."""
        query = analyse(text)
        filters = filters or ANY
        copy = self._shelf.take(release)
        try:
            edition = copy.edition
            found = self._usual(edition, query, filters) if query.empty else self._found(copy, query, filters)
        finally:
            self._shelf.give_back(copy)
        return query, edition, found

    def _found(self, copy: Copy, query: Query, filters: Filters) -> Answer:
        found = answer(
            query,
            copy.edition.lexicon,
            lambda reading, breadth: self._engine.candidates(copy.index, reading, filters, breadth, MOST_CANDIDATES),
        )
        first = first_of(found.exams, MOST_CANDIDATES)
        if first == found.exams:
            return found
        return found._replace(exams=first, verdicts=islice(found.verdicts, MOST_CANDIDATES), capped=True)

    def _usual(self, edition: Edition, query: Query, filters: Filters) -> Answer:
        """What an empty query lists: the restricted list by frequency, then the other exams. No engine is asked."""
        exams = admitted(edition.lexicon.exams, filters)
        verdicts = (Verdict(edition.documents[place], 0, term=LABEL) for place in places_of(exams))
        return Answer(edition.lexicon.read(query), exams, verdicts, False, self.engine, self.degraded)


def _suggestion(reading: Reading, verdict: Verdict) -> Suggestion:
    return Suggestion(verdict.document.request, explain(reading, verdict), verdict.score)
