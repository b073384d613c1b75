"""What is served follows the store's pointer, whole, and stays when the new release cannot be opened."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from api.editions import Editions
from kernel.clock import SystemClock
from kernel.errors import NotFound, Unavailable
from search.embedded import EmbeddedEngine
from search.index import Filters
from search.typeahead import Typeahead
from storage.engine import sqlite_engine, transaction
from storage.migrate import upgrade
from storage.releases import SqlReleases
from storage.tables import documents
from terminology.release import Release
from terminology.release_record import SourceFile
from tests.terminology.releases import AUTUMN, SPRING

NOW = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = sqlite_engine(tmp_path / "base.db")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlReleases:
    """Two releases, the older one active."""
    store = SqlReleases(engine, SystemClock())
    for release in (SPRING, AUTUMN):
        keep(store, release)
    store.activate(SPRING.name, "test", NOW)
    return store


def keep(store: SqlReleases, release: Release) -> None:
    with store.staging(release.label, "test", NOW) as staging:
        staging.complete(release, SourceFile(release.label, "csv", 1, release.label), b"{}", 0, ())


@pytest.fixture
def editions(store: SqlReleases) -> Editions:
    editions = Editions(store, Typeahead(EmbeddedEngine()))
    editions.refresh()
    return editions


def first(editions: Editions, text: str, release: str | None = None) -> tuple[str, str]:
    page = editions.suggest(text, release=release)
    return page.release.name, page.items[0].request.display


def test_nothing_is_served_before_the_first_refresh(store: SqlReleases) -> None:
    with pytest.raises(Unavailable) as refused:
        Editions(store, Typeahead(EmbeddedEngine())).named(None)
    assert refused.value.code == "starting"


def test_search_and_catalogue_follow_the_pointer_there_and_back(store: SqlReleases, editions: Editions) -> None:
    assert first(editions, "nfs") == ("2025-03", "Numération formule sanguine")
    for name, label in (("2025-09", "Hémogramme (NFS)"), ("2025-03", "Numération formule sanguine")):
        store.activate(name, "test", NOW)
        assert editions.refresh()
        assert first(editions, "nfs") == (name, label)
        exam = editions.active.get("57022-6")
        assert exam is not None
        assert exam.display == label


def test_a_refresh_without_a_switch_changes_nothing(editions: Editions) -> None:
    before = editions.active
    assert not editions.refresh()
    assert editions.active is before


def test_any_release_can_be_asked_for_by_name(editions: Editions) -> None:
    assert first(editions, "nfs", "2025-09") == ("2025-09", "Hémogramme (NFS)")
    assert first(editions, "nfs", "active") == first(editions, "nfs")
    with pytest.raises(NotFound, match="nulle-part"):
        editions.suggest("nfs", release="nulle-part")


def test_a_retired_code_is_resolved_and_offered_only_on_request(store: SqlReleases, editions: Editions) -> None:
    store.activate("2025-09", "test", NOW)
    editions.refresh()
    assert editions.active.get("2842-3") is not None
    assert editions.suggest("prolactine").items == ()
    every = editions.suggest("prolactine", Filters(include_inactive=True))
    assert [s.request.code for s in every.items] == ["2842-3"]


def test_a_damaged_release_leaves_the_one_before_in_service(
    store: SqlReleases, editions: Editions, engine: Engine
) -> None:
    with transaction(engine, writing=True) as connection:
        connection.execute(update(documents).where(documents.c.name == "2025-09").values(content=b"damaged"))
        connection.commit()
    store.activate("2025-09", "test", NOW)
    assert not editions.refresh()
    assert editions.behind
    assert first(editions, "nfs")[0] == "2025-03"
    store.activate("2025-03", "test", NOW)
    assert editions.refresh()
    assert not editions.behind


def test_many_releases_asked_by_name_are_opened_and_forgotten_again(store: SqlReleases, editions: Editions) -> None:
    names = [f"2024-{month:02d}" for month in range(1, 9)]
    for name in names:
        keep(store, Release(name, 1, SPRING.kind, SPRING.published, SPRING.requests))
    assert [first(editions, "nfs", name)[0] for name in (*names, *names)] == [*names, *names]
