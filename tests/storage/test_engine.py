"""Transactions of the SQLite base: writers wait for each other, readers write nothing, the file is its owner's."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import IntegrityError, OperationalError

from kernel.errors import Unavailable
from storage.engine import engine_for, sqlite_engine, transaction
from storage.tables import audit, misses
from tests.storage.orders import new_base

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


def test_a_reading_transaction_can_write_nothing(engine: Engine) -> None:
    with (
        transaction(engine, writing=False) as connection,
        pytest.raises(OperationalError, match="readonly"),
    ):
        connection.execute(insert(misses).values(ROW))


def test_a_reader_sees_the_base_as_it_was_when_it_began(engine: Engine) -> None:
    with transaction(engine, writing=False) as reader:
        assert reader.execute(text("SELECT count(*) FROM epu_miss")).scalar_one() == 0
        with transaction(engine, writing=True) as writer:
            writer.execute(insert(misses).values(ROW))
            writer.commit()
        assert reader.execute(text("SELECT count(*) FROM epu_miss")).scalar_one() == 0


@pytest.mark.parametrize("same_process", [True, False])
def test_a_writer_that_waits_in_vain_is_told_to_try_again(tmp_path: Path, same_process: bool) -> None:
    new_base(tmp_path).dispose()
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


def test_an_error_of_the_database_shows_no_value(engine: Engine) -> None:
    with transaction(engine, writing=True) as connection, pytest.raises(IntegrityError) as error:
        connection.execute(insert(audit).values(at=1, operation="confidentiel"))
    assert "confidentiel" not in str(error.value)


def test_a_url_names_a_file_or_a_server(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'autre.db'}")
    with transaction(engine, writing=True) as connection:
        assert connection.dialect.name == "sqlite"
    engine.dispose()
    assert (tmp_path / "autre.db").stat().st_mode & 0o777 == 0o600
