"""Releases side by side in the base, one of them active (terminology.md §1.4.10-11): the `ReleaseStore` port."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Engine, insert, select, update

from kernel.clock import Clock
from kernel.errors import Conflict
from storage.engine import transaction
from storage.instants import from_micros, to_micros
from storage.locks import Lock, hold
from storage.release_rows import all_records, find_record, opened
from storage.staging import SqlStaging, begin, forget_dead
from storage.tables import active, documents, release_events, releases
from terminology.release import Release
from terminology.release_record import ActiveRelease, ReleaseRecord, ReleaseStatus


class ReleaseAction(StrEnum):
    """What the log of the releases tells."""

    ACTIVATED = "activated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ReleaseEvent:
    """One line of the log: who did what to which release."""

    at: datetime
    by: str
    action: ReleaseAction
    name: str


class SqlReleases:
    """The `ReleaseStore` port; safe to share between threads, and between processes that share the base."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    @contextmanager
    def staging(self, source_name: str, by: str, now: datetime) -> Iterator[SqlStaging]:
        """Begins an import; `Conflict` (`import-running`) while another is alive."""
        staging = begin(self._engine, self._clock, source_name, by, now)
        try:
            yield staging
        finally:
            staging.leave()

    def records(self) -> tuple[ReleaseRecord, ...]:
        """All releases, the last published first."""
        with transaction(self._engine, writing=False) as connection:
            return all_records(connection)

    def record(self, name: str) -> ReleaseRecord:
        """One release; `NotFound` (`unknown-release`)."""
        with transaction(self._engine, writing=False) as connection:
            return find_record(connection, name)

    def active(self) -> ActiveRelease | None:
        """What is served; None before the first activation."""
        with transaction(self._engine, writing=False) as connection:
            return _pointer(connection)

    def load(self, name: str) -> Release:
        """The content, its digest checked; `Unavailable` (`release-damaged`, `release-unreadable`)."""
        with transaction(self._engine, writing=False) as connection:
            record = find_record(connection, name)
            query = select(documents.c.content, releases.c.content_sha256).join(releases)
            packed, digest = connection.execute(query.where(documents.c.name == record.name)).one()
        return opened(packed, digest, record)

    def report(self, name: str) -> bytes:
        """The import report, byte for byte."""
        with transaction(self._engine, writing=False) as connection:
            record = find_record(connection, name)
            query = select(documents.c.report).where(documents.c.name == record.name)
            return bytes(connection.execute(query).scalar_one())

    def history(self) -> tuple[ReleaseEvent, ...]:
        """Every activation and withdrawal, oldest first."""
        with transaction(self._engine, writing=False) as connection:
            rows = connection.execute(select(release_events).order_by(release_events.c.id)).mappings()
            return tuple(
                ReleaseEvent(from_micros(row["at"]), row["done_by"], ReleaseAction(row["action"]), row["name"])
                for row in rows
            )

    def activate(self, name: str, by: str, now: datetime) -> ActiveRelease:
        """Points to this release; `Conflict` (`withdrawn`). Activating the active one changes nothing."""
        with self._alone() as connection:
            record = find_record(connection, name)
            if record.status is ReleaseStatus.WITHDRAWN:
                raise Conflict.because(
                    "withdrawn",
                    f"La version {record.name} a été retirée.",
                    "En activer une autre, ou l'importer corrigée.",
                )
            before = _pointer(connection)
            if before is not None and before.name == record.name:
                return before
            now_active = ActiveRelease(record.name, before.activation + 1 if before else 1, now)
            _point(connection, now_active, by, first=before is None)
            _log(connection, ReleaseAction.ACTIVATED, record.name, by, now)
            connection.commit()
        return now_active

    def withdraw(self, name: str, by: str, now: datetime) -> ReleaseRecord:
        """Takes a release out of choice for good; `Conflict` (`release-active`). Doing it again changes nothing."""
        with self._alone() as connection:
            record = find_record(connection, name)
            if record.status is ReleaseStatus.ACTIVE:
                raise Conflict.because(
                    "release-active", f"La version {record.name} est active.", "En activer une autre, puis la retirer."
                )
            if record.status is ReleaseStatus.WITHDRAWN:
                return record
            connection.execute(update(releases).where(releases.c.name == record.name).values(withdrawn=True))
            _log(connection, ReleaseAction.WITHDRAWN, record.name, by, now)
            connection.commit()
        return replace(record, status=ReleaseStatus.WITHDRAWN)

    def clean(self, now: datetime) -> int:
        """Forgets imports whose process died; how many."""
        with self._alone() as connection:
            dead = forget_dead(connection, now)
            connection.commit()
        return dead

    @contextmanager
    def _alone(self) -> Iterator[Connection]:
        with transaction(self._engine, writing=True) as connection:
            hold(connection, Lock.RELEASES)
            yield connection


def _pointer(connection: Connection) -> ActiveRelease | None:
    row = connection.execute(select(active.c.name, active.c.activation, active.c.activated_at)).one_or_none()
    return None if row is None else ActiveRelease(row.name, row.activation, from_micros(row.activated_at))


def _point(connection: Connection, to: ActiveRelease, by: str, *, first: bool) -> None:
    values = {
        "name": to.name,
        "activation": to.activation,
        "activated_at": to_micros(to.activated_at),
        "activated_by": by,
    }
    connection.execute(insert(active).values(id=1, **values) if first else update(active).values(**values))


def _log(connection: Connection, action: ReleaseAction, name: str, by: str, now: datetime) -> None:
    connection.execute(insert(release_events).values(at=to_micros(now), done_by=by, action=action.value, name=name))
