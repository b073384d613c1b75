"""The typeahead over HTTP beside a constant answer of the same size: `python -m benchmarks.typeahead`.

1,350 exams with synonyms, the embedded engine, as many processes as cores, connections kept alive, queries nobody has
asked before; both answers from the same service, in turn. To hold: at least half the throughput of the constant
answer, and at most twice its p99.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from urllib.parse import quote_plus

from benchmarks import constant
from benchmarks.catalogue import made_release, new_queries
from benchmarks.load import Load, ask, wrk_is_here
from benchmarks.service import activate, running

EXAMS = 1350
QUERIES = 150_000
ROUNDS = 3
SECONDS = 5
CONNECTIONS = 8  # as many as when the floor of the targets was measured
_SAMPLE = 500
_LEAST_THROUGHPUT = 0.5
_MOST_P99 = 2.0


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
        activate(release, Path(folder))
        held = True
        for subject in SUBJECTS:
            held &= _measure(subject, Path(folder), asked)
    return 0 if held else 1


def _measure(subject: Subject, folder: Path, asked: Path) -> bool:
    """One subject against the constant answer, in turn, in one service; whether the limits are held."""
    with running(folder, _mean_size(subject, folder, asked)) as (address, _):
        ask(address, subject.prefix, asked, SECONDS, CONNECTIONS)
        rounds = [
            [ask(address, one.prefix, asked, SECONDS, CONNECTIONS) for one in (CONSTANT, subject)]
            for _ in range(ROUNDS)
        ]
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
    with running(folder, 64) as (address, client):
        lines = asked.read_text().splitlines()[:_SAMPLE]
        return round(mean(len(client.get(address + subject.prefix + line).content) for line in lines))


if __name__ == "__main__":
    sys.exit(main())
