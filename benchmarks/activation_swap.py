"""Activation under load: 20 switches, 50 clients, two workers, on SQLite: `python -m benchmarks.activation_swap`.

What matters is 0 fault: every answer whole, of the release it names. The latency is told beside that of the same
clients without a switch, in the same run.
"""

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx2

from circuitbio.database import opened_database
from circuitbio.settings import Settings
from circuitbio.switching import switch
from kernel.clock import SystemClock
from terminology.importing import import_value_set
from terminology.jdv.columns import Column
from terminology.jdv.generator import sample_workbook
from terminology.release import Release
from tests.journeys.running import RunningService
from tests.journeys.swapping import Crowd, Seen

CLIENTS, SWITCHES, WORKERS = 50, 20, 2
CALM_SECONDS = 10.0
CLOCK = SystemClock()


def main() -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder, opened_database(Settings(data=Path(folder))) as database:
        releases = []
        spring = sample_workbook("2025", 1350, 3500, label="2025-03", published=date(2025, 3, 15))
        rows = tuple({**row, Column.REQUEST_LABEL: f"{row[Column.REQUEST_LABEL]} (nouveau)"} for row in spring.rows)
        for book in (spring, replace(spring, label="2025-09", published=date(2025, 9, 15), rows=rows)):
            file = Path(folder) / f"{book.label}.xlsx"
            file.write_bytes(book.xlsx())
            import_value_set(
                database.releases, file, Settings().canonical_base, "bench", CLOCK, lambda done, total: None
            )
            releases.append(database.releases.load(book.label))
        switch(database, "2025-03", "bench", CLOCK.now())
        with RunningService(Path(folder), workers=WORKERS) as service:
            taken: list[float] = []

            def switches() -> None:
                for turn in range(SWITCHES):
                    name = ("2025-09", "2025-03")[turn % 2]
                    started = time.perf_counter()
                    switch(database, name, "bench", CLOCK.now())
                    while service.http.get("/api/examens").json()["release"] != name:
                        pass
                    taken.append(time.perf_counter() - started)

            swapped = crowd(service, releases).while_(switches)
            calm = crowd(service, releases).while_(lambda: asked(service.http, CALM_SECONDS))
    told(swapped, "while releases are switched", sum(taken))
    told(calm, "without a switch", CALM_SECONDS)
    print(f"switch until the first answer of the new release: median {statistics.median(taken):.2f} s")


def crowd(service: RunningService, releases: list[Release]) -> Crowd:
    """Fifty clients."""
    return Crowd(service.url, releases, CLIENTS)


def asked(http: httpx2.Client, seconds: float) -> None:
    """Asks as the operator's program does, for some seconds."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        http.get("/api/examens")


def told(seen: Seen, when: str, seconds: float) -> None:
    """One line."""
    count = sum(seen.answers.values())
    print(f"{CLIENTS} clients {when}: {count} answers, {count / seconds:.0f}/s, {len(seen.faults)} fault(s)")


if __name__ == "__main__":
    main()
