"""Deletes what is past its time (prescription.md §4): orders, documents, kept answers, counts of unknown codes.

An order goes with its salt, without which its key cannot be computed again from its code and the peppers, in batches
that are whole or not done, each with its audit row: a purge that was killed is taken up by the next one, and two at
once share the work. Then the files give up what they held: SQLite overwrites deleted content (`secure_delete`) and
empties its write-ahead log; PostgreSQL vacuums the table. Backups made before keep it until they are destroyed.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Engine, Table, delete, select

from prescription.caller import Caller, Role
from prescription.ports import AuditEvent
from storage.audit import SqlAudit
from storage.document_tables import contents, dispatches, shared
from storage.document_upkeep import purge_choices, purge_documents
from storage.engine import transaction
from storage.instants import to_micros
from storage.misses import minute_of
from storage.peppers import Peppers
from storage.tables import answers, miss_minutes, misses, records

BATCH = 500
_CHECKPOINT_SECONDS = 0.2
_MINUTES_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Purged:
    """How many orders, kept answers and documents (with what leaves of them) went."""

    orders: int
    answers: int
    documents: int = 0


def purge(engine: Engine, peppers: Peppers, now: datetime, by: str) -> Purged:
    """Deletes all that is past its time at `now`; `by` is who the audit names. Nothing to delete writes no audit."""
    orders = 0
    while gone := _purge_batch(engine, peppers, now, by):
        orders += gone
    documents = 0
    while gone := _purge_documents(engine, peppers, now, by):
        documents += gone
    kept = _purge_rest(engine, now)
    _empty_files(engine, (records,) * bool(orders) + (contents, shared, dispatches) * bool(documents))
    return Purged(orders, kept, documents)


def _purge_batch(engine: Engine, peppers: Peppers, now: datetime, by: str) -> int:
    with transaction(engine, writing=True) as connection:
        gone = _past(connection, now.date())
        if gone:
            connection.execute(delete(records).where(records.c.lookup.in_(gone)))
            event = AuditEvent(Caller(Role.OPERATOR, by), "epu-purge", f"orders-{len(gone)}", now)
            SqlAudit(connection, peppers).append(event)
            connection.commit()
        return len(gone)


def _past(connection: Connection, today: date) -> list[bytes]:
    """Some of the orders to delete, locked; one that is being changed now is left for the next time."""
    query = select(records.c.lookup).where(records.c.purge_after < today).order_by(records.c.purge_after).limit(BATCH)
    return list(connection.scalars(query.with_for_update(skip_locked=True)))


def _purge_documents(engine: Engine, peppers: Peppers, now: datetime, by: str) -> int:
    with transaction(engine, writing=True) as connection:
        gone = purge_documents(connection, now, BATCH)
        if gone:
            event = AuditEvent(Caller(Role.OPERATOR, by), "document-purge", f"documents-{gone}", now)
            SqlAudit(connection, peppers).append(event)
            connection.commit()
        return gone


def _purge_rest(engine: Engine, now: datetime) -> int:
    at = to_micros(now)
    with transaction(engine, writing=True) as connection:
        kept = connection.execute(delete(answers).where(answers.c.expires <= at)).rowcount
        connection.execute(delete(misses).where(misses.c.full_at <= at))
        connection.execute(delete(miss_minutes).where(miss_minutes.c.minute < minute_of(now - _MINUTES_KEPT)))
        purge_choices(connection, now)
        connection.commit()
    return kept


def _empty_files(engine: Engine, emptied: Sequence[Table]) -> None:
    if engine.dialect.name == "sqlite":
        # Every time: a reader may have held the log up when the rows went.
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(str(engine.url.database), timeout=_CHECKPOINT_SECONDS)) as file,
        ):
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    elif emptied:
        with engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.exec_driver_sql("SET statement_timeout = 0")
            plain.exec_driver_sql(f"VACUUM (SKIP_LOCKED) {', '.join(table.name for table in emptied)}")
            plain.invalidate()  # its time limit goes with it
