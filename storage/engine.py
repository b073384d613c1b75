"""The database connection: SQLite in WAL for one station or laboratory, PostgreSQL for a shared service.

In WAL a read that turns into a write fails at once whatever the timeout, so a writing transaction starts with
`BEGIN IMMEDIATE`, and a reading one may not write at all. Within one process the writers of a SQLite file wait
for their turn on a lock, which is fair, instead of polling the file, which is not.

On PostgreSQL writers run side by side (READ COMMITTED) and lock what they change: rows (`records.py`), or a piece
of work (`locks.py`). A reading transaction sees one state of the base on both.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, Engine, event, exc
from sqlalchemy.engine import URL
from sqlalchemy.pool import ConnectionPoolEntry

from kernel.errors import Invalid, Unavailable
from storage.postgres import is_busy, is_lost, postgres_engine

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


def engine_for(url: str, wait: float = WAIT_SECONDS) -> Engine:
    """An engine for `sqlite:///PATH` or `postgresql://USER:PASSWORD@HOST/NAME`; else `Invalid` (`database-url`)."""
    try:
        parsed = sqlalchemy.make_url(url)
    except (exc.ArgumentError, ValueError):
        raise _no_url() from None
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return sqlite_engine(Path(parsed.database), wait)
    if parsed.get_backend_name() in ("postgresql", "postgres"):
        return postgres_engine(parsed, wait)
    raise _no_url()


@contextmanager
def transaction(engine: Engine, *, writing: bool) -> Iterator[Connection]:
    """A begun transaction; what is not committed at the end is undone.

    `Unavailable` when the base stays busy (`database-busy`) or does not answer (`database-unreachable`), at any point.
    """
    try:
        with _turn(engine, writing), engine.connect() as connection:
            connection.execution_options(**_options(engine, writing)).begin()
            yield connection
    except exc.TimeoutError:  # every connection of this process is in use
        raise _busy() from None
    except exc.DBAPIError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from None


def is_writing(connection: Connection) -> bool:
    """Whether the transaction of this connection may write."""
    return bool(connection.get_execution_options().get(_WRITING))


def _options(engine: Engine, writing: bool) -> dict[str, bool | str]:
    options: dict[str, bool | str] = {_WRITING: writing}
    if engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = not writing
        options["isolation_level"] = "READ COMMITTED" if writing else "REPEATABLE READ"
    return options


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


def _refusal(error: exc.DBAPIError) -> Unavailable | None:
    """What an error of the database means to who called; None when it is a fault of ours."""
    original = error.orig
    if isinstance(original, sqlite3.OperationalError) and original.sqlite_errorname.startswith("SQLITE_BUSY"):
        return _busy()
    if is_busy(error):
        return _busy()
    if is_lost(error):
        return Unavailable.because(
            "database-unreachable",
            "Le serveur de la base ne répond pas, ou refuse la connexion.",
            "Vérifier qu'il tourne, et CIRCUITBIO_DATABASE_URL.",
        )
    return None


def _busy() -> Unavailable:
    return Unavailable.because("database-busy", "La base est occupée.", "Réessayer dans un instant.")


def _no_url() -> Invalid:
    return Invalid.because(
        "database-url",
        "L'adresse de la base n'en est pas une.",
        "Attendu : postgresql://UTILISATEUR:MOT_DE_PASSE@SERVEUR/BASE, ou sqlite:///CHEMIN.",
    )


def _prepare(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would begin its own, deferred, transactions
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")


def _begin(connection: Connection) -> None:
    writing = is_writing(connection)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
