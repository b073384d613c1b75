"""Catalogues received from laboratories, in the base: the port `ReceivingStore`."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, delete, func, insert, select, update

from kernel.errors import Conflict
from storage.engine import transaction
from storage.instants import from_micros, to_micros
from storage.locks import hold_digest
from storage.receiving_tables import arrivals, messages, notes, suppliers
from storage.tables import insert_if_absent
from terminology.receiving.arrival import Arrival, ReceivedMessage, arrival_of
from terminology.receiving.note import ExamNote
from terminology.receiving.supplier import Supplier


class SqlReceiving:
    """The store over one engine; safe to share between threads, and between processes that share the base."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def suppliers(self) -> tuple[Supplier, ...]:
        """Every supplier, by FINESS."""
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(_supplier, connection.execute(select(suppliers).order_by(suppliers.c.finess))))

    def supplier(self, finess: str) -> Supplier | None:
        """The one of a FINESS."""
        with transaction(self._engine, writing=False) as connection:
            found = connection.execute(select(suppliers).where(suppliers.c.finess == finess)).first()
        return _supplier(found) if found else None

    def save_supplier(self, supplier: Supplier) -> None:
        """Adds one, or changes the one of that FINESS."""
        row = {
            "finess": supplier.finess,
            "application": supplier.application,
            "name": supplier.name,
            "processing": supplier.processing,
        }
        with transaction(self._engine, writing=True) as connection:
            if not insert_if_absent(connection, suppliers, row):
                connection.execute(update(suppliers).where(suppliers.c.finess == supplier.finess).values(row))
            connection.commit()

    def delete_supplier(self, finess: str) -> bool:
        """Takes nothing more from it."""
        with transaction(self._engine, writing=True) as connection:
            done = connection.execute(delete(suppliers).where(suppliers.c.finess == finess)).rowcount == 1
            connection.commit()
        return done

    def remembered(self, finess: str, application: str, control_id: str) -> ReceivedMessage | None:
        """The message known by this MSH-10 of this sender."""
        with transaction(self._engine, writing=False) as connection:
            found = connection.execute(select(messages).where(*_sender(finess, application, control_id))).first()
        return _message(found) if found else None

    def accept(self, messages_: Sequence[ReceivedMessage], now: datetime, *, whole: bool = False) -> Arrival:
        """Keeps messages that were accepted together; the arrival they became."""
        finess = messages_[0].finess
        with transaction(self._engine, writing=True) as connection:
            hold_digest(
                connection, hashlib.sha256(f"lcsd_arrival {finess}".encode()).digest()
            )  # joined one after the other
            arrival = arrival_of(messages_, _last_arrival(connection, finess), now, whole=whole)
            arrival = _write_arrival(connection, arrival)
            for message in messages_:
                _write_message(connection, message, arrival.number)
            connection.commit()
        return arrival

    def refuse(self, messages_: Sequence[ReceivedMessage]) -> None:
        """Keeps messages that were refused."""
        with transaction(self._engine, writing=True) as connection:
            for message in messages_:
                here = _sender(message.finess, message.application, message.control_id)
                if not insert_if_absent(connection, messages, _row(message, 0)):
                    connection.execute(update(messages).where(*here, messages.c.arrival == 0).values(_row(message, 0)))
            connection.commit()

    def arrivals(self, finess: str) -> tuple[Arrival, ...]:
        """The arrivals of a laboratory in the order they came."""
        query = select(arrivals).where(arrivals.c.finess == finess).order_by(arrivals.c.number)
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(_arrival, connection.execute(query)))

    def arrival_messages(self, numbers: Sequence[int]) -> tuple[ReceivedMessage, ...]:
        """The messages of arrivals, the last that came first."""
        query = select(messages).where(messages.c.arrival.in_(numbers), messages.c.arrival != 0)
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(_message, connection.execute(query.order_by(messages.c.id.desc()))))

    def messages(self, finess: str, limit: int = 100) -> tuple[ReceivedMessage, ...]:
        """The last messages of a laboratory, the last first, without their bytes."""
        told = [column for column in messages.c if column.name not in ("data", "reply")]
        query = (
            select(*told).where(messages.c.finess == finess).order_by(messages.c.received.desc(), messages.c.id.desc())
        )
        with transaction(self._engine, writing=False) as connection:
            return tuple(_message(row, b"", b"") for row in connection.execute(query.limit(limit)))

    def notes(self, finess: str) -> tuple[ExamNote, ...]:
        """The local notes on a laboratory's exams, by local code."""
        query = select(notes).where(notes.c.finess == finess).order_by(notes.c.local_code)
        with transaction(self._engine, writing=False) as connection:
            found = (ExamNote(r.finess, r.local_code, r.text, r.hidden) for r in connection.execute(query))
            return tuple(note for note in found if note.text or note.hidden)

    def save_note(self, note: ExamNote) -> None:
        """Writes a note in place of the one there was; one that says nothing more stays as an empty row."""
        row: dict[str, str | int] = {
            "finess": note.finess,
            "local_code": note.local_code,
            "text": note.text,
            "hidden": note.hidden,
        }
        here = (notes.c.finess == note.finess, notes.c.local_code == note.local_code)
        with transaction(self._engine, writing=True) as connection:
            if not insert_if_absent(connection, notes, {**row, "revision": 1}):
                connection.execute(update(notes).where(*here).values(**row, revision=notes.c.revision + 1))
            connection.commit()

    def edition(self, finess: str, now: datetime) -> int:
        """Grows with every switch and every note."""
        switched = select(func.count()).where(arrivals.c.finess == finess, arrivals.c.due <= to_micros(now))
        noted = select(func.coalesce(func.sum(notes.c.revision), 0)).where(notes.c.finess == finess)
        with transaction(self._engine, writing=False) as connection:
            number = connection.scalar(switched) or 0
            return number + int(connection.scalar(noted) or 0) if number else 0


def _last_arrival(connection: Connection, finess: str) -> Arrival | None:
    query = select(arrivals).where(arrivals.c.finess == finess).order_by(arrivals.c.number.desc()).limit(1)
    found = connection.execute(query).first()
    return _arrival(found) if found else None


def _write_arrival(connection: Connection, arrival: Arrival) -> Arrival:
    row = {
        "finess": arrival.finess,
        "effective": to_micros(arrival.effective),
        "due": to_micros(arrival.due),
        "whole": arrival.whole,
        "events": " ".join(arrival.events),
    }
    if arrival.number:
        connection.execute(update(arrivals).where(arrivals.c.number == arrival.number).values(row))
        return arrival
    number = connection.execute(insert(arrivals).values(row).returning(arrivals.c.number)).scalar_one()
    return replace(arrival, number=number)


def _write_message(connection: Connection, message: ReceivedMessage, arrival: int) -> None:
    """One that was refused before under the same MSH-10 becomes what it is now."""
    row = _row(message, arrival)
    if not insert_if_absent(connection, messages, row):
        here = _sender(message.finess, message.application, message.control_id)
        done = connection.execute(update(messages).where(*here, messages.c.arrival == 0).values(row)).rowcount
        if done != 1:
            raise Conflict.because(
                "already-received", "Un message de cet identifiant vient d'être reçu.", "Envoyer à nouveau le même."
            )


def _sender(finess: str, application: str, control_id: str) -> tuple[ColumnElement[bool], ...]:
    column = messages.c
    return column.finess == finess, column.application == application, column.control_id == control_id


def _row(message: ReceivedMessage, arrival: int) -> dict[str, str | int | bytes]:
    return {
        "finess": message.finess,
        "application": message.application,
        "control_id": message.control_id,
        "event": message.event,
        "sha256": message.sha256,
        "data": message.data,
        "received": to_micros(message.received),
        "effective": to_micros(message.effective),
        "code": message.code,
        "reply": message.reply,
        "detail": message.detail,
        "arrival": arrival,
    }


def _supplier(row: Row[tuple[object, ...]]) -> Supplier:
    return Supplier(row.finess, row.application, row.name, row.processing)


def _arrival(row: Row[tuple[object, ...]]) -> Arrival:
    return Arrival(
        row.number,
        row.finess,
        from_micros(row.effective),
        from_micros(row.due),
        bool(row.whole),
        tuple(row.events.split()),
    )


def _message(row: Row[tuple[object, ...]], data: bytes | None = None, reply: bytes | None = None) -> ReceivedMessage:
    return ReceivedMessage(
        row.finess,
        row.application,
        row.control_id,
        row.event,
        row.sha256,
        bytes(row.data) if data is None else data,
        from_micros(row.received),
        from_micros(row.effective),
        row.code,
        bytes(row.reply) if reply is None else reply,
        row.detail,
        row.arrival,
    )
