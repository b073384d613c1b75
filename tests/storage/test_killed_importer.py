"""A kill at any point of an import: the old or the new catalogue whole, and the same file can be taken again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kernel.clock import FixedClock
from lcsd.consumer import Consumer
from lcsd.received import Received
from storage.engine import engine_for
from storage.receiving import SqlReceiving
from terminology.receiving.supplier import Supplier
from tests.contract.test_receiving import FINESS, NOW, SMALLER, file_of
from tests.lcsd.catalogues import CLOCK, LABORATORY
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.victims import Victims, victims

# Where the process stops, then whether the new catalogue is in force.
STAGES = [("beginning", False), ("INSERT INTO lcsd_arrival", False), ("taken", True)]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def importers() -> Iterator[Victims]:
    with victims("tests.storage.importer_to_kill") as importers:
        yield importers


@pytest.mark.parametrize(("stage", "taken"), STAGES, ids=[stage for stage, _ in STAGES])
def test_a_killed_import_leaves_the_old_catalogue_or_the_new_one(
    importers: Victims, url: str, stage: str, taken: bool
) -> None:
    engine = engine_for(url)
    store, clock = SqlReceiving(engine), FixedClock(CLOCK.instant)
    store.save_supplier(Supplier(FINESS, LABORATORY.application))
    consumer = Consumer(store, clock)
    assert consumer.take_file(file_of(NOW), "mfk.hl7").arrival
    engine.dispose()
    importers.start(url, stage)
    assert importers.hear() == "here"
    importers.kill()
    assert importers.hear() == "ended -9"
    assert Received(store).catalogue(FINESS, clock.now()) == (SMALLER if taken else NOW)
    again = consumer.take_file(file_of(SMALLER), "mfk.hl7")
    assert again.again == taken
    assert Received(store).catalogue(FINESS, clock.now()) == SMALLER
    engine.dispose()
