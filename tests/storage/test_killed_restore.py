"""SIGKILL in the middle of a restore leaves the base as it was."""

import os
from pathlib import Path

from sqlalchemy import Engine

from prescription.epu_code import EpuCode
from prescription.ports import KeptAnswer
from storage.backup import restore, write_backup
from storage.database import Database
from storage.engine import sqlite_engine
from storage.peppers import Peppers
from tests.storage.orders import NOW, PRESCRIBER, RPPS, new_record
from tests.storage.victims import victims

LARGE = 12_000_000
BEGUN = 1_000_000


def add(engine: Engine, peppers: Peppers, size: int) -> EpuCode:
    code = EpuCode.generate()
    with Database(engine, peppers).units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.answers.keep(PRESCRIBER, "epu-create", code.value, b"", KeptAnswer(200, None, os.urandom(size)), NOW)
        unit.commit()
    return code


def holds(path: Path, peppers: Peppers, code: EpuCode) -> bool:
    engine = sqlite_engine(path)
    with Database(engine, peppers).units(writing=False) as unit:
        held = unit.records.holds(code)
    engine.dispose()
    return held


def test_a_base_whose_restore_was_killed_holds_what_it_held_and_takes_the_next_one(
    engine: Engine, peppers: Peppers, tmp_path: Path
) -> None:
    base, log = tmp_path / "base.db", tmp_path / "base.db-wal"
    before = add(engine, peppers, LARGE)
    write_backup(engine, tmp_path / "sauvegarde")
    after = add(engine, peppers, 0)
    engine.dispose()
    assert not log.exists()
    with victims("tests.storage.restorer_to_kill") as restorers:
        restorers.start(str(tmp_path))
        while not log.exists() or log.stat().st_size < BEGUN:
            pass
        restorers.kill()
        assert restorers.hear() == "ended -9"
    assert holds(base, peppers, before)
    assert holds(base, peppers, after)
    restore(base, tmp_path / "sauvegarde", peppers, tmp_path, replace=True)
    assert holds(base, peppers, before)
    assert not holds(base, peppers, after)
    assert {path.name for path in tmp_path.iterdir()} == {"base.db", "sauvegarde"}
