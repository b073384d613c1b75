"""SIGKILL in an import or an activation: the release that served goes on serving, whole (terminology.md §1.4.10)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from storage.database import Database
from storage.peppers import Peppers
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.orders import NOW
from tests.storage.releases import AUTUMN, OPERATOR, keep, new_release
from tests.storage.victims import Victims, victims

# Where it is killed; how many dead imports `clean` finds then; which releases are held; which one serves.
SPRING = ["2025-03"]
BOTH = ["2025-09", "2025-03"]
STAGES = [
    ("INSERT INTO release_staging", 0, SPRING, "2025-03"),
    ("begun", 1, SPRING, "2025-03"),
    ("progressed", 1, SPRING, "2025-03"),
    ("DELETE FROM release_staging WHERE release_staging.token", 1, SPRING, "2025-03"),
    ("INSERT INTO release_record", 1, SPRING, "2025-03"),
    ("INSERT INTO release_document", 1, SPRING, "2025-03"),
    ("completed", 0, BOTH, "2025-03"),
    ("UPDATE release_active", 0, BOTH, "2025-03"),
    ("INSERT INTO release_event", 0, BOTH, "2025-03"),
    ("activated", 0, BOTH, "2025-09"),
]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path, peppers: Peppers) -> Iterator[str]:
    """A base that serves the release of spring."""
    with new_base_url(request.param, request, tmp_path) as url:
        database = Database.open(url, peppers)
        keep(database.releases)
        database.releases.activate("2025-03", OPERATOR, NOW)
        database.close()
        yield url


@pytest.fixture(scope="module")
def importers() -> Iterator[Victims]:
    with victims("tests.storage.importer_to_kill") as importers:
        yield importers


@pytest.mark.parametrize(("stage", "dead", "held", "serving"), STAGES, ids=[stage for stage, *_ in STAGES])
def test_a_killed_import_leaves_the_active_release_serving_and_the_next_import_works(
    importers: Victims, url: str, peppers: Peppers, stage: str, dead: int, held: list[str], serving: str
) -> None:
    importers.start(url, stage)
    assert importers.hear() == "here"
    importers.kill()
    assert importers.hear() == "ended -9"
    database = Database.open(url, peppers)
    store, later = database.releases, NOW + timedelta(hours=1)
    active = store.active()
    assert active is not None
    assert (active.name, [record.name for record in store.records()]) == (serving, held)
    assert store.load("active") == {"2025-03": new_release(), "2025-09": AUTUMN}[serving]
    assert [event.name for event in store.history()] == BOTH[::-1][: active.activation]
    assert [store.clean(later), store.clean(later)] == [dead, 0]
    assert keep(store, AUTUMN).name == "2025-09"
    assert store.activate("2025-09", OPERATOR, later).activation == 2
    assert store.load("active") == AUTUMN
    database.close()
