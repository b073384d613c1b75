"""A PostgreSQL server as the base: its connections, and what its errors mean to who called.

No wait is endless: a lock not had in time, a statement or an idle transaction that lasts a minute are ended by the
server, so that a worker that went away on another machine holds nobody up.
"""

import math
import time
from typing import cast

import psycopg
import sqlalchemy
from sqlalchemy import Engine, event, exc
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

_LONGEST = "60s"
_KEPT = 20  # connections a process keeps: one opened and closed for each call would cost more than the call
_PAUSE = 1.0  # seconds after which a kept connection is tried before it is used
_USED = "used"
# lock_not_available, serialization_failure, deadlock_detected, query_canceled (by a timeout), too_many_connections,
# cannot_connect_now (starting or stopping).
_BUSY = frozenset({"55P03", "40001", "40P01", "57014", "53300", "57P03"})
# admin_shutdown, crash_shutdown, idle_in_transaction_session_timeout; class 08 is "connection exception".
_LOST = frozenset({"57P01", "57P02", "25P03"})


def postgres_engine(url: URL, wait: float) -> Engine:
    """An engine on a server, by psycopg 3 whatever driver the URL names; `wait` is in seconds, for a lock or a
    connection."""
    engine = sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_size=_KEPT,
        max_overflow=_KEPT,
        pool_timeout=wait,
        connect_args={"application_name": "circuitbio", "connect_timeout": max(2, math.ceil(wait))},
    )

    def prepare(connection: psycopg.Connection, _entry: ConnectionPoolEntry) -> None:
        connection.execute(f"SET lock_timeout = {max(1, round(wait * 1000))}")
        connection.execute(f"SET statement_timeout = '{_LONGEST}'")
        connection.execute(f"SET idle_in_transaction_session_timeout = '{_LONGEST}'")
        connection.commit()

    def try_after_pause(
        connection: psycopg.Connection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        now = time.monotonic()
        if now - entry.info.get(_USED, now) > _PAUSE:
            try:
                engine.dialect.do_ping(cast("DBAPIConnection", connection))
            except psycopg.Error:
                raise exc.DisconnectionError from None  # the pool opens another one

    def note_use(_connection: psycopg.Connection | None, entry: ConnectionPoolEntry) -> None:
        entry.info[_USED] = time.monotonic()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkout", try_after_pause)
    event.listen(engine, "checkin", note_use)
    event.listen(engine, "handle_error", _gone)
    event.listen(engine, "handle_error", _without_values)
    return engine


def is_busy(error: DBAPIError) -> bool:
    """Whether the same call may well work in a moment."""
    return isinstance(error.orig, psycopg.Error) and error.orig.sqlstate in _BUSY


def is_lost(error: DBAPIError) -> bool:
    """Whether the server is not there, or let the connection go; one that was never had has no SQLSTATE."""
    if not isinstance(error.orig, psycopg.Error):
        return False
    if error.orig.sqlstate is None:
        return error.connection_invalidated or isinstance(error, OperationalError)
    return says_lost(error.orig)


def says_lost(error: BaseException) -> bool:
    """Whether an error is the server's goodbye; the connection need not be closed yet."""
    state = error.sqlstate if isinstance(error, psycopg.Error) else None
    return state is not None and (state in _LOST or state.startswith("08"))


def without_values(error: BaseException | None) -> None:
    """Keeps the first line of a message: below it the server quotes the row at fault."""
    if error is not None and error.args:
        error.args = (str(error.args[0]).partition("\n")[0],)


def _gone(context: ExceptionContext) -> None:
    """A server that says goodbye has not closed the connection yet: the pool would keep it, and hand it out again."""
    if says_lost(context.original_exception):
        context.is_disconnect = True


def _without_values(context: ExceptionContext) -> None:
    for error in (context.original_exception, context.sqlalchemy_exception):
        without_values(error)
