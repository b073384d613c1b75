"""The catalogue of one laboratory, searched: the same promises kept in memory and in Elasticsearch."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from elasticsearch import Elasticsearch
from hypothesis import given
from hypothesis import strategies as st

from kernel.clock import FixedClock
from kernel.errors import NotFound, Unavailable
from search.elastic_client import ElasticConfig
from search.elastic_labs import ElasticLabSearch
from search.embedded_labs import EmbeddedLabSearch
from search.index import Match
from search.lab_search import MOST_LAB_EXAMS, LabPage
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_systems import SPECIMEN
from terminology.release import Release
from tests.search.exams import FRAGMENTS
from tests.search.labs import IN_FORCE, LYON, PARIS, Catalogues, catalogue, lab_exam
from tests.search.test_contract import FIRST, names

SERUM = Coding(SPECIMEN, "SER", "Sérum")
FEW = (
    lab_exam(
        "FERR",
        "Ferritine (sérum)",
        mnemonic="FRT",
        other=["Réserves en fer"],
        loinc="2276-4",
        nabm=["1213"],
        specimen=SERUM,
    ),
    lab_exam("PRL1", "Prolactine", mnemonic="PRL", loinc="2842-3", nabm=["0343"]),
    lab_exam("ROUG", "Rougeole, anticorps IgG"),
    lab_exam("RUBE", "Rubéole, anticorps IgG"),
    lab_exam("HEMO", "Hémoglobine d'un résultat", orderable=False),
)


class Later:
    """What was to be done later, to be done when the test says so."""

    def __init__(self) -> None:
        self.acts: list[Callable[[], None]] = []

    def __call__(self, _: float, act: Callable[[], None]) -> None:
        self.acts.append(act)


@pytest.fixture(scope="module")
def clock() -> FixedClock:
    return FixedClock(IN_FORCE)


@pytest.fixture(scope="module")
def later() -> Later:
    return Later()


@pytest.fixture(scope="module")
def elastic(config: ElasticConfig, clock: FixedClock, later: Later) -> Iterator[ElasticLabSearch]:
    search = ElasticLabSearch(config, clock, later)
    yield search
    search.close()


class InMemory:
    """The search in memory, over catalogues that are replaced."""

    def __init__(self) -> None:
        catalogues = Catalogues()
        self.replace = catalogues.replace
        self.suggest = EmbeddedLabSearch(catalogues).suggest


Labs = ElasticLabSearch | InMemory


@pytest.fixture(scope="module", params=["elastic", "embedded"])
def labs(request: pytest.FixtureRequest) -> Labs:
    """Each implementation in turn."""
    if request.param == "embedded":
        return InMemory()
    search: ElasticLabSearch = request.getfixturevalue("elastic")
    return search


@pytest.fixture(scope="module")
def paris(labs: Labs) -> Labs:
    labs.replace(catalogue(*FEW))
    labs.replace(catalogue(lab_exam("X1", "Ferritine de Lyon"), finess=LYON))
    return labs


def found(labs: Labs, text: str, finess: str = PARIS) -> list[tuple[str, int]]:
    return [(item.entry.code, item.match.tier) for item in labs.suggest(text, finess).items]


@pytest.mark.parametrize(
    ("query", "code", "tier"),
    [
        ("ferr", "FERR", 100),
        ("2276-4", "FERR", 100),
        ("22764", "FERR", 100),
        ("0343", "PRL1", 100),
        ("ferritine", "FERR", 90),
        ("FRT", "FERR", 90),
        ("réserve fer", "FERR", 90),
        ("fer en réserve", "FERR", 85),
        ("prolac", "PRL1", 80),
        ("anticorps rougeole", "ROUG", 60),
        ("dosage prolactine", "PRL1", 51),
        ("prolcatine", "PRL1", 40),
        ("feritin", "FERR", 40),
        ("dosgae prolactine", "PRL1", 35),
        ("prolactine introuvable", "PRL1", 30),
        ("bonjour je souhaiterais prl merci", "PRL1", 25),
        ("2842", "PRL1", 20),
    ],
)
def test_each_way_of_asking_reaches_its_tier(paris: Labs, query: str, code: str, tier: int) -> None:
    assert found(paris, query)[:1] == [(code, tier)]


@pytest.mark.parametrize(
    "query", ["%%%", "*", "' OR 1=1 --", "introuvable", "hemoglobine", "2276-5", "rougeole introuvab"]
)
def test_what_is_not_offered_is_not_found(paris: Labs, query: str) -> None:
    assert found(paris, query)[1:] == []
    assert [code for code, tier in found(paris, query) if tier > 30] == []


def test_a_word_the_laboratory_uses_is_not_corrected(paris: Labs) -> None:
    assert [code for code, _ in found(paris, "rougeole igm")] == ["ROUG"]


def test_a_laboratory_only_shows_its_own_exams(paris: Labs) -> None:
    assert found(paris, "ferritine", LYON) == [("X1", 80)]
    with pytest.raises(NotFound) as refusal:
        paris.suggest("ferritine", "130000019")
    assert refusal.value.code == "unknown-laboratory"


def test_an_empty_query_lists_the_exams_and_pages_follow_one_another(paris: Labs) -> None:
    pages = [paris.suggest("", PARIS, limit=2, offset=offset) for offset in (0, 2, 4)]
    codes = [item.entry.code for page in pages for item in page.items]
    assert sorted(codes) == ["FERR", "PRL1", "ROUG", "RUBE"]
    assert {page.total for page in pages} == {4}


def test_the_answer_says_why_and_holds_what_is_shown(paris: Labs) -> None:
    page = paris.suggest("frt", PARIS)
    (item,) = page.items
    assert (page.finess, page.version, page.query) == (PARIS, 1, "frt")
    assert (item.match.field, item.match.kind, item.match.value) == ("synonym", "abreviation", "FRT")
    assert (item.match.spans, item.score) == (((0, 3),), 90.1)
    assert (item.entry.loinc, item.entry.nabm, item.entry.specimens) == ("2276-4", ("1213",), (SERUM,))


def test_more_than_a_hundred_answers_are_counted_as_such(labs: Labs) -> None:
    labs.replace(catalogue(*(lab_exam(f"A{n}", f"Albumine {n}") for n in range(130)), finess="330000011"))
    page = labs.suggest("albumine", "330000011")
    assert (page.total, page.total_capped) == (100, True)


def test_more_than_a_hundred_exams_of_one_name_are_taken_in(labs: Labs) -> None:
    labs.replace(catalogue(*(lab_exam(f"I{n}", "IgE spécifiques") for n in range(130)), finess="330000029"))
    assert labs.suggest("ige specifiques", "330000029").total_capped
    assert found(labs, "I129", "330000029") == [("I129", 100)]


def test_a_new_version_takes_the_place_of_the_former_one(labs: Labs) -> None:
    finess = "440000012"
    labs.replace(catalogue(lab_exam("A", "Albumine"), finess=finess))
    labs.replace(catalogue(lab_exam("B", "Bilirubine"), finess=finess, version=2))
    assert found(labs, "albumine", finess) == []
    assert found(labs, "bilirubine", finess) == [("B", 90)]
    assert labs.suggest("bilirubine", finess, version=2).version == 2
    with pytest.raises(NotFound) as refusal:
        labs.suggest("bilirubine", finess, version=3)
    assert refusal.value.code == "unknown-version"


@given(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=8).map("".join)))
def test_no_text_breaks_the_page(paris: Labs, text: str) -> None:
    scores = [item.score for item in paris.suggest(text, PARIS).items]
    assert scores == sorted(scores, reverse=True)


def shown(page: LabPage) -> list[tuple[str, Match]]:
    """The exams of a page, and why; the score inside tier 30 is a matter of the words that are known."""
    return [(item.entry.code, item.match) for item in page.items]


def test_a_large_catalogue_gives_the_same_first_page_from_the_index_and_from_memory(
    elastic: ElasticLabSearch, starter: Release
) -> None:
    exams = [
        lab_exam(f"L{place}", request.display, other=[s.text for s in request.synonyms], loinc=request.code)
        for place, request in enumerate(starter.requests)
    ]
    embedded = InMemory()
    for search in (embedded, elastic):
        search.replace(catalogue(*exams, finess="590000014"))
    queries = [query for asked in FIRST.values() for query in asked]
    queries += [name[: len(name) * 2 // 3] for request in starter.requests[::60] for name in names(request)]
    different = []
    for query in queries:
        memory, index = (search.suggest(query, "590000014") for search in (embedded, elastic))
        if memory.total < MOST_LAB_EXAMS and shown(memory) != shown(index):
            different.append(query)
    assert different == []


@pytest.fixture
def raw(config: ElasticConfig) -> Iterator[Elasticsearch]:
    with Elasticsearch(config.url) as client:
        yield client


def kept(raw: Elasticsearch, finess: str) -> dict[str, int]:
    """The exams of a laboratory in the index: key and number of the write that put it there."""
    raw.indices.refresh(index="lab-exams-*")
    hits = raw.search(index="lab-exams-*", routing=finess, size=1000, seq_no_primary_term=True, source=False)["hits"][
        "hits"
    ]
    return {hit["_id"]: hit["_seq_no"] for hit in hits if hit["_id"].startswith(finess)}


def test_replacing_a_catalogue_touches_no_other_and_leaves_nothing_behind(
    elastic: ElasticLabSearch, raw: Elasticsearch, clock: FixedClock, later: Later
) -> None:
    elastic.replace(catalogue(*FEW, finess="310000015"))
    elastic.replace(catalogue(*FEW, finess="670000016"))
    other = kept(raw, "670000016")
    later.acts.clear()
    elastic.replace(catalogue(*FEW[:2], finess="310000015", version=2))
    assert elastic.suggest("", "310000015", version=1).total == 4
    (forget,) = later.acts
    forget()
    assert len(kept(raw, "310000015")) == 6
    clock.instant += timedelta(minutes=10)
    forget()
    assert len(kept(raw, "310000015")) == 2
    assert kept(raw, "670000016") == other
    with pytest.raises(NotFound):
        elastic.suggest("", "310000015", version=1)


def test_a_replacement_cut_short_shows_nothing_and_is_erased_by_the_next(
    elastic: ElasticLabSearch, raw: Elasticsearch, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    finess = "350000017"
    elastic.replace(catalogue(*FEW, finess=finess))
    with monkeypatch.context() as patch:
        patch.setattr(elastic, "_verify", _cut)
        with pytest.raises(Unavailable):
            elastic.replace(catalogue(lab_exam("B", "Bilirubine"), finess=finess, version=2))
    assert found(elastic, "bilirubine", finess) == []
    assert found(elastic, "prolactine", finess) == [("PRL1", 90)]
    assert len(kept(raw, finess)) == 5
    clock.instant += timedelta(minutes=10)
    elastic.forget_former(finess)
    assert len(kept(raw, finess)) == 4


def _cut(*_: object) -> None:
    raise Unavailable.because("search-unavailable", "Coupé.")


def test_a_reader_never_sees_a_mixture_while_a_catalogue_is_replaced(elastic: ElasticLabSearch) -> None:
    finess = "060000018"

    def version(number: int) -> LabCatalogue:
        exams = (lab_exam(f"{number}-{place}", f"Albumine {place}") for place in range(30))
        return catalogue(*exams, finess=finess, version=number)

    elastic.replace(version(1))
    done, wrong, versions = threading.Event(), [], set()

    def ask() -> None:
        while not done.is_set():
            page = elastic.suggest("albumine", finess, limit=50)
            versions.add(page.version)
            if page.total != 30 or {item.entry.code.split("-")[0] for item in page.items} != {str(page.version)}:
                wrong.append(page)
                return

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for number in (2, 3, 4):
            elastic.replace(version(number))
    finally:
        done.set()
        for asker in askers:
            asker.join()
    assert wrong == []
    assert versions <= {1, 2, 3, 4}
    assert len(versions) > 1
