"""What holds of a transaction on every database: readers write nothing and see one state, errors show no value."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from kernel.errors import Invalid
from storage.engine import engine_for, transaction
from storage.tables import audit, misses
from tests.storage.bases import DATABASES, new_base_url

ROW = {"who": b"w" * 32, "full_at": 1}


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    with new_base_url(request.param, request, tmp_path) as url:
        engine = engine_for(url)
        yield engine
        engine.dispose()


def test_a_reading_transaction_can_write_nothing(engine: Engine) -> None:
    with (
        transaction(engine, writing=False) as connection,
        pytest.raises(DBAPIError, match=r"readonly|read-only"),
    ):
        connection.execute(insert(misses).values(ROW))


def test_a_reader_sees_the_base_as_it_was_when_it_began(engine: Engine) -> None:
    count = select(func.count()).select_from(misses)
    with transaction(engine, writing=False) as reader:
        assert reader.scalar(count) == 0
        with transaction(engine, writing=True) as writer:
            writer.execute(insert(misses).values(ROW))
            writer.commit()
        assert reader.scalar(count) == 0
    with transaction(engine, writing=False) as reader:
        assert reader.scalar(count) == 1


def test_what_is_not_committed_is_undone(engine: Engine) -> None:
    with transaction(engine, writing=True) as connection:
        connection.execute(insert(misses).values(ROW))
    with transaction(engine, writing=False) as connection:
        assert connection.scalar(select(func.count()).select_from(misses)) == 0


def test_an_error_of_the_database_shows_no_value(engine: Engine) -> None:
    with pytest.raises(IntegrityError) as error, transaction(engine, writing=True) as connection:
        connection.execute(insert(audit).values(at=1, operation="confidentiel"))
    assert "confidentiel" not in f"{error.value} {error.value.orig!r} {error.value.args}"


def test_a_url_names_a_file_or_a_server_whatever_its_driver(tmp_path: Path) -> None:
    engine = engine_for(f"sqlite:///{tmp_path / 'autre.db'}")
    with transaction(engine, writing=True) as connection:
        assert connection.dialect.name == "sqlite"
    engine.dispose()
    assert (tmp_path / "autre.db").stat().st_mode & 0o777 == 0o600
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        assert engine_for(f"{scheme}://u:secret@127.0.0.1/b").driver == "psycopg"


@pytest.mark.parametrize("url", ["", "s3cret", "sqlite://", "mysql://u:s3cret@h/b", "postgresql://u:s3cret@h:port/b"])
def test_an_address_of_no_database_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(Invalid) as refusal:
        engine_for(url)
    assert refusal.value.code == "database-url"
    assert "s3cret" not in f"{refusal.value} {refusal.value.findings}"
