"""Elasticsearch stopped, frozen, red or not there yet: the same pages at once, `degraded` is seen, and it heals."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from elasticsearch import Elasticsearch

from kernel.clock import FixedClock
from kernel.errors import Unsupported
from search.elastic import ElasticEngine
from search.elastic_client import ElasticConfig
from search.embedded import EmbeddedEngine
from search.failover import FailoverEngine
from search.index import Page
from search.typeahead import Typeahead
from terminology.release import Release
from tests.elasticsearch.impostor import impostor
from tests.elasticsearch.running import Node
from tests.search.conftest import PATIENT
from tests.search.exams import exam, release
from tests.search.test_engines_agree import answered

QUERIES = ["nfs", "glycemie", "hba1c", "prolactne", "anti tpo", "dosage ferritine svp", "bilan", "2842-3", "a", "vit d"]


class Service:
    """A typeahead over both engines, whose time is set by hand, and whose repairs can be waited for."""

    def __init__(self, url: str, exams: Release, query_seconds: float = PATIENT) -> None:
        self.clock = FixedClock(datetime(2026, 1, 15, 8, 0, tzinfo=UTC))
        self.repairs: list[threading.Thread] = []
        elastic = ElasticEngine(ElasticConfig(url, query_seconds=query_seconds), lambda _seconds, _act: None)
        self.typeahead = Typeahead(FailoverEngine(elastic, EmbeddedEngine(), self.clock, self._run))
        self.typeahead.load(exams)

    def _run(self, repair: Callable[[], None]) -> None:
        thread = threading.Thread(target=repair)
        self.repairs.append(thread)
        thread.start()

    def half_open(self) -> None:
        """Let thirty seconds pass, ask, and wait for the try that follows."""
        self.clock.instant += timedelta(seconds=30)
        self.typeahead.suggest("nfs")
        self.repairs[-1].join(timeout=120)

    def served(self) -> tuple[str, bool]:
        """Who answers the next query, and whether it says that it stands in."""
        page = self.typeahead.suggest("nfs")
        assert [item.request.code for item in page.items][:1] == ["57022-6"]
        assert (self.typeahead.engine, self.typeahead.degraded) == (page.engine, page.degraded)
        return page.engine, page.degraded


PAUSE = 0.005  # between two queries of one asker: the node that starts beside them needs a core
HEALTHY, DEGRADED = ("elasticsearch", False), ("embedded", True)


@pytest.fixture
def mortal(node: Node) -> Iterator[Node]:
    """The node of the run, for a test that kills it: it runs again at the end."""
    yield node
    if not node.is_running:
        node.start()
    ready(node)


@pytest.fixture(scope="module")
def few(starter: Release) -> Release:
    """A part of the starter catalogue, quick to load."""
    return replace(starter, requests=starter.requests[:60])


@pytest.fixture(scope="module")
def expected(few: Release) -> dict[str, Page]:
    """The pages of the embedded engine alone."""
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(few)
    return {query: answered(typeahead.suggest(query)) for query in QUERIES}


def ready(node: Node) -> Elasticsearch:
    """A client of the node, once its shards are there."""
    client = Elasticsearch(node.url)
    client.cluster.health(wait_for_status="yellow", timeout="60s")
    return client


class Askers:
    """Threads that ask again and again, and what they were answered."""

    def __init__(self, typeahead: Typeahead, expected: dict[str, Page]) -> None:
        self._typeahead = typeahead
        self._expected = expected
        self._done = threading.Event()
        self._seen = threading.Condition()
        self._threads = [threading.Thread(target=self._ask, args=(place,)) for place in range(2)]
        self.wrong: list[object] = []
        self.served: list[tuple[str, bool]] = []

    def __enter__(self) -> "Askers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, served: tuple[str, bool]) -> None:
        """Wait until twenty more answers were given so."""
        with self._seen:
            already = self.served.count(served)
            assert self._seen.wait_for(lambda: self.served.count(served) >= already + 20 or self.wrong, timeout=60)

    def _ask(self, start: int) -> None:
        place = start
        while not self._done.wait(PAUSE):
            query = QUERIES[place % len(QUERIES)]
            place += 1
            try:
                page = self._typeahead.suggest(query)
                fault: object = None if answered(page) == self._expected[query] else page
            except Exception as error:
                fault = error
            with self._seen:
                if fault is None:
                    self.served.append((page.engine, page.degraded))
                else:
                    self.wrong.append((query, fault))
                self._seen.notify_all()


def test_a_node_killed_and_restarted_under_load_costs_no_answer(
    mortal: Node, few: Release, expected: dict[str, Page]
) -> None:
    service = Service(mortal.url, few)
    with Askers(service.typeahead, expected) as askers:
        askers.wait_for(HEALTHY)
        mortal.kill()
        askers.wait_for(DEGRADED)
        service.half_open()
        askers.wait_for(DEGRADED)
        mortal.start()
        ready(mortal)
        askers.wait_for(DEGRADED)
        service.half_open()
        askers.wait_for(HEALTHY)
    assert askers.wrong == []
    assert set(askers.served) == {HEALTHY, DEGRADED}


def test_a_node_that_no_longer_answers_is_left_after_the_time_a_query_may_take(node: Node, few: Release) -> None:
    service = Service(node.url, few)
    slow = Service(node.url, few, query_seconds=0.3)
    node.pause()
    try:
        assert slow.served() == DEGRADED
        slow.half_open()
        assert slow.served() == DEGRADED
    finally:
        node.resume()
    assert service.served() == HEALTHY


def test_an_index_that_turns_red_is_not_believed_and_is_made_again(node: Node, few: Release) -> None:
    service = Service(node.url, few)
    client = ready(node)
    (index,) = client.indices.get_alias(name="exams")
    client.indices.delete(index=index)
    nowhere = {"number_of_replicas": 0, "routing.allocation.require._name": "nowhere"}
    client.indices.create(index=index, settings=nowhere, wait_for_active_shards=0)
    assert client.cluster.health(index=index)["status"] == "red"
    assert service.served() == DEGRADED
    service.half_open()
    assert service.served() == HEALTHY
    assert client.cluster.health(index=index)["status"] == "green"


def test_an_index_deleted_behind_its_back_is_made_again(node: Node, few: Release) -> None:
    service = Service(node.url, few)
    client = ready(node)
    (index,) = client.indices.get_alias(name="exams")
    client.indices.delete(index=index)
    assert service.served() == DEGRADED
    service.half_open()
    assert service.served() == HEALTHY
    assert list(client.indices.get_alias(name="exams")) == [index]


def test_a_release_loaded_while_the_node_was_away_is_made_when_it_comes(node: Node, few: Release) -> None:
    node.pause()
    try:
        service = Service(node.url, release(exam("1751-7", "Albumine")))
        service.typeahead.load(few)
        assert service.served() == DEGRADED
        assert service.typeahead.health().available
    finally:
        node.resume()
    service.half_open()
    assert service.served() == HEALTHY
    assert not service.typeahead.suggest("albumine", release="essai-1").degraded


def test_a_try_is_made_at_most_every_thirty_seconds_and_beside_the_queries(few: Release) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        port = deaf.getsockname()[1]
    service = Service(f"http://127.0.0.1:{port}", few)
    for _ in range(10):
        service.clock.instant += timedelta(seconds=10)
        assert service.served() == DEGRADED
        service.typeahead.health()
    for repair in service.repairs:
        repair.join()
    assert len(service.repairs) == 3


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b'{"version": {"number": "8.19.2"}}'),
        (200, b'{"version": {"number": "10.0.0"}}'),
        (400, b'{"error": {"type": "media_type_header_exception", "reason": "x"}, "status": 400}'),
    ],
)
def test_a_server_of_another_major_version_is_refused_at_start_in_plain_words(
    few: Release, status: int, body: bytes
) -> None:
    with impostor(body, status) as url, pytest.raises(Unsupported) as refusal:
        Service(url, few)
    assert refusal.value.code == "elasticsearch-version"
    assert "Elasticsearch 9" in str(refusal.value)
