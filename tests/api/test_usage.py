"""An order teaches search only what many orders together say (docs/decisions/0008)."""

from pathlib import Path

from circuitbio.pepper_source import database_file
from storage.engine import sqlite_engine
from storage.usage import SqlUsage
from terminology.usage import ORDERS_AT_ONCE
from tests.api.service import Service


def test_twenty_orders_are_counted_together_and_none_alone(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        engine = sqlite_engine(database_file(service.settings))
        usage = SqlUsage(engine)
        for _ in range(ORDERS_AT_ONCE - 1):
            assert service.create().status_code == 200
        assert usage.all() == ()
        assert service.create().status_code == 200
        counts = {count.code: count.count for count in usage.all()}
        engine.dispose()
    assert counts
    assert set(counts.values()) == {ORDERS_AT_ONCE}
