"""What only one writer may do at a time, whichever processes and machines share the base.

On SQLite every writing transaction is alone already (`BEGIN IMMEDIATE`), so these calls do nothing there. On
PostgreSQL they are advisory locks, held to the end of the transaction; waiting too long ends in `database-busy`.
Called first in a transaction, they let it see all that the holder before it committed.
"""

from enum import IntEnum

from sqlalchemy import BigInteger, Connection, bindparam, func, select

from storage.driver import Prepared

_OURS = 0x43425F  # the first half of our keys, so that other programs on the same database do not meet them


_HOLD_KEY = Prepared(select(func.pg_advisory_xact_lock(bindparam("key", type_=BigInteger))))


class Lock(IntEnum):
    """One piece of work each."""

    MIGRATION = 1
    RELEASES = 2
    AUDIT = 3
    PEPPERS = 4


def hold(connection: Connection, lock: Lock) -> None:
    """Waits until nobody else holds this lock, then holds it to the end of the transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_OURS, lock.value)))


def hold_digest(connection: Connection, digest: bytes) -> None:
    """The same for one digest among many, by its first eight bytes; two that share these only wait for nothing."""
    if connection.dialect.name == "postgresql":
        key = int.from_bytes(digest[:8], "big", signed=True)
        _HOLD_KEY.run(connection, {"key": key})
