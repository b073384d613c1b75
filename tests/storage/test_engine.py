"""The SQLite base: durable, its owner's, its writers one after the other."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert

from kernel.errors import Unavailable
from storage.engine import sqlite_engine, transaction
from storage.tables import misses

ROW = {"who": b"w" * 32, "full_at": 1}


def test_the_base_is_durable_clean_and_shared(engine: Engine) -> None:
    with transaction(engine, writing=True) as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas]
    assert found == ["wal", 2, 1, 1, 5000]


def test_the_files_are_readable_by_their_owner_only(engine: Engine, tmp_path: Path) -> None:
    with transaction(engine, writing=True) as connection:
        connection.execute(insert(misses).values(ROW))
        connection.commit()
        modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    assert modes == {"base.db": 0o600, "base.db-wal": 0o600, "base.db-shm": 0o600}


@pytest.mark.parametrize("same_process", [True, False])
def test_a_writer_that_waits_in_vain_is_told_to_try_again(engine: Engine, tmp_path: Path, same_process: bool) -> None:
    first = sqlite_engine(tmp_path / "base.db", wait=0)
    second = first if same_process else sqlite_engine(tmp_path / "base.db", wait=0)
    with transaction(first, writing=True):
        with pytest.raises(Unavailable) as refusal, transaction(second, writing=True):
            pass
        with transaction(second, writing=False):
            pass
    with transaction(second, writing=True):
        pass
    assert refusal.value.code == "database-busy"
    first.dispose()
    second.dispose()
