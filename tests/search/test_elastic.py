"""Builds of the value set in Elasticsearch: shared by content, checked, swapped, gone ten minutes later (§4.5)."""

import threading
from collections.abc import Callable, Iterator

import pytest
from elasticsearch import Elasticsearch

from kernel.errors import Unavailable
from search.elastic import ALIAS, GRACE_SECONDS, ElasticEngine
from search.elastic_client import ElasticConfig
from search.index import IndexRef
from search.typeahead import Typeahead, edition_of
from tests.search.exams import exam, release

ALBUMIN, BILIRUBIN = exam("1751-7", "Albumine"), exam("1975-2", "Bilirubine")


class Later:
    """What was to be done later: when, and what."""

    def __init__(self) -> None:
        self.acts: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, act: Callable[[], None]) -> None:
        self.acts.append((seconds, act))

    def come(self) -> None:
        """Do it all."""
        while self.acts:
            self.acts.pop()[1]()


@pytest.fixture
def raw(config: ElasticConfig) -> Iterator[Elasticsearch]:
    with Elasticsearch(config.url) as client:
        yield client


def active(typeahead: Typeahead) -> IndexRef:
    ref = typeahead.health().active
    assert ref is not None
    return ref


def written(raw: Elasticsearch, index: IndexRef) -> int:
    """How many writes an index has taken."""
    count: int = raw.indices.stats(index=index.name)["_all"]["primaries"]["indexing"]["index_total"]
    return count


def test_another_worker_finds_the_build_of_the_same_content(config: ElasticConfig, raw: Elasticsearch) -> None:
    exams = release(ALBUMIN, BILIRUBIN, label="Partagée 2026.1")
    first, second = ElasticEngine(config), ElasticEngine(config)
    index = first.build(edition_of(exams))
    assert index.name.startswith("exams-partagee-2026.1-")
    assert second.build(edition_of(exams)) == index
    assert written(raw, index) == 2
    assert first.build(edition_of(release(ALBUMIN, label="Partagée 2026.1"))).name != index.name


def test_a_build_that_lost_an_exam_is_refused_and_taken_up_again(config: ElasticConfig, raw: Elasticsearch) -> None:
    engine, edition = ElasticEngine(config), edition_of(release(ALBUMIN, BILIRUBIN, label="perdue"))
    index = engine.build(edition)
    engine.verify(index)
    raw.delete(index=index.name, id="1", refresh=True)
    with pytest.raises(Unavailable) as refusal:
        engine.verify(index)
    assert refusal.value.code == "index-incomplete"
    assert engine.build(edition) == index
    engine.verify(index)


def test_the_alias_moves_at_once_and_former_builds_of_the_release_go_ten_minutes_later(
    config: ElasticConfig, raw: Elasticsearch
) -> None:
    later = Later()
    typeahead = Typeahead(ElasticEngine(config, later))
    typeahead.load(release(ALBUMIN, label="bascule"))
    former = active(typeahead)
    typeahead.load(release(ALBUMIN, BILIRUBIN, label="bascule"))
    assert list(raw.indices.get_alias(name=ALIAS)) == [active(typeahead).name]
    assert {seconds for seconds, _ in later.acts} == {GRACE_SECONDS}
    assert raw.indices.exists(index=former.name)
    later.come()
    assert not raw.indices.exists(index=former.name)
    assert typeahead.suggest("bilirubine").total == 1


def test_a_build_taken_up_again_meanwhile_stays(config: ElasticConfig, raw: Elasticsearch) -> None:
    later, exams = Later(), release(ALBUMIN, label="reprise")
    engine = ElasticEngine(config, later)
    engine.drop(engine.build(edition_of(exams)))
    index = engine.build(edition_of(exams))
    later.come()
    assert raw.indices.exists(index=index.name)


def test_no_query_is_lost_while_builds_are_swapped(config: ElasticConfig) -> None:
    """Former builds are deleted at once here: only their readers keep them."""
    typeahead = Typeahead(ElasticEngine(config, lambda _, act: act()))
    versions = [release(ALBUMIN, label="relais"), release(ALBUMIN, BILIRUBIN, label="relais")]
    typeahead.load(versions[0])
    done, wrong, totals = threading.Event(), [], set()

    def ask() -> None:
        while not done.is_set():
            try:
                totals.add(typeahead.suggest("albumine").total)
            except Exception as error:
                wrong.append(error)
                return

    askers = [threading.Thread(target=ask) for _ in range(2)]
    for asker in askers:
        asker.start()
    try:
        for swap in range(6):
            typeahead.load(versions[(swap + 1) % 2])
    finally:
        done.set()
        for asker in askers:
            asker.join()
    assert (wrong, totals) == ([], {1})


def test_a_node_that_is_not_there_is_unavailable() -> None:
    engine = ElasticEngine(ElasticConfig("http://127.0.0.1:9"))
    with pytest.raises(Unavailable) as refusal:
        engine.build(edition_of(release(ALBUMIN)))
    assert refusal.value.code == "search-unavailable"
    assert not engine.health().available


def test_neither_the_address_nor_the_key_is_shown() -> None:
    shown = repr(ElasticConfig("http://elastic:secret@127.0.0.1:9200", api_key="secret"))
    assert "secret" not in shown
