"""The import under way: one at a time, whichever process runs it (terminology.md §1.4.10).

The one row of `release_staging` is the lock. It holds a token, so that an import that was overtaken cannot complete,
and the instant of its last sign of life: after a minute without one the import is dead, and the next one or
`clean` takes its place. Nothing of a release is written before `complete`, which writes all of it at once.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from kernel.clock import Clock
from kernel.errors import Conflict, Unavailable
from storage.engine import transaction
from storage.instants import from_micros, to_micros
from storage.locks import Lock, hold
from storage.release_rows import Arrival, keep
from storage.tables import staging
from terminology.release import Release
from terminology.release_record import ReleaseRecord, SourceFile

ALIVE_FOR = timedelta(minutes=1)
_SIGN_OF_LIFE = timedelta(seconds=1)


class SqlStaging:
    """The `Staging` port; `begin` makes it. Its instants come from the clock, so from the same as `now`."""

    def __init__(self, engine: Engine, clock: Clock, token: str, by: str, now: datetime) -> None:
        self._engine = engine
        self._clock = clock
        self._token = token
        self._by = by
        self._begun = self._told = now

    def progress(self, done: int, total: int) -> None:
        """Writes at most once a second; `Conflict` (`import-overtaken`) when another import took the place."""
        now = self._clock.now()
        if abs(now - self._told) < _SIGN_OF_LIFE:
            return
        self._told = now
        told = update(staging).where(staging.c.token == self._token)
        with suppress(Unavailable), transaction(self._engine, writing=True) as connection:
            # A base that is busy is told a second later; the import goes on.
            held = connection.execute(told.values(alive_at=to_micros(now), done=done, total=total)).rowcount
            connection.commit()
            if not held:
                raise _overtaken()

    def complete(
        self, release: Release, source: SourceFile, report: bytes, errors: int, refusals: Iterable[str]
    ) -> ReleaseRecord:
        """Keeps the release and gives up the lock, in one transaction; `Conflict` (`import-overtaken`)."""
        arrival = Arrival.of(release, source, report, errors, refusals, self._begun, self._by)
        with transaction(self._engine, writing=True) as connection:
            hold(connection, Lock.RELEASES)
            if not self._given_up(connection):
                raise _overtaken()
            record = keep(connection, arrival)
            connection.commit()
        return record

    def leave(self) -> None:
        """Gives up the lock if it is still held. A base that does not answer now will see the import die."""
        with suppress(Unavailable), transaction(self._engine, writing=True) as connection:
            self._given_up(connection)
            connection.commit()

    def _given_up(self, connection: Connection) -> bool:
        return connection.execute(delete(staging).where(staging.c.token == self._token)).rowcount == 1


def begin(engine: Engine, clock: Clock, source_name: str, by: str, now: datetime) -> SqlStaging:
    """Takes the lock, from a dead import if need be; `Conflict` (`import-running`) while another is alive."""
    token = secrets.token_hex(16)
    row = {
        "id": 1,
        "token": token,
        "source_name": source_name,
        "started_by": by,
        "alive_at": to_micros(now),
        "done": 0,
        "total": 0,
    }
    with transaction(engine, writing=True) as connection:
        hold(connection, Lock.RELEASES)
        forget_dead(connection, now)
        other = connection.execute(select(staging)).mappings().one_or_none()
        if other is not None:
            raise _running(other, now)
        connection.execute(insert(staging).values(row))
        connection.commit()
    return SqlStaging(engine, clock, token, by, now)


def forget_dead(connection: Connection, now: datetime) -> int:
    """Removes the import that gave no sign of life for a minute; how many. One "from the future" is dead too."""
    dead = ~staging.c.alive_at.between(to_micros(now - ALIVE_FOR) + 1, to_micros(now + ALIVE_FOR) - 1)
    return connection.execute(delete(staging).where(dead)).rowcount


def _running(other: RowMapping, now: datetime) -> Conflict:
    left = from_micros(other["alive_at"]) + ALIVE_FOR - now
    at = f" ({other['done']} lignes sur {other['total']})" if other["total"] else ""
    return Conflict.because(
        "import-running",
        f"Un import est en cours : {other['source_name']}, par {other['started_by']}{at}.",
        f"Attendre sa fin ; s'il a été interrompu, réessayer dans {-(-left // timedelta(seconds=1))} s.",
    )


def _overtaken() -> Conflict:
    return Conflict.because(
        "import-overtaken",
        "Cet import n'a plus donné signe de vie, et sa place a été prise.",
        "Recommencer l'import.",
    )
