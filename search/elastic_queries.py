"""Queries to Elasticsearch, and nothing else: `bool` over exact terms, their beginnings and, for laboratories, `fuzzy`.

Text that was typed is a value in them, folded by `search.analysis`; never a syntax: no query string, wildcard nor
regular expression (terminology.md §4.5).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Query
from search.elastic_client import Body
from search.elastic_mapping import LONGEST_BEGINNING
from search.index import Breadth, Filters
from search.lexicon import Reading

NOTHING: Body = {"match_none": {}}


def term(field: str, value: str | bool) -> Body:
    """Exams that hold a value."""
    return {"term": {field: {"value": value}}}


def terms(field: str, values: Iterable[str]) -> Body:
    """Exams that hold one of some values."""
    return {"terms": {field: sorted(values)}}


def begins(field: str, beginning: str) -> Body:
    """Exams with a value that begins so."""
    if len(beginning) > LONGEST_BEGINNING:
        return {"prefix": {field: {"value": beginning}}}
    return term(f"{field}.begin", beginning)


def any_of(clauses: Sequence[Body]) -> Body:
    """Exams that meet one of the clauses at least; none when there is no clause."""
    return {"bool": {"should": list(clauses), "minimum_should_match": 1}} if clauses else NOTHING


def all_of(clauses: Sequence[Body]) -> Body:
    """Exams that meet every clause, unscored; none when there is no clause."""
    return {"bool": {"filter": list(clauses)}} if clauses else NOTHING


@dataclass(frozen=True, slots=True)
class Asked:
    """One word of a query, or two joined: the `forms` it may be, and whether it may also begin a longer one."""

    text: str
    forms: frozenset[str]
    begins: bool

    def clause(self) -> Body:
        """Exams with such a word."""
        found = [terms("words", self.forms)] if self.forms else []
        return any_of([*found, begins("words", self.text)] if self.begins else found)


def candidates(reading: Reading, filters: Filters, breadth: Breadth) -> Body:
    """Every exam that the ranker may find an answer for this reading, and that passes the filters."""
    return {"bool": {"filter": [*_admitted(filters), _retrieved(reading, breadth)]}}


def _admitted(filters: Filters) -> list[Body]:
    asked = {
        "chapter": filters.chapter,
        "specimens": filters.specimen,
        "restricted": filters.restricted,
        "order_class": filters.order_class,
        "retired": None if filters.include_inactive else False,
    }
    return [term(field, value) for field, value in asked.items() if value is not None]


def _retrieved(reading: Reading, breadth: Breadth) -> Body:
    query = reading.query
    ways = [begins("codes", query.code)] if query.code else []
    if query.code_only or not reading.slots:
        return any_of(ways)
    words = _words(reading)
    if breadth is Breadth.PARTIAL:
        return any_of([*ways, *words])
    ways += [*_named(query), all_of(words)]
    if shorter := reading.without_context():
        ways.append(all_of(_words(shorter)))
    return any_of(ways)


def _named(query: Query) -> list[Body]:
    """Exams with a name that begins as the query does, with or without its context words."""
    return [begins("names", form) for form in (*query.compacts, *query.trimmed_compacts, *query.bare_compacts)]


def _words(reading: Reading) -> list[Body]:
    """For each slot, the exams that answer it alone or joined to a neighbour."""
    slots = reading.slots
    clauses = [[Asked(s.text, s.meant, s.begins).clause()] for s in slots]
    for place, pair in enumerate(reading.pairs):
        if pair:
            joined = begins("words", slots[place].text + slots[place + 1].text)
            clauses[place].append(joined)
            clauses[place + 1].append(joined)
    return [any_of(each) for each in clauses]
