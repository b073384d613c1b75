"""Unknown codes of all callers together raise an alarm, once a minute, and refuse nothing to anyone."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from prescription.caller import Caller, Role
from storage.database import Database
from storage.engine import transaction
from storage.misses import ALARM
from storage.peppers import Peppers
from storage.tables import miss_minutes
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.orders import LABORATORY, NOW


@pytest.fixture(params=DATABASES)
def workers(request: pytest.FixtureRequest, tmp_path: Path, peppers: Peppers) -> Iterator[list[Database]]:
    """Two processes of one service, as far as the base can tell."""
    with new_base_url(request.param, request, tmp_path) as url:
        workers = [Database.open(url, peppers), Database.open(url, peppers)]
        yield workers
        for worker in workers:
            worker.close()


def test_the_hundredth_unknown_code_of_a_minute_is_told_whichever_process_it_came_to(
    workers: list[Database], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "storage.misses")
    for number in range(2 * ALARM + 20):
        assert len(caplog.records) == (number >= ALARM)
        with workers[number % 2].units() as unit:
            unit.misses.note(Caller(Role.LABORATORY, "", f"69{number:07d}"), NOW + timedelta(seconds=number / 10))
            unit.commit()
    assert "100" in caplog.text
    with workers[0].units() as unit:
        unit.misses.refuse_if_too_many(LABORATORY, NOW + timedelta(seconds=22))
        unit.misses.note(LABORATORY, NOW + timedelta(minutes=1))
        unit.commit()
    with transaction(workers[1].engine, writing=False) as connection:
        assert list(connection.scalars(select(miss_minutes.c.count).order_by(miss_minutes.c.minute))) == [220, 1]
