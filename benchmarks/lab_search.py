"""How the typeahead over laboratories' catalogues fares as they grow: 20,000 exams beside 2,000,000, in one node.

    python -m benchmarks.lab_search [SMALL LARGE]

A genuine Elasticsearch node is started for it (tests/elasticsearch), 1 GB of heap, its data in a temporary folder
(0.4 GB a million exams). Catalogues of 4,000 exams, each with its own choice of names and codes, are put in as an
import does, each size in indexes of its own. Then both are asked in turns, query by query, so that what disturbs the
machine disturbs both alike. Queries are what is on the screen after some keystrokes, sometimes mistyped, in one
laboratory drawn at random. What may take 300 ms at most in service is held to that here.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import product
from pathlib import Path

from elasticsearch import Elasticsearch

from kernel.clock import SystemClock
from kernel.errors import Unavailable
from search.elastic_client import ElasticConfig
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


@dataclass(slots=True)
class Size:
    """So many laboratories in two indexes of their own, and what the queries asked of them took, in milliseconds.

    `given_up` are the queries that took too long.
    """

    labs: int
    search: ElasticLabSearch
    times: list[float] = field(default_factory=list)
    answered: int = 0
    given_up: int = 0

    @property
    def exams(self) -> int:
        """How many exams that makes."""
        return self.labs * EXAMS_PER_LAB

    def ask(self, typed: str, chance: random.Random) -> None:
        """One query in one laboratory drawn at random."""
        finess = _finess(chance.randrange(self.labs))
        started = time.perf_counter()
        try:
            self.answered += self.search.suggest(typed, finess).total > 0
        except Unavailable:
            self.given_up += 1
        self.times.append((time.perf_counter() - started) * 1000)

    def part(self, share: float) -> float:
        """The time that this share of the queries did not exceed."""
        return sorted(self.times)[int(share * (len(self.times) - 1))]

    def line(self, megabytes: float) -> str:
        """The same for people."""
        p50, p95, p99 = (self.part(share) for share in (0.5, 0.95, 0.99))
        return (
            f"{self.exams:>9,} exams, {megabytes:,.0f} MB on disk: p50 {p50:.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} "
            f"ms; {self.answered} of {len(self.times)} queries found something, {self.given_up} given up"
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


def _queries(wanted: int) -> Iterator[str]:
    """What is typed."""
    chance = random.Random(SEED)
    models = _models()
    for _ in range(wanted):
        name = chance.choice(models)[0].display
        typed = name[: chance.randint(2, len(name))]
        if len(typed) > 6 and chance.random() < 0.15:
            place = chance.randrange(1, len(typed) - 1)
            typed = typed[:place] + typed[place + 1 :]
        yield typed


def fill(size: Size) -> None:
    """Put in its catalogues."""
    started = time.perf_counter()
    with ThreadPoolExecutor(os.cpu_count()) as builders:
        for done, _ in enumerate(builders.map(lambda n: size.search.replace(catalogue(n)), range(size.labs)), 1):
            if done % 50 == 0 or done == size.labs:
                exams, seconds = done * EXAMS_PER_LAB, time.perf_counter() - started
                print(f"  {exams:,} exams put in, {exams / seconds:,.0f} a second", flush=True)


def ask_in_turns(sizes: list[Size]) -> None:
    """Ask each query at every size, one after the other, each size first in its turn."""
    chance = random.Random(SEED)
    for place, typed in enumerate(_queries(WARMING + MEASURED)):
        if place == WARMING:
            for size in sizes:
                size.times, size.answered, size.given_up = [], 0, 0
        first = place % len(sizes)
        for size in (*sizes[first:], *sizes[:first]):
            size.ask(typed, chance)


def main(wanted: list[int]) -> int:
    """Measure the sizes wanted, side by side; exit status 1 when the largest takes over three times the smallest."""
    with tempfile.TemporaryDirectory() as folder:
        node = Node(Path(folder), heap="1g", flags=("-XX:+UseG1GC",)).start()
        config, clock = ElasticConfig(node.url), SystemClock()
        sizes = [
            Size(labs, ElasticLabSearch(config, clock, family=_family(labs)))
            for labs in (exams // EXAMS_PER_LAB for exams in wanted)
        ]
        try:
            for size in sizes:
                fill(size)
            ask_in_turns(sizes)
            with Elasticsearch(node.url) as client:
                for size in sizes:
                    print(size.line(_megabytes(client, size.labs)))
                print(f"node: {_heap(client):,.0f} MB of heap in use, {node.resident_megabytes:,} MB in memory")
        finally:
            for size in sizes:
                size.search.close()
            node.stop()
    growth = sizes[-1].part(0.5) / sizes[0].part(0.5)
    print(f"p50 {growth:.2f} times that of the smallest (at most {MOST_GROWTH})")
    return 0 if growth <= MOST_GROWTH else 1


def _family(labs: int) -> str:
    return f"of-{labs}-labs"


def _megabytes(client: Elasticsearch, labs: int) -> float:
    held: int = client.indices.stats(index=f"{_family(labs)}-exams-*")["_all"]["primaries"]["store"]["size_in_bytes"]
    return held / 1e6


def _heap(client: Elasticsearch) -> float:
    (node,) = client.nodes.stats(metric="jvm")["nodes"].values()
    used: int = node["jvm"]["mem"]["heap_used_in_bytes"]
    return used / 1e6


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or [20_000, 2_000_000]))
