"""LCSD publications against hl7apy: `python -m benchmarks.lcsd`.

A catalogue of 1,350 exams made of the example's. Publishing it, checks included, takes at most a fifth of the time
hl7apy takes to parse the same messages, importing it at most a third: processor time, in turns, medians of one run.
Then 9,000 exams in one master file, the most it holds, published and taken into a base in a process of its own: its
peak memory stays below 300 MB.
"""

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

from hl7v2.batch import read_batch
from hl7v2.codec import encode_message
from kernel.clock import FixedClock
from lcsd.consumer import Consumer
from lcsd.exchange_file import build_file
from lcsd.master_files import MasterFile, master_file
from lcsd.messages.control import Emission, Receiver
from storage.engine import sqlite_engine
from storage.migrate import upgrade
from storage.receiving import SqlReceiving
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_toml import load_lab_catalogue
from terminology.receiving.supplier import Supplier

EXAMS, MOST_EXAMS, REPEATS = 1350, 9000, 3
PUBLISHING, IMPORTING, MEGABYTES = 1 / 5, 1 / 3, 300
NOW = datetime(2026, 7, 1, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[1] / "examples" / "lab-catalogue" / "laboratoire-exemple.toml"


def catalogue(exams: int, *, simple: bool = False) -> LabCatalogue:
    """The example laboratory's catalogue again and again under new codes; `simple`: its numeric exams alone."""
    example = load_lab_catalogue(EXAMPLE)
    kept = [e for e in example.exams if not simple or (master_file(e) is MasterFile.NUMERIC and len(e.containers) == 1)]
    kept = (
        [replace(e, required_information=(), reflex_exams=(), members=()) for e in kept if not e.members]
        if simple
        else kept
    )
    made = []
    for number, exam in enumerate(islice(cycle(kept), exams)):
        round_ = f"{number // len(kept):03d}"
        named = {
            name: tuple(f"{code}{round_}" for code in getattr(exam, name))
            for name in ("members", "required_information", "reflex_exams")
        }
        made.append(
            replace(
                exam,
                local_code=exam.local_code + round_,
                loinc_preferred=exam.loinc is None or round_ == "000",
                **named,
            )
        )
    whole = len(made) - len(made) % len(kept)  # no battery without its members
    return replace(example, effective_from=NOW, exams=tuple(made[:whole] if not simple else made))


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run."""
    began = time.process_time()
    work()
    return time.process_time() - began


def taken(data: bytes, folder: Path) -> None:
    """The file taken into a new base; an error is one of the benchmark."""
    engine = sqlite_engine(folder / f"{time.monotonic_ns()}.sqlite")
    upgrade(engine)
    store = SqlReceiving(engine)
    laboratory = catalogue(1).laboratory
    store.save_supplier(Supplier(laboratory.finess, laboratory.application))
    report = Consumer(store, FixedClock(NOW)).take_file(data, "mfk.hl7")
    assert report.arrival, report.findings[:3]
    engine.dispose()


def largest() -> float:
    """Peak megabytes of publishing and taking the most exams a master file holds."""
    made = catalogue(MOST_EXAMS, simple=True)
    data = build_file(Emission(made, Receiver("DPI", "750000002"), NOW))[1]
    with tempfile.TemporaryDirectory() as folder:
        taken(data, Path(folder))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> int:
    """Prints the figures; 1 when a target is missed."""
    # First: a process is counted the memory of the one that started it, and what follows holds much.
    command = [sys.executable, "-c", "from benchmarks.lcsd import largest; print(largest())"]
    peak = float(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
    from hl7apy.parser import parse_message  # the peer has no part in the memory that is measured

    emission = Emission(catalogue(EXAMS), Receiver("DPI", "750000002"), NOW)
    data = build_file(emission)[1]
    messages = [encode_message(message) for message in read_batch(data)[0].messages]
    publishing, importing, parsing = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(REPEATS):
            parsing.append(seconds(lambda: [parse_message(message, find_groups=False) for message in messages]))
            publishing.append(seconds(lambda: build_file(emission)))
            importing.append(seconds(lambda: taken(data, Path(folder))))
    peer = statistics.median(parsing)
    told = [
        ("publishing", statistics.median(publishing) / peer, PUBLISHING),
        ("importing", statistics.median(importing) / peer, IMPORTING),
    ]
    print(f"{len(emission.catalogue.exams)} exams, {len(data) / 1e6:.1f} MB; hl7apy parses them in {peer:.2f} s")
    for name, ratio, most in told:
        print(f"{name}: {ratio:.3f} of hl7apy's time (at most {most:.3f})")
    print(f"{MOST_EXAMS} exams: peak {peak:.0f} MB (at most {MEGABYTES})")
    return int(any(ratio > most for _, ratio, most in told) or peak > MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
