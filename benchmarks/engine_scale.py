"""The embedded engine from 1,350 to 60,000 exams: `python -m benchmarks.engine_scale`.

To hold: the median query takes at most four times as long, the index holds in 150 MB and is made in 5 s. Times are
those of the processor, so that what else runs on the machine counts little.
"""

import gc
import sys
import time
import tracemalloc
from dataclasses import dataclass

from benchmarks.catalogue import made_release, new_queries
from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from terminology.release import Release

SMALL, LARGE = 1350, 60_000
QUERIES = 4000
_WARM = 1000
_MOST_TIMES = 4.0
_MOST_MEGABYTES = 150.0
_MOST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds to build, megabytes held, and the microseconds of a query: half, and 99 in 100, stay below."""

    build: float
    megabytes: float
    p50: float
    p99: float


def main() -> int:
    """Measures, prints, and gives 1 when a limit is not held."""
    small, large = measure(SMALL), measure(LARGE)
    for size, found in ((SMALL, small), (LARGE, large)):
        print(
            f"{size:6} exams: built in {found.build:.2f} s, {found.megabytes:.0f} MB; "
            f"query p50 {found.p50:.0f} µs, p99 {found.p99:.0f} µs"
        )
    times = large.p50 / small.p50
    print(f"median of a query: {times:.1f} times")
    held = times <= _MOST_TIMES and large.megabytes <= _MOST_MEGABYTES and large.build <= _MOST_SECONDS
    return 0 if held else 1


def measure(size: int) -> Figures:
    """The figures of a catalogue of `size` exams, on queries nobody has asked before."""
    release = made_release(size)
    typeahead, build = _built(release)
    queries = new_queries(release, QUERIES)
    for query in queries[:_WARM]:
        typeahead.suggest(query)
    took = sorted(_microseconds(typeahead, query) for query in queries[_WARM:])
    del typeahead
    return Figures(build, _megabytes(release), took[len(took) // 2], took[len(took) * 99 // 100])


def _built(release: Release) -> tuple[Typeahead, float]:
    typeahead, start = Typeahead(EmbeddedEngine()), time.thread_time()
    typeahead.load(release)
    return typeahead, time.thread_time() - start


def _microseconds(typeahead: Typeahead, query: str) -> float:
    start = time.thread_time_ns()
    typeahead.suggest(query)
    return (time.thread_time_ns() - start) / 1000


def _megabytes(release: Release) -> float:
    """What an index of `release` holds beside the release itself."""
    gc.collect()
    tracemalloc.start()
    kept, _ = _built(release)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return held / 1e6


if __name__ == "__main__":
    sys.exit(main())
