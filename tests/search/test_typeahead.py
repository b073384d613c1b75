"""The page: filters, facets, paging, releases, swaps, and what hostile text may not do."""

import threading
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid, NotFound, Unavailable
from search.embedded import EmbeddedEngine
from search.index import Filters, IndexRef
from search.typeahead import Typeahead
from terminology.release import Release
from terminology.request_code import CodeStatus, OrderClass
from tests.search.exams import BIOCHEMISTRY, BLOOD, FRAGMENTS, HAEMATOLOGY, SERUM, exam, release, typeahead_of


@pytest.fixture(scope="module")
def albumins() -> Typeahead:
    return typeahead_of(
        exam("1751-7", "Albumine", chapter=BIOCHEMISTRY, specimens=(SERUM,), restricted=True, frequency=9),
        exam("1754-1", "Albumine urinaire", chapter=BIOCHEMISTRY, order_class=OrderClass.ORDER, restricted=False),
        exam("1757-4", "Albumine du sang", chapter=HAEMATOLOGY, specimens=(BLOOD, SERUM)),
        exam("1758-2", "Albumine ancienne", chapter=HAEMATOLOGY, status=CodeStatus.RETIRED, frequency=99),
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), ["1751-7", "1754-1", "1757-4"]),
        (Filters(chapter="18719-5"), ["1751-7", "1754-1"]),
        (Filters(specimen="SER"), ["1751-7", "1757-4"]),
        (Filters(restricted=True), ["1751-7"]),
        (Filters(restricted=False), ["1754-1"]),
        (Filters(order_class=OrderClass.ORDER), ["1754-1"]),
        (Filters(include_inactive=True), ["1751-7", "1754-1", "1757-4", "1758-2"]),
        (Filters(chapter="18727-8"), []),
    ],
)
@pytest.mark.parametrize("query", ["albumine", ""])
def test_filters_narrow_the_answer(albumins: Typeahead, query: str, filters: Filters, expected: list[str]) -> None:
    page = albumins.suggest(query, filters)
    assert [item.request.code for item in page.items] == expected
    assert page.total == len(expected)


def test_facets_count_the_whole_answer_and_not_the_page(albumins: Typeahead) -> None:
    page = albumins.suggest("albumine", limit=1)
    assert len(page.items) == 1
    assert [(f.value.display, f.exams) for f in page.facets.chapter] == [("Biochimie", 2), ("Hématologie", 1)]
    assert [(f.value.code, f.exams) for f in page.facets.specimen] == [("SER", 2), ("BLD", 1)]
    assert [(f.value.code, f.exams) for f in page.facets.restricted] == [("false", 1), ("true", 1)]


def test_pages_follow_one_another_without_gap_nor_double(albumins: Typeahead) -> None:
    whole = albumins.suggest("albumine").items
    pages = [albumins.suggest("albumine", limit=1, offset=offset).items for offset in range(4)]
    assert [item for page in pages for item in page] == list(whole)


def test_a_page_says_where_it_comes_from(albumins: Typeahead) -> None:
    page = albumins.suggest("  albumine\x00\t")
    assert (page.query, page.release.name, page.engine, page.degraded) == ("albumine", "essai-1", "embedded", False)


def test_more_than_two_thousand_answers_are_counted_as_such() -> None:
    page = typeahead_of(*(exam(f"{place}-0", f"Albumine {place}") for place in range(2100))).suggest("albumine")
    assert (page.total, page.total_capped) == (2000, True)


def test_a_release_asked_by_name_answers_beside_the_active_one() -> None:
    typeahead = typeahead_of(exam("1751-7", "Albumine"))
    typeahead.load(release(exam("1988-5", "CRP"), label="essai-2"))
    assert [item.request.code for item in typeahead.suggest("crp").items] == ["1988-5"]
    assert typeahead.suggest("crp", release="essai-1").items == ()
    with pytest.raises(NotFound) as refusal:
        typeahead.suggest("crp", release="essai-3")
    assert refusal.value.code == "unknown-release"


def test_before_any_release_the_answer_is_to_wait() -> None:
    with pytest.raises(Unavailable) as refusal:
        Typeahead(EmbeddedEngine()).suggest("nfs")
    assert refusal.value.code == "starting"


def test_a_build_that_does_not_hold_leaves_the_former_one_in_place() -> None:
    class Leaking(EmbeddedEngine):
        def verify(self, index: IndexRef) -> None:
            super().verify(index._replace(documents=index.documents + len(self._indexes) - 1))

    typeahead = Typeahead(Leaking())
    typeahead.load(release(exam("1751-7", "Albumine")))
    with pytest.raises(Unavailable):
        typeahead.load(release(exam("1988-5", "CRP"), label="essai-2"))
    assert [item.request.code for item in typeahead.suggest("albumine").items] == ["1751-7"]


def test_a_build_that_is_replaced_is_dropped_once() -> None:
    dropped: list[str] = []

    class Telling(EmbeddedEngine):
        def drop(self, index: IndexRef) -> None:
            super().drop(index)
            dropped.append(index.name)

    typeahead = Typeahead(Telling())
    for _ in range(3):
        typeahead.load(release(exam("1751-7", "Albumine")))
    active = typeahead.health().active
    assert dropped == ["exams-essai-1-1", "exams-essai-1-2"]
    assert active is not None
    assert active.name == "exams-essai-1-3"


def test_queries_go_on_while_the_index_is_replaced(starter: Release) -> None:
    typeahead = Typeahead(EmbeddedEngine())
    small = replace(starter, requests=starter.requests[:60])
    typeahead.load(small)
    done, wrong = threading.Event(), []

    def ask() -> None:
        while not done.is_set():
            codes = [item.request.code for item in typeahead.suggest("nfs").items]
            if codes[:1] != ["57022-6"]:
                wrong.append(codes)

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    for _ in range(2):
        typeahead.load(small)
    done.set()
    for asker in askers:
        asker.join()
    assert wrong == []


def test_a_query_of_256_characters_is_answered_and_a_longer_one_refused(typeahead: Typeahead) -> None:
    assert typeahead.suggest("é" * 256).total == 0
    with pytest.raises(Invalid) as refusal:
        typeahead.suggest("é" * 257)
    assert refusal.value.code == "filter-too-long"
    assert refusal.value.findings[0].path == "q"


@pytest.mark.parametrize(
    "query",
    [
        "%%%",
        "*",
        "((",
        "?",
        "\\",
        "💉",
        "' OR 1=1 --",
        "' OR 'a'='a",
        "'; DROP TABLE exams; --",
        "<script>",
        "🩸🩸",
        "…",
    ],
)
def test_what_is_not_a_name_finds_nothing(typeahead: Typeahead, query: str) -> None:
    assert typeahead.suggest(query).total == 0


def test_beyond_twelve_words_the_rest_is_not_read(typeahead: Typeahead) -> None:
    twelve = "nfs " + "x1 " * 11
    assert typeahead.suggest(twelve + "crp").items == typeahead.suggest(twelve).items


@given(st.one_of(st.text(max_size=80), st.lists(FRAGMENTS, max_size=8).map("".join)))
def test_no_text_breaks_the_page(typeahead: Typeahead, text: str) -> None:
    page = typeahead.suggest(text)
    scores = [item.score for item in page.items]
    assert scores == sorted(scores, reverse=True)
    for item in page.items:
        edges = [edge for span in item.match.spans for edge in span]
        assert edges == sorted(set(edges))
        assert not edges or (edges[0] >= 0 and edges[-1] <= len(item.match.value))
