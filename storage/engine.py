"""The database connection: SQLite in WAL for one station or laboratory, PostgreSQL for a shared service.

In WAL a read that turns into a write fails at once whatever the timeout, so a writing transaction starts with
`BEGIN IMMEDIATE`, and a reading one may not write at all. Within one process the writers of a SQLite file wait
for their turn on a lock, which is fair, instead of polling the file, which is not.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from kernel.errors import Unavailable

WAIT_SECONDS = 5.0
_WRITING = "circuitbio_writing"
_TURN = "circuitbio_turn"
_WAIT = "circuitbio_wait"


def sqlite_engine(path: Path, wait: float = WAIT_SECONDS) -> Engine:
    """An engine on a SQLite file, made at first use and readable by its owner only; not for network drives.

    A writer waits `wait` seconds at most for the others of this process, then as long for those of other processes.
    """
    if os.name == "posix":
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    engine = sqlalchemy.create_engine(
        URL.create("sqlite", database=str(path)),
        hide_parameters=True,
        pool_size=20,
        connect_args={"timeout": wait},
        execution_options={_TURN: threading.Lock(), _WAIT: wait},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def engine_for(url: str) -> Engine:
    """An engine for a database URL: `sqlite:///path`, or `postgresql+psycopg://…` where psycopg is installed."""
    parsed = sqlalchemy.make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return sqlite_engine(Path(parsed.database))
    return sqlalchemy.create_engine(parsed, hide_parameters=True, pool_pre_ping=True)


@contextmanager
def transaction(engine: Engine, *, writing: bool) -> Iterator[Connection]:
    """A begun transaction; what is not committed at the end is undone. `Unavailable` when the base stays busy."""
    options: dict[str, bool] = {_WRITING: writing}
    if engine.dialect.name == "postgresql" and not writing:
        options["postgresql_readonly"] = True
    with _turn(engine, writing), engine.connect().execution_options(**options) as connection:
        try:
            connection.begin()
        except OperationalError as error:
            if not _is_busy(error):
                raise
            raise _busy() from None
        yield connection


@contextmanager
def _turn(engine: Engine, writing: bool) -> Iterator[None]:
    options = engine.get_execution_options()
    turn = options.get(_TURN) if writing else None
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=options[_WAIT]):
        raise _busy()
    try:
        yield
    finally:
        turn.release()


def _is_busy(error: OperationalError) -> bool:
    return isinstance(error.orig, sqlite3.OperationalError) and error.orig.sqlite_errorname.startswith("SQLITE_BUSY")


def _busy() -> Unavailable:
    return Unavailable.because("database-busy", "La base est occupée.", "Réessayer dans un instant.")


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin its own, deferred, transactions
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get(_WRITING, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
