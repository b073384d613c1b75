"""Both engines give the same page, and so the same `total`, facets and highlights, for whatever is typed (§4.5)."""

import random

import pytest

from kernel.text import fold
from search.elastic import ElasticEngine
from search.elastic_client import ElasticConfig
from search.embedded import EmbeddedEngine
from search.index import Filters, Page
from search.typeahead import Typeahead
from terminology.release import Release
from terminology.request_code import OrderClass
from tests.search.exams import BIOCHEMISTRY, BLOOD, HAEMATOLOGY, SERUM, exam, release
from tests.search.test_contract import FIRST, FIRST_TWO, NEVER_CONFUSED, SEED, names, with_a_typo

Pair = tuple[Typeahead, Typeahead]


@pytest.fixture(scope="module")
def both(config: ElasticConfig, starter: Release) -> Pair:
    """The embedded engine, then Elasticsearch, over the starter catalogue."""
    pair = Typeahead(EmbeddedEngine()), Typeahead(ElasticEngine(config))
    for typeahead in pair:
        typeahead.load(starter)
    return pair


def answered(page: Page) -> Page:
    """A page, whoever gave it."""
    return page._replace(engine="", degraded=False)


def typed(starter: Release) -> list[str]:
    """What might be typed: names whole, cut, misspelt, two at once and out of order, codes, and nonsense."""
    chance = random.Random(SEED)
    requests = chance.sample(starter.requests, 30)
    queries = [query for table in (FIRST, FIRST_TWO) for query in table] + [query for query, _ in NEVER_CONFUSED]
    queries += [query for asked in FIRST.values() for query in asked]
    for request in requests:
        name = chance.choice(names(request))
        queries += [name, fold(name)[: chance.randrange(1, len(name) + 1)], " ".join(reversed(name.split()))]
        if len(longest := max(fold(name).split(), key=len)) > 4:
            queries.append(fold(name).replace(longest, with_a_typo(longest, chance)))
        queries += [f"dosage {name} svp", f"{name} {chance.choice(requests).display}", request.code[:3]]
        queries += [name[0], *request.nabm[:1]]
    return queries


def test_the_same_page_for_whatever_is_typed(both: Pair, starter: Release) -> None:
    embedded, elastic = both
    different = [q for q in typed(starter) if answered(embedded.suggest(q)) != answered(elastic.suggest(q))]
    assert different == []


def test_the_same_page_whatever_the_filters(config: ElasticConfig) -> None:
    exams = release(
        exam("1751-7", "Albumine", chapter=BIOCHEMISTRY, specimens=(SERUM,), restricted=True, frequency=9),
        exam("1754-1", "Albumine urinaire", chapter=BIOCHEMISTRY, order_class=OrderClass.ORDER, restricted=False),
        exam("1757-4", "Albumine du sang", chapter=HAEMATOLOGY, specimens=(BLOOD, SERUM)),
        label="filtres",
    )
    pair = Typeahead(EmbeddedEngine()), Typeahead(ElasticEngine(config))
    for typeahead in pair:
        typeahead.load(exams)
    for filters, total in [
        (Filters(chapter="18719-5"), 2),
        (Filters(specimen="SER"), 2),
        (Filters(restricted=True), 1),
        (Filters(restricted=False), 1),
        (Filters(order_class=OrderClass.ORDER), 1),
        (Filters(chapter="18727-8"), 0),
    ]:
        embedded, elastic = (typeahead.suggest("albumine", filters) for typeahead in pair)
        assert answered(embedded) == answered(elastic)
        assert elastic.total == total


def test_a_name_longer_than_the_beginnings_kept_is_found_by_its_beginning(both: Pair, starter: Release) -> None:
    embedded, elastic = both
    long = [name for request in starter.requests for name in names(request) if len(name) > 40][:20]
    assert long
    for name in long:
        page = elastic.suggest(name[:-3])
        assert page.total
        assert answered(page) == answered(embedded.suggest(name[:-3]))


def test_more_than_two_thousand_answers_are_counted_as_such(config: ElasticConfig) -> None:
    typeahead = Typeahead(ElasticEngine(config))
    typeahead.load(release(*(exam(f"{place}-0", f"Albumine {place}") for place in range(2100)), label="albumines"))
    page = typeahead.suggest("albumine")
    assert (page.total, page.total_capped) == (2000, True)
