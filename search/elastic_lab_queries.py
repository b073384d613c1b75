"""Queries over the exams of one laboratory, whose words are known to the index only (docs/decisions/0007).

`strict` finds what holds every word, best ways first; `forgiving` what holds some, misspelt words included. The shared
ranker judges what they find; their scores only choose the hundred it looks at.
"""

from collections.abc import Collection, Iterable

from search.analysis import Query, is_telling
from search.elastic_client import Body, Json
from search.elastic_queries import NOTHING, all_of, any_of, begins, term, terms
from search.misspelling import may_be_misspelt
from search.word_lists import CONTEXT_WORDS, NAMES_OF_THEIR_OWN, canonical

_TWO_ERRORS_FROM = 6  # letters typed: the word meant may have eight
_MOST_MEANT = 200


def of_edition(edition: str, clause: Body | None = None) -> Body:
    """The exams of one version of one catalogue, those that meet `clause` alone."""
    own: Json = [term("edition", edition)]
    return {"bool": {"filter": own, "must": [clause]}} if clause else {"bool": {"filter": own}}


def strict(query: Query) -> Body:
    """Exams that hold every word of the query, scored by the best way they do."""
    ways: list[Body] = []
    if query.code:
        ways += [_worth(100, term("codes", query.code)), _worth(20, begins("codes", query.code))]
    if not query.code_only and query.tokens:
        bare = [place for place, token in enumerate(query.tokens) if token not in CONTEXT_WORDS]
        ways += [
            _worth(90, terms("names", query.compacts)),
            _worth(80, any_of([begins("label", form) for form in query.compacts])),
            _worth(70, any_of([begins("names", form) for form in query.compacts])),
            _worth(51, terms("names", (*query.trimmed_compacts, *query.bare_compacts))),
            _holding(50, query, range(len(query.tokens))),
            _holding(35, query, bare),
            _worth(34, any_of([begins("names", form) for form in query.bare_compacts])),
        ]
    return {"dis_max": {"queries": ways}} if ways else NOTHING


def forgiving(query: Query, doubted: Collection[int]) -> Body:
    """Exams that hold some words of the query, scored by how many; those at the places `doubted` may be misspelt."""
    words = _words(query, doubted)
    worth = [_worth(2 if is_telling(token) else 1, word) for word, token in zip(words, query.tokens, strict=True)]
    return any_of(worth)


def forms(token: str) -> Body:
    """Exams that hold a word, or the one it stands for, whole."""
    return terms("words", {token, canonical(token)})


def may_be_doubted(query: Query) -> list[int]:
    """Places of the words that could be misspelt (terminology.md §4.3 fuzzy)."""
    return [
        place
        for place, (token, typed) in enumerate(zip(query.tokens, query.typed, strict=True))
        if may_be_misspelt(token, typed) and token not in NAMES_OF_THEIR_OWN
    ]


def _worth(score: float, clause: Body) -> Body:
    return {"constant_score": {"filter": clause, "boost": score}}


def _holding(score: float, query: Query, places: Iterable[int]) -> Body:
    """Exams that hold the words at `places`, those that hold them whole before those with words they begin."""
    words, asked = _words(query), list(places)
    whole = [_worth(0.5, forms(query.tokens[place])) for place in asked]
    return {"bool": {"must": [_worth(score, all_of([words[place] for place in asked]))], "should": whole}}


def _words(query: Query, doubted: Collection[int] = ()) -> list[Body]:
    """For each word, the exams that hold it, one it begins, or it joined to a neighbour."""
    last = len(query.tokens) - 1
    clauses: list[list[Body]] = []
    for place, token in enumerate(query.tokens):
        ways = [forms(token)]
        if place == last or len(token) > 1:
            ways.append(begins("words", token))
        if place in doubted:
            ways += _meant(token, query.typed[place], unfinished=place == last)
        clauses.append(ways)
    for place in range(last):
        joined = begins("words", query.tokens[place] + query.tokens[place + 1])
        clauses[place].append(joined)
        clauses[place + 1].append(joined)
    return [any_of(ways) for ways in clauses]


def _meant(token: str, typed: int, *, unfinished: bool) -> list[Body]:
    """Words that `token` may be a misspelling of: more of them than §4.3 allows, the ranker keeps the right ones."""
    fields = ["words", "words.begin"] if unfinished else ["words"]
    fuzzy: Json = {
        "value": token,
        "fuzziness": 2 if typed >= _TWO_ERRORS_FROM else 1,
        "prefix_length": 1,
        "max_expansions": _MOST_MEANT,
    }
    return [{"fuzzy": {field: fuzzy}} for field in fields]
