"""Catalogues of laboratories in Elasticsearch: millions of exams, one laboratory a query (docs/decisions/0007).

All laboratories share one index. Each exam carries its edition, is routed by FINESS, and is written with those of its
edition, so that a query reads one laboratory's exams however many there are. Their words are not held here: the index
finds the hundred exams that may answer best, and the shared ranker judges these in their own words.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_hex

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from kernel.clock import Clock
from kernel.errors import CircuitbioError
from search import elastic_lab_queries as queries
from search.analysis import LONGEST_QUERY, Query, analyse
from search.answering import Pass, answer_in_doubt, answer_whole
from search.documents import Document
from search.elastic import GRACE_SECONDS, Later, after_a_while
from search.elastic_client import Body, ElasticConfig, connect, reached
from search.elastic_lab_indexes import LabIndexes
from search.elastic_lab_mapping import entry_in, lab_exam_body
from search.elastic_lab_versions import LabEdition, LabVersions, State
from search.index import Candidates
from search.lab_exams import LabAnswer, document_of_entry, searchable_exams
from search.lab_search import MOST_LAB_EXAMS, LabEntry, LabPage
from search.lexicon import Lexicon
from search.meeting import LABEL
from search.probing import incomplete
from search.ranking import Verdict
from terminology.lab_catalogue import LabCatalogue

_ENGINE = "elasticsearch"
_GRACE = timedelta(seconds=GRACE_SECONDS)
_PROBES = 20
_CHUNK = 2000
_RETRIES = 3  # of what the server refuses because it has too much to do


@dataclass(frozen=True, slots=True)
class _Found:
    """Exams the index found, best first; `capped`: there are more."""

    exams: tuple[tuple[LabEntry, Document], ...]
    capped: bool

    @property
    def documents(self) -> list[Document]:
        """In their usual order."""
        return sorted((document for _, document in self.exams), key=lambda document: (document.order, document.tail))

    @property
    def entries(self) -> dict[str, LabEntry]:
        return {entry.code: entry for entry, _ in self.exams}

    def beside(self, other: "_Found") -> "_Found":
        """These exams and those of `other`."""
        more = tuple((entry, document) for entry, document in other.exams if entry.code not in self.entries)
        return _Found((*self.exams, *more), self.capped or other.capped)


class ElasticLabSearch:
    """Holds the catalogues it was given, all of one family in two indexes."""

    def __init__(self, config: ElasticConfig, clock: Clock, later: Later = after_a_while, family: str = "lab") -> None:
        self._clock = clock
        self._later = later
        self._client = connect(config)
        self._asking = self._client.options(request_timeout=config.query_seconds)
        self._indexes = LabIndexes(config, self._client, clock, family)
        self._versions = LabVersions(self._client, self._indexes.versions)
        self._asked_versions = LabVersions(self._asking, self._indexes.versions)

    def suggest(self, text: str, finess: str, version: int | None = None, limit: int = 10, offset: int = 0) -> LabPage:
        """The page of exams of one laboratory that `text` asks for, best first; None = the version in force here.

        `NotFound` (`unknown-laboratory`, `unknown-version`) when that catalogue is not here, `Unavailable`
        (`search-unavailable`) when it cannot be searched now.
        """
        query = analyse(text)
        edition = self._asked_versions.edition(finess, version)
        return self._answer(query, finess, edition).page(_ENGINE, finess, edition.version, limit, offset)

    def replace(self, catalogue: LabCatalogue) -> None:
        """Put the exams of `catalogue` that can be ordered in place of those of its laboratory, all at once.

        The new edition is written beside the one in force, checked, then switched to in one write; nothing of another
        laboratory is touched. `Unavailable` when it cannot be, `Conflict` (`catalogue-being-replaced`) when the same
        laboratory's is being replaced elsewhere: what was there stays.
        """
        finess = catalogue.laboratory.finess
        self._indexes.make()
        self.forget_former(finess)
        exams = searchable_exams(catalogue)
        name = f"{finess}-{catalogue.version}-{token_hex(4)}"
        edition = LabEdition(name, catalogue.version, len(exams), State.UNFINISHED, self._clock.now())
        self._versions.write(finess, self._versions.read(finess).starting(edition))
        self._write(finess, edition, exams)
        self._verify(finess, edition, exams)
        self._versions.write(finess, self._versions.read(finess).switched(edition, self._clock.now()))
        self._later(GRACE_SECONDS, lambda: self._forget_quietly(finess))

    def mend(self) -> None:
        """Have the indexes ready to be asked, empty if they were lost; `Unavailable` while they are not."""
        self._indexes.mend()

    def close(self) -> None:
        """Close the connections; nothing is asked afterwards."""
        self._client.close()

    def forget_former(self, finess: str) -> None:
        """Erase what has not been in force for ten minutes: former editions, and those never finished."""
        held = self._versions.read(finess)
        gone = held.outdated(self._clock.now() - _GRACE)
        if not gone:
            return
        for edition in gone:
            deletions = ({"_op_type": "delete", "_id": key, "routing": finess} for key in edition.keys())
            with reached():
                bulk(self._client, deletions, index=self._indexes.exams, chunk_size=_CHUNK, raise_on_error=False)
        self._versions.write(finess, held.without(gone))

    def _forget_quietly(self, finess: str) -> None:
        """The same at its time; what fails is left to the next replacement."""
        with suppress(CircuitbioError):
            self.forget_former(finess)

    def _write(self, finess: str, edition: LabEdition, exams: list[tuple[LabEntry, Document]]) -> None:
        writes = (
            {"_id": key, "routing": finess, "_source": lab_exam_body(edition.name, place, *exam)}
            for place, (key, exam) in enumerate(zip(edition.keys(), exams, strict=True))
        )
        with reached():
            bulk(self._client, writes, index=self._indexes.exams, chunk_size=_CHUNK, max_retries=_RETRIES)
            self._client.indices.refresh(index=self._indexes.exams)

    def _verify(self, finess: str, edition: LabEdition, exams: list[tuple[LabEntry, Document]]) -> None:
        """`Unavailable` (`index-incomplete`) unless every exam is there, and a few are found by their label."""
        with reached():
            own = queries.of_edition(edition.name)
            written = self._client.count(index=self._indexes.exams, query=own, routing=finess)["count"]
        if written != edition.exams:
            raise incomplete()
        for entry, _ in exams[:: max(len(exams) // _PROBES, 1)]:
            query = analyse(entry.label[:LONGEST_QUERY])
            found = self._found(self._client, finess, edition, queries.strict(query))
            if query.tokens and not found.capped and entry.code not in found.entries:
                raise incomplete()

    def _answer(self, query: Query, finess: str, edition: LabEdition) -> LabAnswer:
        """What holds every word; when nothing does, what holds some of them, misspelt or not."""
        if query.empty:
            return _listed(query, self._found(self._asking, finess, edition, None))
        found = self._found(self._asking, finess, edition, queries.strict(query))
        if query.finished:
            found = found.beside(self._found(self._asking, finess, edition, queries.strict(query.finished)))
        answer = _judged(query, found, answer_whole)
        if answer.verdicts or query.code_only or not query.tokens:
            return answer
        forgiving = queries.forgiving(query, self._unknown(query, finess, edition))
        return _judged(query, self._found(self._asking, finess, edition, forgiving), answer_in_doubt)

    def _unknown(self, query: Query, finess: str, edition: LabEdition) -> set[int]:
        """Places of the words that may be misspelt: those the laboratory never writes so."""
        doubted = queries.may_be_doubted(query)
        if not doubted:
            return set()
        with reached():
            counts = self._asking.search(
                index=self._indexes.exams,
                routing=finess,
                query=queries.of_edition(edition.name),
                aggs={str(place): {"filter": queries.forms(query.tokens[place])} for place in doubted},
                size=0,
                allow_partial_search_results=False,
            )["aggregations"]
        return {place for place in doubted if counts[str(place)]["doc_count"] == 0}

    def _found(self, client: Elasticsearch, finess: str, edition: LabEdition, clause: Body | None) -> _Found:
        with reached():
            found = client.search(
                index=self._indexes.exams,
                routing=finess,
                query=queries.of_edition(edition.name, clause),
                sort=["_score", "place"] if clause else ["place"],
                size=MOST_LAB_EXAMS,
                track_total_hits=MOST_LAB_EXAMS + 1,
                filter_path="hits.total.value,hits.hits._source",
                allow_partial_search_results=False,
            )["hits"]
        entries = [entry_in(hit["_source"]["exam"]) for hit in found.get("hits", ())]
        exams = tuple((entry, document_of_entry(entry)) for entry in entries)
        return _Found(exams, found["total"]["value"] > MOST_LAB_EXAMS)


def _listed(query: Query, found: _Found) -> LabAnswer:
    verdicts = [Verdict(document, 0, term=LABEL) for document in found.documents]
    return LabAnswer(query, Lexicon(()).read(query), verdicts, found.entries, found.capped)


def _judged(query: Query, found: _Found, ask: Pass) -> LabAnswer:
    """What the ranker makes of the exams found, in their own words."""
    lexicon = Lexicon(found.documents)
    everything = Candidates(lexicon.exams.everything, found.capped, "elasticsearch")
    answer = ask(query, lexicon, lambda _reading, _breadth: everything)
    verdicts = list(answer.verdicts)
    return LabAnswer(query, answer.reading, verdicts, found.entries, found.capped and bool(verdicts))
