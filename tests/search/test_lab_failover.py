"""Catalogues of laboratories as they are served: followed wherever they change, and answered whatever fails (§4.5)."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count

import pytest
from elasticsearch import Elasticsearch

from kernel.clock import FixedClock
from kernel.errors import NotFound
from search.elastic_client import ElasticConfig
from search.elastic_labs import ElasticLabSearch
from search.embedded_labs import EmbeddedLabSearch
from search.lab_failover import FailoverLabSearch
from search.lab_search import LabPage
from tests.elasticsearch.running import Node
from tests.search.conftest import PATIENT
from tests.search.labs import IN_FORCE, LYON, PARIS, Catalogues, catalogue, lab_exam

FERRITIN, ALBUMIN = lab_exam("F", "Ferritine"), lab_exam("A", "Albumine")
_FAMILIES = count(1)
INDEX, MEMORY = ("elasticsearch", False), ("embedded", True)


def codes(page: LabPage) -> list[str]:
    return [item.entry.code for item in page.items]


def test_a_catalogue_changed_by_another_process_is_noticed_at_the_next_query() -> None:
    source = Catalogues(catalogue(FERRITIN))
    labs = EmbeddedLabSearch(source)
    assert [codes(labs.suggest("ferritine", PARIS)) for _ in range(3)] == [["F"]] * 3
    source.replace(catalogue(FERRITIN, ALBUMIN, version=2))
    assert codes(labs.suggest("albumine", PARIS, version=2)) == ["A"]
    assert source.read == [PARIS, PARIS], "a version is read once"
    with pytest.raises(NotFound) as refusal:
        labs.suggest("albumine", PARIS, version=1)
    assert refusal.value.code == "unknown-version"


def test_memory_holds_the_catalogues_asked_for_last() -> None:
    source = Catalogues(
        *(catalogue(FERRITIN, ALBUMIN, lab_exam("N", "Non", orderable=False), finess=finess) for finess in "ABC")
    )
    labs = EmbeddedLabSearch(source, most_exams=4)
    for finess in "ABACAB":
        assert labs.suggest("", finess).total == 2
    assert source.read == ["A", "B", "C", "B"]


def test_a_catalogue_larger_than_what_memory_holds_is_answered_all_the_same() -> None:
    labs = EmbeddedLabSearch(Catalogues(catalogue(FERRITIN, ALBUMIN)), most_exams=1)
    assert labs.suggest("", PARIS).total == 2


def test_many_who_ask_at_once_for_a_catalogue_wait_for_one_reading_of_it() -> None:
    source = Catalogues(catalogue(FERRITIN))
    labs, found = EmbeddedLabSearch(source), []
    askers = [threading.Thread(target=lambda: found.append(codes(labs.suggest("f", PARIS)))) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (found, source.read) == ([["F"]] * 8, [PARIS])


class Served:
    """The search as the service has it, on a family of its own; time is set by hand, what heals runs at once."""

    def __init__(self, url: str, family: str, query_seconds: float = PATIENT) -> None:
        self.family = family
        self.source = Catalogues(catalogue(FERRITIN))
        self.clock = FixedClock(IN_FORCE)
        config = ElasticConfig(url, query_seconds=query_seconds)
        self.elastic = ElasticLabSearch(config, self.clock, lambda _seconds, _act: None, family)
        self.run: Callable[[Callable[[], None]], None] = lambda act: act()
        self.labs = FailoverLabSearch(self.source, self.elastic, self.clock, lambda act: self.run(act))

    def answer(self, text: str = "ferritine", version: int | None = None) -> tuple[tuple[str, bool], list[str]]:
        """Who answers, and the exams found."""
        page = self.labs.suggest(text, PARIS, version)
        return (page.engine, page.degraded), codes(page)

    def imported(self, number: int) -> None:
        """Another version is in force: its one exam bears its number."""
        self.source.replace(catalogue(lab_exam(f"F{number}", "Ferritine"), version=number))

    def rest(self) -> None:
        """Thirty seconds pass."""
        self.clock.instant += timedelta(seconds=30)


@pytest.fixture
def served(node: Node) -> Iterator[Served]:
    made = Served(node.url, f"essai-{next(_FAMILIES)}")
    yield made
    made.elastic.close()


@pytest.fixture
def raw(config: ElasticConfig) -> Iterator[Elasticsearch]:
    with Elasticsearch(config.url) as client:
        yield client


def exams_index(raw: Elasticsearch, served: Served) -> str:
    (name,) = raw.indices.get(index=f"{served.family}-exams-*")
    return str(name)


def test_a_server_that_holds_nothing_is_filled_with_what_is_asked_for(served: Served) -> None:
    assert served.answer() == (MEMORY, ["F"])
    assert served.answer() == (INDEX, ["F"])
    with pytest.raises(NotFound) as refusal:
        served.labs.suggest("ferritine", LYON)
    assert refusal.value.code == "unknown-laboratory"


def test_an_import_is_searched_at_once_and_the_former_version_stays_for_who_reads_it(served: Served) -> None:
    served.labs.refresh(PARIS)
    assert served.answer() == (INDEX, ["F"])
    served.imported(2)
    served.labs.refresh(PARIS)
    assert served.answer() == (INDEX, ["F2"])
    assert served.answer(version=1) == (INDEX, ["F"])
    with pytest.raises(NotFound) as refusal:
        served.answer(version=3)
    assert refusal.value.code == "unknown-version"


def test_an_import_the_server_was_not_told_of_is_searched_in_memory_then_there(served: Served) -> None:
    served.labs.refresh(PARIS)
    served.imported(2)
    assert served.answer() == (MEMORY, ["F2"])
    assert served.answer() == (INDEX, ["F2"])


def test_what_heals_is_done_once_beside_the_queries(served: Served) -> None:
    waiting: list[Callable[[], None]] = []
    served.run = waiting.append
    assert [served.answer() for _ in range(3)] == [(MEMORY, ["F"])] * 3
    (fill,) = waiting
    fill()
    assert served.answer() == (INDEX, ["F"])


def test_a_catalogue_that_cannot_be_put_in_rests_and_costs_the_others_nothing(served: Served) -> None:
    served.source.replace(catalogue(lab_exam("F", "Ferritine", other=["x" * 40_000])))
    assert [served.answer() for _ in range(3)] == [(MEMORY, ["F"])] * 3
    assert not served.labs.degraded()
    served.imported(2)
    assert served.answer() == (MEMORY, ["F2"])
    served.rest()
    assert [served.answer() for _ in range(2)] == [(MEMORY, ["F2"]), (INDEX, ["F2"])]


def test_a_server_that_no_longer_answers_is_left_alone_until_it_does(node: Node) -> None:
    served = Served(node.url, "deaf", 0.3)
    served.labs.refresh(PARIS)
    node.pause()
    try:
        assert served.answer() == (MEMORY, ["F"])
        served.imported(2)
        served.labs.refresh(PARIS)
        assert served.answer() == (MEMORY, ["F2"])
        assert served.labs.degraded()
    finally:
        node.resume()
    served.rest()
    assert not served.labs.degraded()
    assert served.answer("") == (MEMORY, ["F2"])
    patient = Served(node.url, "deaf")
    patient.imported(2)
    assert patient.answer("") == (INDEX, ["F2"])
    served.elastic.close()
    patient.elastic.close()


def test_an_index_deleted_behind_its_back_is_made_and_filled_again(served: Served, raw: Elasticsearch) -> None:
    served.labs.refresh(PARIS)
    raw.indices.delete(index=exams_index(raw, served))
    assert served.answer() == (MEMORY, ["F"])
    served.rest()
    assert served.answer() == (MEMORY, ["F"]), "which editions were in force went with their exams"
    assert [served.answer() for _ in range(2)] == [(MEMORY, ["F"]), (INDEX, ["F"])]


def test_an_index_that_stays_red_is_waited_for_then_made_again(served: Served, raw: Elasticsearch) -> None:
    served.labs.refresh(PARIS)
    index = exams_index(raw, served)
    raw.indices.delete(index=index)
    nowhere = {"number_of_replicas": 0, "routing.allocation.require._name": "nowhere"}
    raw.indices.create(index=index, settings=nowhere, wait_for_active_shards=0)
    assert served.answer() == (MEMORY, ["F"])
    served.rest()
    assert served.labs.degraded()
    served.clock.instant += timedelta(minutes=5)
    assert served.labs.degraded()
    served.rest()
    assert not served.labs.degraded()
    assert [served.answer() for _ in range(2)] == [(MEMORY, ["F"]), (INDEX, ["F"])]
