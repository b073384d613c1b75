"""How the typeahead over laboratories' catalogues fares as they grow: 20,000 exams, then 2,000,000, in one run.

    python -m benchmarks.lab_search [SMALL LARGE]

A genuine Elasticsearch node is started for it (tests/elasticsearch), 1 GB of heap, its data in a temporary folder
(0.4 GB a million exams). Catalogues of 4,000 exams, each with its own choice of names and codes, are put in by
`LabSearch.replace`, as an import does. Queries are what is on the screen after some keystrokes, sometimes mistyped, in
one laboratory drawn at random. What may take 300 ms at most in service is held to that here.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

from elasticsearch import Elasticsearch

from kernel.clock import SystemClock
from kernel.errors import Unavailable
from search.elastic_client import ElasticConfig
from search.elastic_lab_mapping import EXAMS
from search.elastic_labs import ElasticLabSearch
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam, Laboratory
from terminology.lab_catalogue_systems import LOINC
from terminology.readers.starter import load_starter
from terminology.request_code import RequestCode, SynonymKind
from tests.elasticsearch.running import Node

SEED = 20261125
EXAMS_PER_LAB = 4_000
WARMING, MEASURED = 1_500, 2_000
MOST_GROWTH = 3
_FORMS = (
    "",
    "sang total",
    "urine des 24 h",
    "liquide pleural",
    "LCR",
    "technique manuelle",
    "contrôle",
    "post dose",
    "nourrisson",
    "sang capillaire",
)


@dataclass(frozen=True, slots=True)
class Measure:
    """Times of the queries at one size, in milliseconds; `given_up` are those that took too long."""

    exams: int
    times: tuple[float, ...]
    answered: int
    given_up: int

    def part(self, share: float) -> float:
        """The time that this share of the queries did not exceed."""
        return sorted(self.times)[int(share * (len(self.times) - 1))]

    def line(self) -> str:
        """The same for people."""
        p50, p95, p99 = (self.part(share) for share in (0.5, 0.95, 0.99))
        return (
            f"{self.exams:>9,} exams: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms; "
            f"{self.answered} of {len(self.times)} queries found something, {self.given_up} given up"
        )


@cache
def _models() -> tuple[tuple[RequestCode, str], ...]:
    return tuple(product(load_starter().requests, _FORMS))


def catalogue(number: int) -> LabCatalogue:
    """The catalogue of one invented laboratory: always the same for the same number."""
    chance = random.Random(SEED + number)
    chosen = chance.sample(_models(), EXAMS_PER_LAB)
    exams = tuple(_exam(chance, place, model, form) for place, (model, form) in enumerate(chosen))
    laboratory = Laboratory(_finess(number), f"Laboratoire {number}", f"L{number}")
    return LabCatalogue(laboratory, 1, datetime(2026, 1, 1, tzinfo=UTC), exams)


def _exam(chance: random.Random, place: int, model: RequestCode, form: str) -> LabExam:
    names = [synonym.text for synonym in model.synonyms if synonym.kind is not SynonymKind.ABBREVIATION]
    short = [synonym.text for synonym in model.synonyms if synonym.kind is SynonymKind.ABBREVIATION]
    return LabExam(
        local_code=f"{chance.choice('ABCDEFGH')}{place:04d}",
        label=f"{model.display} {form}".strip(),
        loinc=Coding(LOINC, model.code, model.display),
        synonyms=tuple(chance.sample(names, min(2, len(names)))),
        mnemonic=chance.choice(short) if short else "",
    )


def _finess(number: int) -> str:
    return f"{750_000_000 + number:09d}"


def _queries(labs: int, wanted: int) -> Iterator[tuple[str, str]]:
    """What is typed, and the laboratory it is typed for."""
    chance = random.Random(SEED)
    models = _models()
    for _ in range(wanted):
        name = chance.choice(models)[0].display
        typed = name[: chance.randint(2, len(name))]
        if len(typed) > 6 and chance.random() < 0.15:
            place = chance.randrange(1, len(typed) - 1)
            typed = typed[:place] + typed[place + 1 :]
        yield typed, _finess(chance.randrange(labs))


def measure(search: ElasticLabSearch, labs: int) -> Measure:
    """Ask one query after the other."""
    times, answered, given_up = [], 0, 0
    for place, (typed, finess) in enumerate(_queries(labs, WARMING + MEASURED)):
        started = time.perf_counter()
        try:
            found = search.suggest(typed, finess).total > 0
        except Unavailable:
            found = False
            given_up += place >= WARMING
        if place >= WARMING:
            times.append((time.perf_counter() - started) * 1000)
            answered += found
    return Measure(labs * EXAMS_PER_LAB, tuple(times), answered, given_up)


def grow(search: ElasticLabSearch, present: int, wanted: int) -> None:
    """Put in catalogues until there are `wanted`."""
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as builders:
        for done, _ in enumerate(builders.map(lambda n: search.replace(catalogue(n)), range(present, wanted)), 1):
            if done % 50 == 0 or present + done == wanted:
                exams, seconds = done * EXAMS_PER_LAB, time.perf_counter() - started
                print(f"  {exams:,} exams put in, {exams / seconds:,.0f} a second", flush=True)


def main(sizes: list[int]) -> int:
    """Measure at each size; exit status 1 when the median has grown more than three times."""
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder), heap="1g", flags=("-XX:+UseG1GC",)).start()
        search = ElasticLabSearch(ElasticConfig(node.url), SystemClock())
        measures = []
        try:
            for before, size in zip([0, *sizes], sizes, strict=False):
                grow(search, before // EXAMS_PER_LAB, size // EXAMS_PER_LAB)
                measures.append(measure(search, size // EXAMS_PER_LAB))
                print(measures[-1].line(), flush=True)
                print(
                    f"  {_megabytes(node.url):,.0f} MB on disk, node {node.resident_megabytes} MB in memory", flush=True
                )
        finally:
            search.close()
            node.stop()
    growth = measures[-1].part(0.5) / measures[0].part(0.5)
    print(f"p50 grew {growth:.2f} times (at most {MOST_GROWTH})")
    return 0 if growth <= MOST_GROWTH else 1


def _megabytes(url: str) -> float:
    with Elasticsearch(url) as client:
        size: int = client.indices.stats(index=EXAMS)["_all"]["primaries"]["store"]["size_in_bytes"]
    return size / 1e6


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [20_000, 2_000_000]))
