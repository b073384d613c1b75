"""The FHIR façade over HTTP beside constant answers of the same size, in the same service: `python -m benchmarks.fhir`.

1,350 exams with synonyms, two processes, connections kept alive. To hold: `$lookup` and `$validate-code` at least 0.6
of the throughput of the constant answer; the full expansion with designations less than 3 times its cost; a published
release searchable and expandable 3 seconds after its activation.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from statistics import mean, median
from typing import Any
from urllib.parse import quote_plus

from benchmarks import constant
from benchmarks.catalogue import made_release
from benchmarks.load import Load, ask, wrk_is_here
from benchmarks.service import activate, running
from kernel.canonical import DEFAULT_BASE
from kernel.loinc import SYSTEM
from terminology.release import Release

EXAMS = 1350
ROUNDS = 3
SECONDS = 4
_SAMPLE = 200
_LEAST_OF_CONSTANT = 0.6
_MOST_COST = 3.0
_MOST_SECONDS = 3.0
_POLLS = 20


@dataclass(frozen=True, slots=True)
class Subject:
    """What is measured: the address a line of its own is added to, and the least share of the constant answer."""

    name: str
    prefix: str
    lines: Callable[[Release], Iterable[str]]
    least: float


def _codes(release: Release) -> Iterable[str]:
    return (request.code for request in release.requests)


def _named_codes(release: Release) -> Iterable[str]:
    return (f"{request.code}&display={quote_plus(request.display)}" for request in release.requests)


def _once(_: Release) -> Iterable[str]:
    return ("true",)


_SETS = f"{DEFAULT_BASE}/ValueSet"
SUBJECTS = (
    Subject("$lookup", f"/fhir/CodeSystem/$lookup?system={SYSTEM}&code=", _codes, _LEAST_OF_CONSTANT),
    Subject(
        "CodeSystem/$validate-code",
        f"/fhir/CodeSystem/$validate-code?url={SYSTEM}&code=",
        _named_codes,
        _LEAST_OF_CONSTANT,
    ),
    Subject(
        "ValueSet/$validate-code",
        f"/fhir/ValueSet/$validate-code?url={_SETS}/demandes&system={SYSTEM}&code=",
        _named_codes,
        _LEAST_OF_CONSTANT,
    ),
    Subject(
        f"full $expand of {EXAMS}",
        f"/fhir/ValueSet/$expand?url={_SETS}/demandes&includeDesignations=",
        _once,
        1 / _MOST_COST,
    ),
)


def main() -> int:
    """Measures, prints, and gives 1 when a limit is not held."""
    if not wrk_is_here():
        print("wrk is not installed: it makes the load (Debian: apt install wrk).", file=sys.stderr)
        return 2
    release = made_release(EXAMS)
    with tempfile.TemporaryDirectory() as folder:
        activate(release, Path(folder))
        held = [_measure(subject, release, Path(folder)) for subject in SUBJECTS]
        held.append(_publish(release, Path(folder)))
    return 0 if all(held) else 1


def _measure(subject: Subject, release: Release, folder: Path) -> bool:
    """One subject against the constant answer, in turn, in one service; whether its limit is held."""
    asked = folder / "lines"
    lines = [*subject.lines(release)]
    asked.write_text("\n".join(lines))
    size = _mean_size(subject, lines[:_SAMPLE], folder)
    with running(folder, size) as (address, _):
        ask(address, subject.prefix, asked, 1)
        prefixes = (f"{constant.PATH}?q=", subject.prefix)
        rounds = [[ask(address, prefix, asked, SECONDS) for prefix in prefixes] for _ in range(ROUNDS)]
    floor, own = (_middle(loads) for loads in zip(*rounds, strict=True))
    share = own.throughput / floor.throughput
    print(f"{subject.name}, {size} bytes: {own.throughput:.0f}/s, p99 {own.p99_ms:.2f} ms; ", end="")
    print(f"constant {floor.throughput:.0f}/s, p99 {floor.p99_ms:.2f} ms; share {share:.2f}, errors {own.errors}")
    return share >= subject.least and not own.errors


def _middle(loads: Iterable[Load]) -> Load:
    """The load of median throughput, with the errors of all."""
    held = [*loads]
    middle = median(load.throughput for load in held)
    return replace(next(load for load in held if load.throughput == middle), errors=sum(load.errors for load in held))


def _mean_size(subject: Subject, lines: list[str], folder: Path) -> int:
    """Bytes of an answer, on average, as the service gives it."""
    with running(folder, 64, workers=1) as (address, client):
        return round(mean(len(client.get(address + subject.prefix + line).content) for line in lines))


def _publish(release: Release, folder: Path) -> bool:
    """How long after the activation of another release every process answers from it."""
    other = replace(release, label=f"{release.label}-suite")
    with running(folder, 64) as (address, _):
        activate(other, folder)
        began = time.monotonic()
        while not all(_answers_from(address, other.name) for _ in range(_POLLS)):
            time.sleep(0.05)
        seconds = time.monotonic() - began
    print(f"published release searchable and expandable after {seconds:.2f} s")
    return seconds <= _MOST_SECONDS


def _answers_from(address: str, name: str) -> bool:
    """Whether whoever takes a new connection searches and expands this release."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=30)

    def asked(path: str) -> Any:
        connection.request("GET", path)
        return json.loads(connection.getresponse().read())

    with closing(connection):
        searched = asked("/api/examens?q=nfs")["release"]
        expanded = asked(f"/fhir/ValueSet/$expand?url={_SETS}/demandes&filter=nfs")["version"]
        looked = asked(f"/fhir/CodeSystem/$lookup?system={SYSTEM}&code=57022-6")["parameter"][1]["valueString"]
    return {searched, expanded, looked} == {name}


if __name__ == "__main__":
    sys.exit(main())
