"""Orders over HTTP on PostgreSQL beside a bare one-row transaction, in the same service: `python -m benchmarks.orders`.

16 clients, one process of the service, a PostgreSQL server of its own (fsync on). To hold: create, retrieve and report
at least 0.4 of the throughput of the one-row transaction, p99 at most 6 times the median; with `--rows N` (1,000,000)
orders in the base, the median of a retrieve at most 1.5 times that at 10,000. Prints the bytes of an order on disk.

Orders come as a shared base takes them, anonymous already. One that comes in full also sends a document, which another
process then draws and hands over: told apart, and last, since that goes on after the answer.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg

from api.fhir.json import serialise
from api.fhir.order_bundle import read_order, write_order
from benchmarks import one_row
from benchmarks.load import Load, wrk_is_here
from benchmarks.service import served
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from kernel.canonical import DEFAULT_BASE
from prescription.anonymise import anonymise
from prescription.epu_code import EpuCode
from prescription.prescription import Prescription
from prescription.record import EpuRecord, LineOrigin, LineRecord, LineState
from tests.api.service import LABORATORY, PRESCRIBER, Json, example, parameters
from tests.postgres import Cluster, cluster_programs

CLIENTS, ROUNDS, SECONDS = 16, 3, 5
LEAST_OF_ONE_ROW, MOST_TAIL, MOST_GROWTH = 0.4, 6.0, 1.5
FEW = 10_000
_ORDERS = 30_000
_SCRIPT = Path(__file__).with_name("orders.lua")
Line = tuple[str, str, str, str, Json]


def main() -> int:
    """Measures, prints, and gives 1 when a limit is not held."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.orders", description=(__doc__ or "").split("\n")[0])
    options.add_argument("--rows", type=int, default=1_000_000, help=f"orders in the base; up to {FEW:,}, shares alone")
    rows: int = options.parse_args().rows
    if not wrk_is_here():
        print("wrk is not installed: it makes the load (Debian: apt install wrk).", file=sys.stderr)
        return 2
    with _database() as (url, folder):
        os.environ |= {
            "CIRCUITBIO_DATABASE_URL": url,
            "CIRCUITBIO_DATA": str(folder),
            "CIRCUITBIO_EPU_ACCEPT_FULL": "true",
        }
        held = [_shares(folder)]
        if rows > FEW:
            held.append(_growth(url, folder, rows))
    return 0 if all(held) else 1


@contextmanager
def _database() -> Iterator[tuple[str, Path]]:
    programs = cluster_programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed (Debian: apt install postgresql).")
    with tempfile.TemporaryDirectory(prefix="circuitbio-pg-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "base"
        home.mkdir()
        with Cluster(programs, home, fsync=True).running() as server:
            data = Path(folder) / "data"
            yield server.url("postgres"), data


def _shares(folder: Path) -> bool:
    codes = _make_orders(_ORDERS)
    line = example(1)["entry"][4]["fullUrl"]
    performed = {"name": "performed", "valueDateTime": "2026-11-26T08:00:00+01:00"}
    done = {
        "name": "report",
        "part": [{"name": "line", "valueUri": line}, {"name": "result", "valueCode": "done"}, performed],
    }
    anonymous: Json = json.loads(serialise(write_order(_anonymous_order(), DEFAULT_BASE)))
    subjects = {
        "one row": [(one_row.PATH, PRESCRIBER, "", "", anonymous)] * 16,
        "create": _creations(anonymous, _ORDERS),
        "retrieve": [("/fhir/$epu-retrieve", LABORATORY, "", "", parameters(code)) for code in codes],
        "report": [("/fhir/$epu-report", LABORATORY, str(uuid.uuid4()), "1", parameters(code, done)) for code in codes],
    }
    os.environ |= {one_row.ROW: "2048", one_row.ANSWER: "1500"}
    loads: dict[str, list[Load]] = {name: [] for name in subjects}
    with served("benchmarks.one_row:app", workers=1) as (address, _):
        _ask(address, _written(folder, subjects["one row"]), 1)
        for turn in range(ROUNDS):
            for name, lines in subjects.items():
                asked = lines if name == "one row" else lines[turn::ROUNDS]  # each once
                loads[name].append(_ask(address, _written(folder, asked), SECONDS))
        full = _ask(address, _written(folder, _creations(example(1), _ORDERS // ROUNDS)), SECONDS)
    floor = median(load.throughput for load in loads["one row"])
    print(f"create, in full: {full.throughput:.0f}/s, share {full.throughput / floor:.2f}; errors {full.errors}")
    held = not full.errors
    for name, measured in loads.items():
        middle = sorted(measured, key=lambda load: load.throughput)[len(measured) // 2]
        share, tail = middle.throughput / floor, middle.p99_ms / middle.p50_ms
        errors = sum(load.errors for load in measured)
        print(f"{name}: {middle.throughput:.0f}/s, share {share:.2f}; ", end="")
        print(f"p50 {middle.p50_ms:.1f} ms, p99 {middle.p99_ms:.1f} ms ({tail:.1f} times); errors {errors}")
        held = held and share >= LEAST_OF_ONE_ROW and tail <= MOST_TAIL and not errors
    return held


def _creations(order: Json, count: int) -> list[Line]:
    return [("/fhir/$epu-create", PRESCRIBER, str(uuid.uuid4()), "", order) for _ in range(count)]


def _anonymous_order() -> Prescription:
    """The order as a program sends it to a base that it shares."""
    read = read_order(example(1), DEFAULT_BASE).prescription
    assert read is not None
    return anonymise(read, datetime.now(UTC).date())[0]


def _growth(url: str, folder: Path, rows: int) -> bool:
    """The median of a retrieve at 10,000 orders and at `rows`, asked of really sealed orders in turns."""
    with psycopg.connect(url, autocommit=True) as base:
        _make_orders(1)  # makes the tables
        base.execute("TRUNCATE epu_record, epu_audit, epu_answer")
        codes = _make_orders(FEW)
        few = _retrieve_ms(folder, codes)
        began = time.monotonic()
        _fill(base, rows - FEW)
        seconds = time.monotonic() - began
        many = _retrieve_ms(folder, codes)
        size = base.execute(
            "SELECT pg_table_size('epu_record'), pg_indexes_size('epu_record'), count(*) FROM epu_record"
        ).fetchone()
        audit = base.execute(
            "SELECT pg_total_relation_size('epu_audit') / greatest(count(*), 1) FROM epu_audit"
        ).fetchone()
    assert size is not None
    assert audit is not None
    print(f"retrieve, median: {few:.2f} ms at {FEW:,} orders, {many:.2f} ms at {rows:,}: {many / few:.2f} times")
    print(
        f"bytes an order: table {size[0] / size[2]:.0f}, indexes {size[1] / size[2]:.0f}; an audit row: {audit[0]:.0f}"
    )
    print(f"filled in {seconds:.0f} s")
    return many / few <= MOST_GROWTH


def _retrieve_ms(folder: Path, codes: list[str]) -> float:
    lines: list[Line] = [("/fhir/$epu-retrieve", LABORATORY, "", "", parameters(code)) for code in codes]
    os.environ |= {one_row.ROW: "2048", one_row.ANSWER: "1500"}
    with served("benchmarks.one_row:app", workers=1) as (address, _):
        _ask(address, _written(folder, lines), 2, clients=2)
        return median(_ask(address, _written(folder, lines), SECONDS, clients=2).p50_ms for _ in range(ROUNDS))


def _make_orders(count: int) -> list[str]:
    """So many orders, sealed by the product itself; their codes."""
    order, now = _anonymous_order(), datetime.now(UTC)
    states = tuple(LineRecord(line, LineState.PRESCRIBED, LineOrigin.PRESCRIBER, now) for line in order.lines)
    codes = []
    with opened_database(Settings()) as database:
        for start in range(0, count, 1000):
            with database.units() as unit:
                for _ in range(min(1000, count - start)):
                    code = EpuCode.generate()
                    record = EpuRecord(
                        replace(order, epu_code=code), states, f"urn:uuid:{uuid.uuid4()}", "benchmark", 1, now,
                        now.date() + timedelta(days=365),
                    )  # fmt: skip
                    unit.records.add(code, record, "10005688798", now)
                    codes.append(code.value)
                unit.commit()
    return codes


def _fill(base: "psycopg.Connection[tuple[object, ...]]", count: int) -> None:
    """Rows of the right sizes that nobody sealed: opening them is no part of finding another."""
    base.execute(
        """INSERT INTO epu_record (lookup, kid, salt, nonce, sealed, version, owner, handle, status, n_lines, n_closed,
                                   created, valid_until, purge_after)
           SELECT sha256(int8send(n)), r.kid, sha256(int8send(n + 1)), substring(sha256(int8send(n + 2)) for 12),
                  (SELECT string_agg(sha256(int8send(n * 100 + k)), ''::bytea)
                     FROM generate_series(1, length(r.sealed) / 32 + 1) k),
                  1, sha256(int8send(n %% 50000)), 'urn:uuid:' || gen_random_uuid(), 'active', 1, 0,
                  r.created - (n %% 365)::int, r.valid_until, r.purge_after
             FROM generate_series(1, %s) n, (SELECT * FROM epu_record LIMIT 1) r""",
        [count],
    )
    base.execute("VACUUM (ANALYZE) epu_record")


def _written(folder: Path, lines: list[Line]) -> Path:
    file = folder / "requests"
    file.write_text("".join("\t".join((*line[:4], json.dumps(line[4]))) + "\n" for line in lines))
    return file


def _ask(address: str, requests: Path, seconds: int, clients: int = CLIENTS) -> Load:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", str(_SCRIPT), address, "--", str(requests), "1"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    told = json.loads(said.strip().splitlines()[-1])
    return Load(told["requests"] / told["seconds"], told["p50_ms"], told["p99_ms"], told["requests"], told["errors"])


if __name__ == "__main__":
    sys.exit(main())
