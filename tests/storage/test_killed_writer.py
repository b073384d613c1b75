"""SIGKILL in the middle of a create leaves the whole order or none: the row, its audit and its answer go together."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from prescription.epu_code import EpuCode
from storage.audit import seal_audit, verify_audit
from storage.engine import transaction
from storage.peppers import Peppers
from storage.tables import answers, audit, records
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import NOW, PRESCRIBER
from tests.storage.victims import Victims, victims


@pytest.fixture(scope="module")
def writers() -> Iterator[Victims]:
    with victims("tests.storage.writer_to_kill") as writers:
        yield writers


def kill_writer(writers: Victims, folder: Path, stage: str, after: int = 0) -> tuple[set[EpuCode], set[EpuCode]]:
    """Kills a writer at `stage` or once it has said `after` commits; the codes it began and those done."""
    begun, done = set(), set()
    writers.start(str(folder), stage)
    while (said := writers.hear()) != "ended -9":
        word, _, code = said.partition(" ")
        if word == "here" or (word == "done" and len(done) + 1 == after):
            writers.kill()
        if word == "begin":
            begun.add(EpuCode(code))
        elif word == "done":
            done.add(EpuCode(code))
    return begun, done


def whole_orders(engine: Engine, peppers: Peppers, codes: set[EpuCode]) -> set[EpuCode]:
    """Those of the codes that stand in the base; each with its answer, and as many orders, traces and answers."""
    with transaction(engine, writing=False) as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]
        counts = [connection.scalar(select(func.count()).select_from(table)) for table in (records, audit, answers)]
    found = set()
    with SqlUnitOfWorkFactory(engine, peppers)(writing=False) as unit:
        for code in codes:
            answered = unit.answers.find(PRESCRIBER, "epu-create", code.value, b"", NOW) is not None
            assert (unit.records.find(code) is not None) == answered
            if answered:
                found.add(code)
    assert counts == [len(found)] * 3
    seal_audit(engine, peppers)
    assert verify_audit(engine, peppers).chained == len(found)
    return found


@pytest.mark.parametrize(
    ("stage", "kept"), [("begun", 0), ("added", 0), ("traced", 0), ("answered", 0), ("committed", 1)]
)
def test_a_create_killed_at_a_known_place_is_whole_or_absent(
    writers: Victims, engine: Engine, peppers: Peppers, tmp_path: Path, stage: str, kept: int
) -> None:
    begun, _ = kill_writer(writers, tmp_path, stage)
    assert len(whole_orders(engine, peppers, begun)) == kept


@pytest.mark.parametrize("after", [1, 14, 35])
def test_every_create_that_was_acknowledged_before_the_kill_is_there_and_none_by_half(
    writers: Victims, engine: Engine, peppers: Peppers, tmp_path: Path, after: int
) -> None:
    begun, done = kill_writer(writers, tmp_path, "endless", after)
    assert len(done) >= after
    assert done <= whole_orders(engine, peppers, begun)
