"""The typeahead over HTTP beside a constant answer of the same size: `python -m benchmarks.typeahead`.

1,350 exams with synonyms, the embedded engine, as many processes as cores, connections kept alive, queries nobody has
asked before; both answers from the same service, in turn. To hold: at least half the throughput of the constant
answer, and at most twice its p99.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote_plus

import httpx2

from benchmarks import constant
from benchmarks.catalogue import made_release, new_queries
from benchmarks.load import Load, ask, wrk_is_here
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from terminology.release import Release
from terminology.release_record import SourceFile

EXAMS = 1350
QUERIES = 150_000
ROUNDS = 3
SECONDS = 5
_SAMPLE = 500
_LEAST_THROUGHPUT = 0.5
_MOST_P99 = 2.0
_START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: its name, and the address a query is added to."""

    name: str
    prefix: str


CONSTANT = Subject("constant answer", f"{constant.PATH}?q=")
SUBJECTS = (
    Subject("/api/examens", "/api/examens?q="),
    Subject("$expand", "/fhir/ValueSet/demandes/$expand?count=10&filter="),
)


def main() -> int:
    """Measures, prints, and gives 1 when a limit is not held."""
    if not wrk_is_here():
        print("wrk is not installed: it makes the load (Debian: apt install wrk).", file=sys.stderr)
        return 2
    release = made_release(EXAMS)
    queries = new_queries(release, QUERIES)
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "queries"
        asked.write_text("\n".join(map(quote_plus, queries)))
        _activate(release, Path(folder))
        held = True
        for subject in SUBJECTS:
            held &= _measure(subject, Path(folder), asked)
    return 0 if held else 1


def _measure(subject: Subject, folder: Path, asked: Path) -> bool:
    """One subject against the constant answer, in turn, in one service; whether the limits are held."""
    with _service(folder, _mean_size(subject, folder, asked)) as (address, _):
        ask(address, subject.prefix, asked, SECONDS)
        rounds = [[ask(address, one.prefix, asked, SECONDS) for one in (CONSTANT, subject)] for _ in range(ROUNDS)]
    floor, own = (_middle(loads) for loads in zip(*rounds, strict=True))
    throughput, p99 = own.throughput / floor.throughput, own.p99_ms / floor.p99_ms
    print(f"{CONSTANT.name:16} {floor.throughput:8.0f}/s  p50 {floor.p50_ms:6.2f} ms  p99 {floor.p99_ms:6.2f} ms")
    print(f"{subject.name:16} {own.throughput:8.0f}/s  p50 {own.p50_ms:6.2f} ms  p99 {own.p99_ms:6.2f} ms")
    print(f"  throughput {throughput:.2f} of the constant answer, p99 {p99:.2f} times; errors {own.errors}")
    return throughput >= _LEAST_THROUGHPUT and p99 <= _MOST_P99 and not own.errors


def _middle(loads: tuple[Load, ...]) -> Load:
    """The median of each figure."""
    return Load(
        median(load.throughput for load in loads),
        median(load.p50_ms for load in loads),
        median(load.p99_ms for load in loads),
        sum(load.requests for load in loads),
        sum(load.errors for load in loads),
    )


def _mean_size(subject: Subject, folder: Path, asked: Path) -> int:
    """Bytes of an answer, on average, as the service gives it."""
    with _service(folder, 64) as (address, client):
        lines = asked.read_text().splitlines()[:_SAMPLE]
        return round(mean(len(client.get(address + subject.prefix + line).content) for line in lines))


def _activate(release: Release, folder: Path) -> None:
    """Puts the release in the store of a new service, and makes it the active one."""
    with opened_database(Settings(data=folder)) as database:
        now = SystemClock().now()
        with database.releases.staging(release.label, "benchmark", now) as staging:
            record = staging.complete(release, SourceFile(release.label, "csv", 1, "0" * 64), b"{}", 0, ())
        database.releases.activate(record.name, "benchmark", now)


@contextmanager
def _service(folder: Path, size: int) -> Iterator[tuple[str, httpx2.Client]]:
    """The product with its constant route, in as many processes as there are cores; its address, and a client."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, constant.SIZE: str(size), "CIRCUITBIO_DATA": str(folder)}
    command = [
        sys.executable, "-m", "uvicorn", "--factory", "benchmarks.constant:app", "--port", str(port),
        "--workers", str(os.cpu_count()), "--log-level", "warning", "--no-access-log", "--no-server-header",
    ]  # fmt: skip
    service = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx2.Client(timeout=5, trust_env=False) as client:
            _wait_until_ready(client, address)
            yield address, client
    finally:
        service.terminate()
        service.wait()


def _wait_until_ready(client: httpx2.Client, address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            if client.get(f"{address}/health/ready").status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
