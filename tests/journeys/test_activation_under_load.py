"""Two releases activated back and forth while people search: each answer is whole, of one release, and none fails."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx2
import pytest

from circuitbio.database import opened_database
from circuitbio.settings import Settings
from circuitbio.switching import switch
from kernel.clock import SystemClock
from storage.database import Database
from terminology.importing import import_value_set
from terminology.jdv.columns import Column
from terminology.jdv.generator import SampleWorkbook, sample_workbook
from terminology.release import Release
from terminology.release_changes import compare_releases
from tests.journeys.running import RunningService
from tests.journeys.swapping import PAUSE, Crowd
from tests.storage.bases import DATABASES, new_base_url

CLOCK = SystemClock()
SWITCHES = 2
CLIENTS = 3
SPRING = sample_workbook("2025", 60, 120, label="2025-03", published=date(2025, 3, 15))
AUTUMN = replace(
    SPRING,
    label="2025-09",
    published=date(2025, 9, 15),
    rows=tuple({**row, Column.REQUEST_LABEL: f"{row[Column.REQUEST_LABEL]} (nouveau)"} for row in SPRING.rows),
)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


def test_every_answer_is_of_one_release_while_an_operator_switches(database_url: str, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", database_url=database_url)
    with opened_database(settings) as database:
        releases = [imported(database, book, tmp_path) for book in (SPRING, AUTUMN)]
        diff, _ = compare_releases(database.releases, "2025-03", "2025-09", (), lambda _: ())
        assert len(diff.requests.changed) == len(releases[0].requests)
        switch(database, "2025-03", "test", CLOCK.now())
        with RunningService(tmp_path / "data", workers=2, CIRCUITBIO_DATABASE_URL=database_url) as service:

            def back_and_forth() -> None:
                for turn in range(SWITCHES):
                    name = ("2025-09", "2025-03")[turn % 2]
                    switch(database, name, "test", CLOCK.now())
                    wait_for(service.http, name)

            seen = Crowd(service.url, releases, CLIENTS).while_(back_and_forth)
    assert seen.faults == []
    assert set(seen.answers) == {"2025-03", "2025-09"}


def imported(database: Database, book: SampleWorkbook, folder: Path) -> Release:
    """The release in the store, as it should be served."""
    file = folder / f"{book.label}.xlsx"
    file.write_bytes(book.xlsx())
    done = import_value_set(database.releases, file, Settings().canonical_base, "test", CLOCK, lambda done, total: None)
    assert done.record is not None
    return database.releases.load(done.record.name)


def wait_for(http: httpx2.Client, name: str) -> None:
    """Asks until a worker answers from the release of this name."""
    while http.get("/api/examens", params={"q": "nfs"}).json()["release"] != name:
        time.sleep(PAUSE)
