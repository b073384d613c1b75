"""Relevance as a number: queries with the exams that would be right, asked, and scored (ecosystem.md §4).

A query is right at the rank of the first right exam among the ten of a page. `loinc` says which exams are right. `nabm`
is the act they are billed by: it says so only of what no LOINC can name, an exam that still waits for its LOINC, or
when a query lists acts alone, because exams that are not alike share an act.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kernel.errors import Invalid
from search.analysis import LONGEST_QUERY
from search.index import Suggestion
from terminology.readers.named_columns import Record, read_records
from terminology.request_code import CodeStatus, RequestCode

COLUMNS = ("query", "category", "loinc", "nabm")
PAGE = 10
_FIRST_ONES = 5
_ACT_DIGITS = 4

Suggest = Callable[[str], Sequence[Suggestion]]


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """What is typed, the kind of query it is, and the codes and acts that would be right."""

    text: str
    category: str
    codes: frozenset[str]
    acts: frozenset[str]

    def accepts(self, exam: RequestCode) -> bool:
        """Whether `exam` is a right answer."""
        if exam.code in self.codes:
            return True
        acts_count = not self.codes or exam.status is CodeStatus.WAITING
        return acts_count and not self.acts.isdisjoint(exam.nabm)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a query found, best first; `rank` of the first right exam, None when it is not on the page."""

    query: JudgedQuery
    found: tuple[Suggestion, ...]
    rank: int | None


@dataclass(frozen=True, slots=True)
class Score:
    """How well a group of queries was answered; every figure is between 0 and 1."""

    queries: int
    success_at_1: float
    success_at_5: float
    mean_reciprocal_rank: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """The scores in all and by category, what was not answered first, and how many queries no exam could answer."""

    overall: Score
    categories: dict[str, Score]
    misses: tuple[Outcome, ...]
    left_out: int


def read_queries(content: bytes) -> tuple[JudgedQuery, ...]:
    """The queries of a CSV file; `Invalid`, located by row, when it is not one or a query cannot be asked."""
    queries = tuple(map(_query, read_records(content, COLUMNS)))
    if not queries:
        raise Invalid.because("no-query", "Le fichier ne contient aucune requête.", "Une requête par ligne.")
    return queries


def judge(queries: Iterable[JudgedQuery], exams: Sequence[RequestCode], suggest: Suggest) -> Judgement:
    """Ask every query that one of `exams` would answer; `suggest` gives a page of at least ten exams, best first."""
    answerable, left_out = [], 0
    for query in queries:
        if any(map(query.accepts, exams)):
            answerable.append(query)
        else:
            left_out += 1
    outcomes = [_ask(query, suggest) for query in answerable]
    by_category: defaultdict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_category[outcome.query.category].append(outcome)
    return Judgement(
        overall=_score(outcomes),
        categories={category: _score(own) for category, own in sorted(by_category.items())},
        misses=tuple(outcome for outcome in outcomes if outcome.rank != 1),
        left_out=left_out,
    )


def _query(record: Record) -> JudgedQuery:
    text = record["query"]
    if len(text) > LONGEST_QUERY:
        raise Invalid.because(
            "filter-too-long", f"La requête dépasse {LONGEST_QUERY} caractères.", "", f"ligne {record.row}"
        )
    acts = frozenset(act.zfill(_ACT_DIGITS) for act in _listed(record["nabm"]))
    return JudgedQuery(text, record["category"], _listed(record["loinc"]), acts)


def _listed(cell: str) -> frozenset[str]:
    return frozenset(filter(None, map(str.strip, cell.split("|"))))


def _ask(query: JudgedQuery, suggest: Suggest) -> Outcome:
    found = tuple(suggest(query.text)[:PAGE])
    rank = next((rank for rank, one in enumerate(found, start=1) if query.accepts(one.request)), None)
    return Outcome(query, found, rank)


def _score(outcomes: Sequence[Outcome]) -> Score:
    ranks = [outcome.rank for outcome in outcomes if outcome.rank is not None]
    asked = len(outcomes) or 1
    return Score(
        queries=len(outcomes),
        success_at_1=sum(rank == 1 for rank in ranks) / asked,
        success_at_5=sum(rank <= _FIRST_ONES for rank in ranks) / asked,
        mean_reciprocal_rank=sum(1 / rank for rank in ranks) / asked,
    )
