"""Orders go three years after their end, whole batches at a time, and leave nothing of themselves in the files."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, select

from kernel.clock import FixedClock
from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.ports import KeptAnswer
from prescription.record import LineState
from storage import purge as purging
from storage.audit import SqlAudit, read_audit
from storage.database import Database
from storage.engine import transaction
from storage.peppers import Peppers
from storage.purge import Purged, purge
from storage.tables import miss_minutes, misses, records
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.orders import NOW, PRESCRIBER, RPPS, new_record, with_state
from tests.storage.victims import victims

LATER = NOW.replace(year=2031)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path, peppers: Peppers) -> Iterator[Database]:
    with new_base_url(request.param, request, tmp_path) as url:
        database = Database.open(url, peppers, clock=FixedClock(LATER))
        yield database
        database.close()


def add(database: Database, count: int, valid_until: date) -> list[EpuCode]:
    codes = [EpuCode.generate() for _ in range(count)]
    with database.units() as unit:
        for code in codes:
            unit.records.add(code, replace(new_record(), valid_until=valid_until), RPPS, NOW)
        unit.commit()
    return codes


def held(database: Database, codes: list[EpuCode]) -> list[EpuCode]:
    with database.units(writing=False) as unit:
        return [code for code in codes if unit.records.holds(code)]


def test_only_what_is_past_its_time_goes_and_the_audit_says_who_did_it(database: Database, peppers: Peppers) -> None:
    old, young = add(database, 3, date(2027, 12, 31)), add(database, 2, date(2028, 1, 1))
    with database.units() as unit:
        unit.misses.note(PRESCRIBER, NOW)
        for key, kept_since in (("new", LATER), ("old", NOW)):
            unit.answers.keep(PRESCRIBER, "epu-create", key, b"", KeptAnswer(200, None, b"{}"), kept_since)
        unit.commit()
    new_year = LATER.replace(month=1, day=1)
    assert purge(database.engine, peppers, new_year, "Alex") == Purged(3, 1)
    assert held(database, [*old, *young]) == young
    assert purge(database.engine, peppers, new_year, "Alex") == Purged(0, 0)
    (row,) = read_audit(database.engine, peppers)
    assert (row.caller, row.operation, row.outcome) == (Caller(Role.OPERATOR, "Alex"), "epu-purge", "orders-3")
    assert database.purge("Alex").orders == 2
    with transaction(database.engine, writing=False) as connection:
        for table in (misses, miss_minutes):
            assert connection.execute(select(table)).all() == []


def test_a_purge_that_was_cut_short_keeps_whole_batches_and_is_taken_up(
    database: Database, peppers: Peppers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 4)
    codes, append = add(database, 10, date(2027, 1, 1)), SqlAudit.append
    with monkeypatch.context() as failing:
        failing.setattr(SqlAudit, "append", lambda *given: cut() if traces(database, peppers) else append(*given))
        with pytest.raises(KeyboardInterrupt):
            database.purge("Alex")
    assert len(held(database, codes)) == 6
    assert database.purge("Alex").orders == 6
    assert traces(database, peppers) == ["orders-4", "orders-4", "orders-2"]


def test_a_purge_killed_on_the_way_has_deleted_what_its_audit_says_and_the_next_one_ends_it(
    engine: Engine, peppers: Peppers, tmp_path: Path
) -> None:
    database = Database(engine, peppers)
    codes = add(database, 150, date(2027, 1, 1))
    with victims("tests.storage.purger_to_kill") as purgers:
        purgers.start(str(tmp_path))
        while not traces(database, peppers):
            pass
        purgers.kill()
        assert purgers.hear() == "ended -9"
    left = len(held(database, codes))
    assert 0 < left < 150
    assert traces(database, peppers) == ["orders-1"] * (150 - left)
    assert purge(engine, peppers, LATER, "Alex").orders == left


def cut() -> None:
    raise KeyboardInterrupt


def traces(database: Database, peppers: Peppers) -> list[str]:
    return [row.outcome for row in read_audit(database.engine, peppers)]


def test_two_purges_at_once_under_writes_delete_each_order_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 5)
    old, over = add(database, 60, date(2027, 1, 1)), Event()

    def write() -> list[EpuCode]:
        written = []
        while not over.is_set():
            written += add(database, 1, date(2040, 1, 1))
        return written

    with ThreadPoolExecutor(3) as threads:
        writer = threads.submit(write)
        purgers = [threads.submit(database.purge, name) for name in ("un", "deux")]
        assert sum(purger.result().orders for purger in purgers) == 60
        over.set()
        written = writer.result()
    assert written
    assert held(database, old + written) == written


def test_nothing_of_a_purged_order_is_left_in_the_files(engine: Engine, peppers: Peppers, tmp_path: Path) -> None:
    database, code = Database(engine, peppers), EpuCode.generate()
    with database.units() as unit:
        record = replace(new_record(), valid_until=date(2027, 1, 1))
        unit.records.add(code, record, RPPS, NOW)
        unit.commit()

    def row() -> dict[str, bytes]:
        with transaction(engine, writing=False) as connection:
            query = select(records.c.lookup, records.c.salt, records.c.nonce, records.c.sealed)
            return dict(connection.execute(query).mappings().one())

    written = [row()]
    with database.units() as unit:
        unit.records.replace(code, with_state(record, LineState.CLAIMED), NOW)
        unit.commit()
    written.append(row())
    traces = {bytes(value[:32]) for values in written for value in values.values()}
    assert len(traces) == 6
    assert any(trace in content(tmp_path) for trace in traces)
    assert purge(engine, peppers, LATER, "Alex").orders == 1
    assert not any(trace in content(tmp_path) for trace in traces)


def content(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
