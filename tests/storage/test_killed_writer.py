"""SIGKILL in the middle of a create leaves the whole order or none: the row, its audit and its answer go together."""

import subprocess
import sys
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

ROOT = Path(__file__).parents[2]


def kill_writer(folder: Path, stage: str, after: int = 0) -> tuple[set[EpuCode], set[EpuCode]]:
    """Starts a writer, kills it at `stage` or once it has said `after` commits; the codes it began and those done."""
    command = [sys.executable, "-m", "tests.storage.writer_to_kill", str(folder), stage]
    begun, done = set(), set()
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for said in writer.stdout:
            word, _, code = said.strip().partition(" ")
            if word == "here" or (word == "done" and len(done) + 1 == after):
                writer.kill()
            if word == "begin":
                begun.add(EpuCode(code))
            elif word == "done":
                done.add(EpuCode(code))
    assert writer.returncode == -9
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
    engine: Engine, peppers: Peppers, tmp_path: Path, stage: str, kept: int
) -> None:
    begun, _ = kill_writer(tmp_path, stage)
    assert len(whole_orders(engine, peppers, begun)) == kept


@pytest.mark.parametrize("after", [1, 14, 35])
def test_every_create_that_was_acknowledged_before_the_kill_is_there_and_none_by_half(
    engine: Engine, peppers: Peppers, tmp_path: Path, after: int
) -> None:
    begun, done = kill_writer(tmp_path, "endless", after)
    assert len(done) >= after
    assert done <= whole_orders(engine, peppers, begun)
