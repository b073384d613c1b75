"""The PostgreSQL base: whoever waits too long or loses the server is told so, and the next call works."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, select, text, update

from kernel.errors import Unavailable
from storage.database import Database
from storage.driver import Prepared
from storage.engine import engine_for, transaction
from storage.locks import Lock, hold
from storage.peppers import Peppers
from storage.tables import misses
from tests.postgres import PostgresServer

IMPATIENT = 0.05


@pytest.fixture
def name(postgres: PostgresServer) -> Iterator[str]:
    with postgres.new_base() as name:
        yield name


@pytest.fixture
def engine(postgres: PostgresServer, name: str) -> Iterator[Engine]:
    engine = engine_for(postgres.url(name), wait=IMPATIENT)
    yield engine
    engine.dispose()


def add(engine: Engine, *who: bytes) -> None:
    with transaction(engine, writing=True) as connection:
        for each in who:
            connection.execute(insert(misses).values(who=each, full_at=0))
        connection.commit()


def change(engine: Engine, who: bytes) -> None:
    with transaction(engine, writing=True) as connection:
        connection.execute(update(misses).where(misses.c.who == who).values(full_at=1))
        connection.commit()


def code_of(refusal: "pytest.ExceptionInfo[Unavailable]") -> str:
    return refusal.value.code


def test_who_waits_in_vain_for_a_row_is_told_to_try_again(engine: Engine) -> None:
    add(engine, b"a")
    with transaction(engine, writing=True) as connection:
        connection.execute(update(misses).values(full_at=2))
        with pytest.raises(Unavailable) as refusal:
            change(engine, b"a")
        with transaction(engine, writing=False) as reader:
            assert reader.scalar(select(misses.c.full_at)) == 0
    assert code_of(refusal) == "database-busy"
    change(engine, b"a")


def test_who_waits_in_vain_for_its_turn_is_told_to_try_again_and_other_work_goes_on(engine: Engine) -> None:
    with transaction(engine, writing=True) as first:
        hold(first, Lock.RELEASES)
        with pytest.raises(Unavailable) as refusal, transaction(engine, writing=True) as second:
            hold(second, Lock.RELEASES)
        with transaction(engine, writing=True) as third:
            hold(third, Lock.AUDIT)
    assert code_of(refusal) == "database-busy"


def test_who_waits_in_vain_for_a_connection_is_told_to_try_again(postgres: PostgresServer, name: str) -> None:
    engine = engine_for(postgres.url(name), wait=IMPATIENT)
    connections = [engine.connect() for _ in range(2 * engine.pool.size())]  # type: ignore[attr-defined]
    with pytest.raises(Unavailable) as refusal:
        change(engine, b"a")
    assert code_of(refusal) == "database-busy"
    for connection in connections:
        connection.close()
    engine.dispose()


def test_of_two_writers_that_wait_for_each_other_one_goes_on(postgres: PostgresServer, name: str) -> None:
    patient = engine_for(postgres.url(name))
    add(patient, b"a", b"b")
    both_hold_one = Barrier(2)

    def cross(first: bytes, second: bytes) -> str:
        try:
            with transaction(patient, writing=True) as connection:
                connection.execute(text("SET LOCAL deadlock_timeout = '10ms'"))
                connection.execute(update(misses).where(misses.c.who == first).values(full_at=1))
                both_hold_one.wait(10)
                connection.execute(update(misses).where(misses.c.who == second).values(full_at=1))
                connection.commit()
        except Unavailable as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as threads:
        outcomes = sorted(threads.map(cross, (b"a", b"b"), (b"b", b"a")))
    assert outcomes == ["database-busy", "done"]
    patient.dispose()


def test_a_statement_that_does_not_end_is_ended(engine: Engine) -> None:
    def sleep() -> None:
        with transaction(engine, writing=False) as connection:
            assert connection.scalar(text("SHOW statement_timeout")) == "1min"
            assert connection.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
            connection.execute(text("SET LOCAL statement_timeout = '1ms'"))
            connection.execute(text("SELECT pg_sleep(60)"))

    with pytest.raises(Unavailable) as refusal:
        sleep()
    assert code_of(refusal) == "database-busy"


@pytest.mark.parametrize("prepared", [False, True], ids=["by SQLAlchemy", "on the driver"])
def test_a_lost_connection_is_told_and_the_next_call_works(
    postgres: PostgresServer, engine: Engine, name: str, prepared: bool
) -> None:
    statement = Prepared(update(misses).values(full_at=2))

    def lose() -> None:
        with transaction(engine, writing=True) as connection:
            with transaction(engine, writing=False) as other:  # given back to the pool, and kept there
                other.scalar(select(misses.c.full_at))
            postgres.end_connections(name)
            statement.run(connection, {}) if prepared else connection.execute(update(misses).values(full_at=2))

    add(engine, b"a")
    with pytest.raises(Unavailable) as refusal:
        lose()
    assert code_of(refusal) == "database-unreachable"
    with transaction(engine, writing=False) as connection:
        assert connection.scalar(select(misses.c.full_at)) == 0


@pytest.mark.parametrize("absent", ["server", "database"])
def test_a_server_that_is_not_there_is_told_in_one_line_without_its_password(
    postgres: PostgresServer, tmp_path: Path, peppers: Peppers, absent: str
) -> None:
    url = f"postgresql://u:s3cret@/nowhere?host={tmp_path}" if absent == "server" else postgres.url("nowhere")
    with pytest.raises(Unavailable) as refusal:
        Database.open(url, peppers)
    assert code_of(refusal) == "database-unreachable"
    assert "s3cret" not in f"{refusal.value} {refusal.value.findings}"
    assert refusal.value.__suppress_context__


def test_a_database_that_went_away_says_it_does_not_answer(postgres: PostgresServer, peppers: Peppers) -> None:
    with postgres.empty_database() as name:
        database = Database.open(postgres.url(name), peppers)
        assert database.is_answering()
    assert not database.is_answering()
    database.close()
