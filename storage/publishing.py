"""Versions, subscribers and deliveries of published catalogues in the base: the port `PublishingStore`."""

import hashlib
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, Select, delete, insert, select, update

from kernel.errors import Conflict
from storage.engine import transaction
from storage.instants import from_micros, to_micros
from storage.json_codec import read_json, write_json
from storage.publishing_tables import deliveries, mapping_changes, subscribers, versions
from storage.tables import insert_if_absent
from terminology.lab_catalogue import LabCatalogue
from terminology.publishing.delivery import Delivery, DeliveryState, Subscriber
from terminology.publishing.version import CatalogueVersion, MappingAction, MappingChange, VersionState

_HEADS = [versions.c[f.name] for f in fields(CatalogueVersion)]
_OPEN = tuple(state.value for state in VersionState if state.is_open)
_WAITING = tuple(state.value for state in DeliveryState if state.is_waiting)
_Values = dict[str, str | int | bytes | None]


class SqlPublishing:
    """The store over one engine; safe to share between threads, and between processes that share the base."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def versions(self, finess: str) -> tuple[CatalogueVersion, ...]:
        """All versions of a laboratory, the first one first."""
        query: Select[tuple[object, ...]] = select(*_HEADS).where(versions.c.finess == finess)
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(_version, connection.execute(query.order_by(versions.c.number))))

    def content(self, finess: str, number: int) -> bytes | None:
        """The exact bytes of a version."""
        query = select(versions.c.content).where(*_version_key(finess, number))
        with transaction(self._engine, writing=False) as connection:
            found = connection.scalar(query)
        return None if found is None else found.encode("utf-8")

    def catalogue(self, finess: str, number: int) -> LabCatalogue | None:
        """The catalogue of a version."""
        content = self.content(finess, number)
        return None if content is None else read_json(LabCatalogue, content)

    def save_draft(self, version: CatalogueVersion, catalogue: LabCatalogue, revision: int) -> CatalogueVersion:
        """Keeps a draft in place of the one at `revision`, 0 for a new one."""
        content = write_json(catalogue)
        kept = replace(version, sha256=hashlib.sha256(content).hexdigest(), revision=revision + 1)
        row = {**_row(kept), "content": content.decode("utf-8")}
        with transaction(self._engine, writing=True) as connection:
            if revision == 0:
                done = insert_if_absent(connection, versions, row)
            else:
                here = (*_version_key(version.finess, version.number), versions.c.revision == revision)
                changed = update(versions).where(*here, versions.c.state.in_(_OPEN)).values(row)
                done = connection.execute(changed).rowcount == 1
            if not done:
                raise _changed()
            connection.commit()
        return kept

    def publish(
        self,
        version: CatalogueVersion,
        ended: Sequence[CatalogueVersion],
        changes: Sequence[MappingChange],
        queued: Sequence[Delivery],
    ) -> None:
        """All of a publication or nothing."""
        key = _version_key(version.finess, version.number)
        as_read = (versions.c.revision == version.revision, versions.c.sha256 == version.sha256)
        with transaction(self._engine, writing=True) as connection:
            became = update(versions).where(*key, *as_read, versions.c.state.in_(_OPEN))
            if connection.execute(became.values(_publication(version))).rowcount != 1:
                raise _changed()
            for old in ended:
                connection.execute(
                    update(versions).where(*_version_key(old.finess, old.number)).values(_publication(old))
                )
            _skip(connection, deliveries.c.finess == version.finess, deliveries.c.version < version.number)
            if changes:
                rows = [{**_row(change), "finess": version.finess} for change in changes]
                connection.execute(insert(mapping_changes), rows)
            if queued:
                connection.execute(insert(deliveries), [_row(delivery) for delivery in queued])
            connection.commit()

    def mapping_changes(self, finess: str) -> tuple[MappingChange, ...]:
        """The history of mapping changes, the first one first."""
        query = select(mapping_changes).where(mapping_changes.c.finess == finess).order_by(mapping_changes.c.id)
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(_change, connection.execute(query)))

    def subscribers(self, finess: str) -> tuple[Subscriber, ...]:
        """The subscribers of a laboratory, by name."""
        query = select(subscribers.c.content).where(subscribers.c.finess == finess).order_by(subscribers.c.name)
        with transaction(self._engine, writing=False) as connection:
            return tuple(read_json(Subscriber, row.content.encode("utf-8")) for row in connection.execute(query))

    def save_subscriber(self, finess: str, subscriber: Subscriber) -> None:
        """Adds a subscriber, or changes the one of that name."""
        content = write_json(subscriber).decode("utf-8")
        row = {"finess": finess, "name": subscriber.name, "content": content}
        here = (subscribers.c.finess == finess) & (subscribers.c.name == subscriber.name)
        with transaction(self._engine, writing=True) as connection:
            if not insert_if_absent(connection, subscribers, row):
                connection.execute(update(subscribers).where(here).values(content=content))
            connection.commit()

    def delete_subscriber(self, finess: str, name: str) -> bool:
        """Ends a subscription, what waits for it becoming `skipped`."""
        here = (subscribers.c.finess == finess) & (subscribers.c.name == name)
        with transaction(self._engine, writing=True) as connection:
            done = connection.execute(delete(subscribers).where(here)).rowcount == 1
            _skip(connection, deliveries.c.finess == finess, deliveries.c.subscriber == name)
            connection.commit()
        return done

    def deliveries(self, finess: str = "", states: Sequence[DeliveryState] = ()) -> tuple[Delivery, ...]:
        """Those of a laboratory, of all when empty, in these states or any, in the order of emission."""
        column = deliveries.c
        query = select(deliveries).order_by(column.finess, column.subscriber, column.version, column.rank)
        if finess:
            query = query.where(column.finess == finess)
        if states:
            query = query.where(column.state.in_([state.value for state in states]))
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(_delivery, connection.execute(query)))

    def queue(self, queued: Sequence[Delivery]) -> None:
        """Adds those that are not there yet; what was queued before keeps its bytes."""
        with transaction(self._engine, writing=True) as connection:
            for delivery in queued:
                insert_if_absent(connection, deliveries, _row(delivery))
            connection.commit()

    def take(self, delivery: Delivery, now: datetime, until: datetime) -> Delivery | None:
        """Marks one that waits as being sent until then; None when another has taken it."""
        taken = replace(delivery, state=DeliveryState.SENDING, attempts=delivery.attempts + 1, due=until, sent=now)
        return taken if self.settle(delivery, taken) else None

    def settle(self, taken: Delivery, after: Delivery) -> bool:
        """Writes what came of it; False when it is no longer as `taken`."""
        row = _row(after)
        key = ("finess", "subscriber", "version", "rank", "state", "attempts", "due")
        was = _row(taken)
        never = (*key[:4], "data", "sha256", "identifier", "queued")
        values = {name: value for name, value in row.items() if name not in never}
        with transaction(self._engine, writing=True) as connection:
            done = connection.execute(
                update(deliveries).where(*(deliveries.c[name] == was[name] for name in key)).values(values)
            ).rowcount
            connection.commit()
        return done == 1


def _skip(connection: Connection, *which: ColumnElement[bool]) -> None:
    """What waits is no longer to be sent; whoever is sending it now finds its state changed, and leaves it so."""
    waiting = deliveries.c.state.in_(_WAITING)
    connection.execute(update(deliveries).where(*which, waiting).values(state=DeliveryState.SKIPPED.value))


def _version_key(finess: str, number: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return versions.c.finess == finess, versions.c.number == number


def _changed() -> Conflict:
    return Conflict.because(
        "version-changed", "La version a changé entre-temps, ou n'est plus un brouillon.", "Relire, puis recommencer."
    )


def _publication(version: CatalogueVersion) -> _Values:
    row = _row(version)
    return {name: row[name] for name in ("state", "effective_to", "published")}


def _row(value: CatalogueVersion | Delivery | MappingChange) -> _Values:
    """The fields as columns: instants as microseconds, states as text."""
    return {f.name: _column(getattr(value, f.name)) for f in fields(value)}


def _column(value: object) -> str | int | bytes | None:
    if isinstance(value, datetime):
        return to_micros(value)
    if isinstance(value, VersionState | DeliveryState | MappingAction):
        return value.value
    assert value is None or isinstance(value, str | int | bytes)
    return value


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _version(row: Row[tuple[object, ...]]) -> CatalogueVersion:
    return CatalogueVersion(
        finess=row.finess,
        number=row.number,
        state=VersionState(row.state),
        author=row.author,
        created=from_micros(row.created),
        effective_from=from_micros(row.effective_from),
        sha256=row.sha256,
        note=row.note,
        revision=row.revision,
        effective_to=_instant(row.effective_to),
        published=_instant(row.published),
    )


def _change(row: Row[tuple[object, ...]]) -> MappingChange:
    action, at = MappingAction(row.action), from_micros(row.at)
    return MappingChange(row.version, row.local_code, row.field, action, row.before, row.after, row.author, at)


def _delivery(row: Row[tuple[object, ...]]) -> Delivery:
    return Delivery(
        finess=row.finess,
        subscriber=row.subscriber,
        version=row.version,
        rank=row.rank,
        identifier=row.identifier,
        data=bytes(row.data),
        sha256=row.sha256,
        state=DeliveryState(row.state),
        queued=from_micros(row.queued),
        due=from_micros(row.due),
        attempts=row.attempts,
        sent=_instant(row.sent),
        answered=_instant(row.answered),
        reply=bytes(row.reply),
        detail=row.detail,
    )
