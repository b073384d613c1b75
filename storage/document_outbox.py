"""What leaves with the documents, in its tables: the port `Departures` (prescription/documents/ports.py).

Whatever changes a dispatch or a departure of it locks the row of the dispatch first, so that a call that takes one back
and a worker that sends it see each other. A new dispatch is one row; its departures get rows of their own when it is
first changed, or when the worker splits it.
"""

import base64
import binascii
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, and_, insert, select, text, update

from kernel.errors import Invalid
from kernel.ins import Ins
from prescription.documents.choices import Act
from prescription.documents.departure import Channel, Departure, DepartureState
from prescription.documents.dispatch import Dispatch
from prescription.documents.ports import Activity, DepartureEntry, WrittenDocument
from prescription.documents.receipt import Outcome
from prescription.epu_code import EpuCode
from prescription.people import IdentityStatus
from storage.document_contents import SqlContents
from storage.document_sealing import code_digest, opened, patient_digest, place, sealed_columns
from storage.document_tables import activity, departures, dispatches
from storage.driver import Prepared, Value
from storage.engine import is_writing
from storage.instants import from_micros, to_micros
from storage.json_codec import NotOurs, read_json, write_json
from storage.peppers import Peppers
from storage.sealing import SealBroken
from storage.tables import insert_if_absent

_CDA, _PDF, _MAIL = "cda", "pdf", "mail"
_ENTRY_COLUMNS = [
    departures.c[name]
    for name in ("number", "id", "channel", "state", "withdrawal", "attempts", "due", "changed", "error", "receipt")
]
_LONGEST_ERROR = 64
_log = logging.getLogger(__name__)
_DUE_STATES = (DepartureState.READY.value, DepartureState.WAITING_DELAY.value)

_UNANSWERED = Prepared(
    text(
        "INSERT INTO document_dispatch (id, lookup, fresh, purge_after, kid, salt, nonce, sealed)"
        " SELECT :id, :lookup, :fresh, :purge_after, :kid, :salt, :nonce, :sealed"
        " WHERE NOT EXISTS (SELECT 1 FROM document_choice WHERE patient = :of AND act = :act)"
        " ON CONFLICT DO NOTHING RETURNING id"
    )
)


class SqlDepartures:
    """The outbox over one connection, inside one transaction."""

    def __init__(self, connection: Connection, peppers: Peppers) -> None:
        self._connection = connection
        self._peppers = peppers
        self._contents = SqlContents(connection, peppers)

    def submit(self, dispatch: Dispatch) -> bool:
        """One row; False when there is one for this code, under whichever pepper."""
        if len(self._peppers.all) > 1 and self._row_of(dispatch.code) is not None:
            return False
        return insert_if_absent(self._connection, dispatches, self._new_row(dispatch))

    def submit_unanswered(self, dispatch: Dispatch, patient: Ins) -> bool:
        """One row by one statement, unless the patient ever answered; False during a rotation, too."""
        if len(self._peppers.all) > 1:
            return False
        pepper = self._peppers.current
        of: dict[str, Value] = {"of": patient_digest(pepper, patient), "act": Act.FEED.value}
        return _UNANSWERED.row(self._connection, self._new_row(dispatch) | of) is not None

    def of_code(self, code: EpuCode) -> Dispatch | None:
        """The dispatch of a code."""
        row = self._row_of(code)
        found = None if row is None else self._read(row)
        if found is not None and found.code != code:
            raise SealBroken("a sealed dispatch is of another code")
        return found

    def of_departure(self, id_: str) -> Dispatch | None:
        """The dispatch of a departure that has a row."""
        query = select(departures.c.dispatch).where(departures.c.id == id_)
        owner = self._connection.scalar(query)
        return None if owner is None else self._of_id(owner)

    def save(self, dispatch: Dispatch, changed: Sequence[Departure], now: datetime) -> None:
        """Keeps the dispatch and its departures; deletes what it no longer needs."""
        row = self._connection.execute(
            select(dispatches.c.fresh).where(dispatches.c.id == dispatch.id).with_for_update()
        ).one()
        if row.fresh:
            self._count_made([dispatch])
            changed = dispatch.departures
        for departure in changed:
            self._put(dispatch, departure)
        self._keep(dispatch, rewritten=True)

    def has_new(self) -> bool:
        """Whether a dispatch waits to be split."""
        return self._connection.scalar(select(dispatches.c.id).where(dispatches.c.fresh).limit(1)) is not None

    def split(self, now: datetime, limit: int = 100) -> int:
        """Gives new dispatches their rows; those that another process holds are left to it."""
        query = select(dispatches).where(dispatches.c.fresh).order_by(dispatches.c.id).limit(limit)
        rows = self._connection.execute(query.with_for_update(skip_locked=True)).mappings().all()
        made = []
        for row in rows:
            try:
                made.append(self._read(row))
            except SealBroken:  # it must not hold up the others: whoever asks for it is told
                _log.error("dispatch %s cannot be opened: its row was changed", row["id"])
                self._connection.execute(update(dispatches).where(dispatches.c.id == row["id"]).values(fresh=False))
        for dispatch in made:
            for departure in dispatch.departures:
                self._put(dispatch, departure)
            self._keep(dispatch)
        self._count_made(made)
        return len(rows)

    def due(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Those that may be taken, the oldest first."""
        c = departures.c
        query = select(c.id).where(c.state.in_(_DUE_STATES), c.due <= to_micros(now)).order_by(c.due).limit(limit)
        return list(self._connection.scalars(query))

    def take(self, id_: str, now: datetime) -> tuple[Dispatch, Departure] | None:
        """Takes one, the dispatch locked meanwhile."""
        dispatch = self.of_departure(id_)
        found = dispatch.departure(id_) if dispatch is not None else None
        if dispatch is None or found is None or not found.is_due(now):
            return None
        taken = found.taken(now)
        self._put(dispatch, taken)
        return dispatch, taken

    def settle(self, taken: Departure, after: Departure, now: datetime) -> bool:
        """Writes what became of one, while it is still in the hands of who took it."""
        dispatch = self.of_departure(taken.id)
        held = dispatch.departure(taken.id) if dispatch is not None else None
        if dispatch is None or held != taken:
            return False
        done = dispatch.with_departures([after])
        self._put(done, after)
        if not after.state.needs_content:
            self._keep(done)
        if after.state is DepartureState.SENT and not after.withdrawal:
            fed = after.channel is Channel.DMP
            self._count(dispatch.finess, now.date(), dispatch.identity, 0, int(fed), int(not fed))
        return True

    def written(self, dispatch: Dispatch) -> WrittenDocument | None:
        """The document, when it was written."""
        cda, pdf = (self._contents.read(dispatch.id, part) for part in (_CDA, _PDF))
        return None if cda is None or pdf is None else WrittenDocument(cda, pdf)

    def keep_written(self, dispatch: Dispatch, document: WrittenDocument) -> WrittenDocument:
        """Keeps the document unless one is kept; nothing of an order that was called back meanwhile."""
        held = self._of_id(dispatch.id)
        if held is None or held.order is None:
            return document
        if (kept := self.written(dispatch)) is not None:
            return kept
        self._contents.write(dispatch.id, _CDA, document.cda)
        self._contents.write(dispatch.id, _PDF, document.pdf)
        return document

    def message(self, departure: Departure) -> bytes | None:
        """The mail, when it was written."""
        return self._contents.read(departure.id, _MAIL)

    def keep_message(self, departure: Departure, message: bytes) -> bytes:
        """Keeps the mail unless one is kept; nothing of one that was called back meanwhile."""
        dispatch = self.of_departure(departure.id)
        held = dispatch.departure(departure.id) if dispatch is not None else None
        if held is None or not held.state.needs_content:
            return message
        if (kept := self.message(departure)) is not None:
            return kept
        self._contents.write(departure.id, _MAIL, message)
        return message

    def entries(
        self, state: DepartureState | None, count: int, cursor: str | None
    ) -> tuple[Sequence[DepartureEntry], str | None]:
        """Departures, the last made first."""
        c = departures.c
        query = select(*_ENTRY_COLUMNS)
        if state is not None:
            query = query.where(c.state == state.value)
        if cursor is not None:
            query = query.where(c.number < read_number(cursor))
        rows = self._connection.execute(query.order_by(c.number.desc()).limit(count + 1)).all()
        page = rows[:count]
        following = write_number(page[-1].number) if page and len(rows) > count else None
        return [_entry(row) for row in page], following

    def activity(self, finess: str | None, start: date | None, end: date | None) -> Sequence[Activity]:
        """The numbers, by day, structure, identity status."""
        c = activity.c
        query = select(activity).order_by(c.day, c.finess, c.identity)
        if finess is not None:
            query = query.where(c.finess == finess)
        if start is not None:
            query = query.where(c.day >= start)
        if end is not None:
            query = query.where(c.day <= end)
        return [
            Activity(row.finess, row.day, IdentityStatus(row.identity), row.made, row.fed, row.mailed)
            for row in self._connection.execute(query)
        ]

    def _new_row(self, dispatch: Dispatch) -> dict[str, Value]:
        pepper = self._peppers.current
        row: dict[str, Value] = {
            "id": dispatch.id,
            "lookup": code_digest(pepper, dispatch.code),
            "fresh": True,
            "purge_after": dispatch.keep_until,
        }
        return row | sealed_columns(pepper, place("dispatch", dispatch.id), write_json(dispatch))

    def _row_of(self, code: EpuCode) -> RowMapping | None:
        digests = [code_digest(pepper, code) for pepper in self._peppers.all]
        return self._locked_row(dispatches.c.lookup.in_(digests))

    def _of_id(self, id_: str) -> Dispatch | None:
        row = self._locked_row(dispatches.c.id == id_)
        return None if row is None else self._read(row)

    def _locked_row(self, which: ColumnElement[bool]) -> RowMapping | None:
        query = select(dispatches).where(which)
        if is_writing(self._connection):
            query = query.with_for_update()
        return self._connection.execute(query).mappings().first()

    def _read(self, row: RowMapping) -> Dispatch:
        plain = opened(self._peppers, place("dispatch", row["id"]), row)
        try:
            dispatch = read_json(Dispatch, plain)
        except NotOurs:
            raise SealBroken("a sealed dispatch cannot be read") from None
        if row["fresh"]:
            return dispatch
        query = select(departures).where(departures.c.dispatch == row["id"]).order_by(departures.c.number)
        held = tuple(self._departure(each) for each in self._connection.execute(query).mappings())
        return replace(dispatch, departures=held)

    def _departure(self, row: RowMapping) -> Departure:
        recipient = opened(self._peppers, place("departure", row["id"]), row).decode("utf-8")
        first = row["first_tried"]
        return Departure(
            id=row["id"],
            channel=Channel(row["channel"]),
            state=DepartureState(row["state"]),
            not_before=from_micros(row["not_before"]),
            due=from_micros(row["due"]),
            changed=from_micros(row["changed"]),
            recipient=recipient,
            withdrawal=row["withdrawal"],
            attempts=row["attempts"],
            failures=row["failures"],
            first_tried=None if first is None else from_micros(first),
            error=row["error"],
            receipt=_outcome(row["receipt"]),
        )

    def _put(self, dispatch: Dispatch, departure: Departure) -> None:
        """Writes the row of a departure; a mail that will not leave any more is deleted."""
        moving: dict[str, Value] = {
            "state": departure.state.value,
            "withdrawal": departure.withdrawal,
            "attempts": departure.attempts,
            "failures": departure.failures,
            "not_before": to_micros(departure.not_before),
            "due": to_micros(departure.due),
            "changed": to_micros(departure.changed),
            "first_tried": None if departure.first_tried is None else to_micros(departure.first_tried),
            "error": departure.error[:_LONGEST_ERROR],
            "receipt": departure.receipt.value if departure.receipt else None,
        }
        done = self._connection.execute(update(departures).where(departures.c.id == departure.id).values(moving))
        if done.rowcount == 0:
            where = place("departure", departure.id)
            fixed = {"id": departure.id, "dispatch": dispatch.id, "channel": departure.channel.value}
            sealed = sealed_columns(self._peppers.current, where, departure.recipient.encode("utf-8"), 128)
            self._connection.execute(insert(departures).values(fixed | moving | sealed))
        if not departure.state.needs_content:
            self._contents.delete([departure.id])

    def _keep(self, dispatch: Dispatch, *, rewritten: bool = False) -> None:
        """Writes the dispatch without its departures; the document written of it goes when the order does, or when the
        order it was written of may have changed."""
        pepper = self._peppers.current
        outline = replace(dispatch, departures=())
        sealed = sealed_columns(pepper, place("dispatch", dispatch.id), write_json(outline))
        values = sealed | {"fresh": False, "lookup": code_digest(pepper, dispatch.code)}
        self._connection.execute(update(dispatches).where(dispatches.c.id == dispatch.id).values(values))
        if dispatch.order is None or rewritten:
            self._contents.delete([dispatch.id])

    def _count_made(self, made: Iterable[Dispatch]) -> None:
        counted = Counter((each.finess, each.made.date(), each.identity) for each in made)
        for (finess, day, identity), count in sorted(counted.items()):
            self._count(finess, day, identity, count, 0, 0)

    def _count(self, finess: str, day: date, identity: IdentityStatus, made: int, fed: int, mailed: int) -> None:
        key: dict[str, Value] = {"finess": finess, "day": day, "identity": identity.value}
        insert_if_absent(self._connection, activity, key | {"made": 0, "fed": 0, "mailed": 0})
        c = activity.c
        here = and_(c.finess == finess, c.day == day, c.identity == identity.value)
        self._connection.execute(
            update(activity).where(here).values(made=c.made + made, fed=c.fed + fed, mailed=c.mailed + mailed)
        )


def _entry(row: Row[tuple[object, ...]]) -> DepartureEntry:
    return DepartureEntry(
        row.id,
        Channel(row.channel),
        DepartureState(row.state),
        row.withdrawal,
        row.attempts,
        from_micros(row.due),
        from_micros(row.changed),
        row.error,
        _outcome(row.receipt),
    )


def _outcome(receipt: str | None) -> Outcome | None:
    return None if receipt is None else Outcome(receipt)


def write_number(number: int) -> str:
    """A cursor: where a page ended."""
    return base64.urlsafe_b64encode(str(number).encode("ascii")).decode("ascii").rstrip("=")


def read_number(cursor: str) -> int:
    """The number of a cursor; `Invalid` (`bad-cursor`) when it is none of ours."""
    try:
        return int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii"))
    except (ValueError, binascii.Error):
        raise Invalid.because("bad-cursor", "Ce curseur n'est pas de cette liste.", "Reprendre la liste.") from None
