"""From a query to all that answers it, in a vocabulary that is known (terminology.md §4.3): what each pass asks.

The whole query first; then, when its last letter may begin a stop word, what answers without it; when nothing does,
the words that only begin another are doubted; at last, part of the query is enough.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import NamedTuple

from kernel.text import fold
from search.analysis import Query
from search.documents import SEPARATOR, names_of
from search.index import Breadth, Candidates
from search.lexicon import Lexicon, Reading
from search.partial_ranking import rank_partial
from search.postings import Exams, exams_at, places_of
from search.ranking import Ranking, Verdict, rank

Retrieve = Callable[[Reading, Breadth], Candidates]


class Answer(NamedTuple):
    """All that answers a query: `exams`, their verdicts, best first, and the reading they were judged by.

    `verdicts` are made as they are asked for, once. `capped`: there were more candidates than an engine gives. `engine`
    retrieved them; `degraded`: it stood in for one that could not.
    """

    reading: Reading
    exams: Exams
    verdicts: Iterator[Verdict]
    capped: bool
    engine: str
    degraded: bool


Pass = Callable[[Query, Lexicon, Retrieve], Answer]


def answer(query: Query, lexicon: Lexicon, retrieve: Retrieve) -> Answer:
    """All that answers `query` among the exams that `retrieve` finds by a reading."""
    first = answer_whole(query, lexicon, retrieve)
    if first.exams:
        return first
    doubted = lexicon.doubt(first.reading)
    answer_next = _answer_part if doubted is first.reading else _answer_doubted
    second = answer_next(doubted, lexicon, retrieve)
    return second._replace(capped=first.capped or second.capped)


def answer_whole(query: Query, lexicon: Lexicon, retrieve: Retrieve) -> Answer:
    """What answers every word of it, and, when its last letter may begin a stop word, what answers without it."""
    reading = lexicon.read(query)
    found = retrieve(reading, Breadth.WHOLE)
    ranking = rank(lexicon, reading, found.exams)
    if query.finished is None:
        return _answer(reading, ranking, found)
    shorter = lexicon.read(query.finished)
    other = retrieve(shorter, Breadth.WHOLE)
    exams, verdicts = after(lexicon, reading, ranking, rank(lexicon, shorter, other.exams))
    told = other if other.degraded else found
    return Answer(reading, exams, verdicts, found.capped or other.capped, told.engine, told.degraded)


def answer_in_doubt(query: Query, lexicon: Lexicon, retrieve: Retrieve) -> Answer:
    """What answers once the words that only begin another are doubted; else, what answers a part of it."""
    return _answer_doubted(lexicon.doubt(lexicon.read(query)), lexicon, retrieve)


def _answer_doubted(reading: Reading, lexicon: Lexicon, retrieve: Retrieve) -> Answer:
    found = retrieve(reading, Breadth.WHOLE)
    ranking = rank(lexicon, reading, found.exams)
    return _answer(reading, ranking, found) if ranking.exams else _answer_part(reading, lexicon, retrieve)


def _answer_part(reading: Reading, lexicon: Lexicon, retrieve: Retrieve) -> Answer:
    part = retrieve(reading, Breadth.PARTIAL)
    return _answer(reading, rank_partial(lexicon, reading, part.exams), part)


def _answer(reading: Reading, ranking: Ranking, found: Candidates) -> Answer:
    return Answer(reading, ranking.exams, iter(ranking), found.capped, found.engine, found.degraded)


def after(lexicon: Lexicon, reading: Reading, ranking: Ranking, others: Ranking) -> tuple[Exams, Iterator[Verdict]]:
    """What `others` found without the last letter of the query, set after `ranking`, in tier 35 at most.

    All of them when that letter is nowhere a word; else those with a name that begins as the query was typed:
    `intoxication a` may be on its way to `intoxication au plomb`.
    """
    documents = lexicon.exams.documents
    more = others.exams & ~ranking.exams
    if ranking.exams & reading.slots[-1].exact_exams:
        typed = SEPARATOR + fold(reading.query.text)
        begun = (place for place in places_of(more) if typed in names_of(documents[place]).folded)
        more = exams_at(begun, len(documents))
    if not more:
        return ranking.exams, iter(ranking)
    codes = {documents[place].request.code for place in places_of(more)}
    late = (
        verdict._replace(tier=35, bonus=0.0) if verdict.tier > 35 else verdict
        for verdict in others
        if verdict.document.request.code in codes
    )
    return ranking.exams | more, chain(ranking, late)
