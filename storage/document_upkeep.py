"""Looks after the documents: deletes what is past its time, and seals anew what lies under a former pepper.

A document, and what leaves with it, are kept as long as their order: three years after its validity. A choice stays
until another takes its place, which is kept beside it as a history for three years. The numbers by structure and day
are of no person, and stay.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, RowMapping, Table, delete, exists, select, update

from prescription.documents.dispatch import Dispatch
from prescription.documents.shared_document import SharedDocument
from storage.document_choices import KeptChoice, choice_place
from storage.document_contents import content_place
from storage.document_sealing import LARGE, SMALL, code_digest, opened, patient_digest, place, sealed_columns
from storage.document_tables import choices, contents, departures, dispatches, shared
from storage.driver import Value
from storage.engine import transaction
from storage.instants import to_micros
from storage.json_codec import read_json
from storage.peppers import Peppers

BATCH = 200
_HISTORY_KEPT = timedelta(days=3 * 365)


def purge_documents(connection: Connection, now: datetime, limit: int) -> int:
    """Deletes some of the documents and dispatches that are past their time, with their bytes; how many."""
    gone = 0
    for table in (dispatches, shared):
        past = select(table.c.id).where(table.c.purge_after < now.date()).order_by(table.c.purge_after).limit(limit)
        ids = list(connection.scalars(past.with_for_update(skip_locked=True)))
        if not ids:
            continue
        owners = list(ids)
        if table is dispatches:
            owners += connection.scalars(select(departures.c.id).where(departures.c.dispatch.in_(ids)))
            connection.execute(delete(departures).where(departures.c.dispatch.in_(ids)))
        connection.execute(delete(contents).where(contents.c.owner.in_(owners)))
        connection.execute(delete(table).where(table.c.id.in_(ids)))
        gone += len(ids)
    return gone


def purge_choices(connection: Connection, now: datetime) -> None:
    """Deletes choices that another took the place of, once they are old."""
    later = choices.alias()
    replaced = exists().where(
        later.c.patient == choices.c.patient, later.c.act == choices.c.act, later.c.number > choices.c.number
    )
    connection.execute(delete(choices).where(choices.c.at < to_micros(now - _HISTORY_KEPT), replaced))


def reseal_documents(engine: Engine, peppers: Peppers) -> int:
    """Seals anew, batch by batch, what lies under former peppers; how many rows. Two at once share the work."""
    if not peppers.former:
        return 0
    done = 0
    for table in _RESEALED:
        while moved := _reseal_batch(engine, peppers, table):
            done += moved
    return done


@dataclass(frozen=True, slots=True)
class _Resealed:
    """How a table is sealed anew: where its rows are, and what is found by a keyed digest."""

    table: Table
    place_of: Callable[[RowMapping], bytes]
    digests_of: Callable[[Peppers, bytes], dict[str, Value]]
    step: int = SMALL


def _reseal_batch(engine: Engine, peppers: Peppers, resealed: _Resealed) -> int:
    table = resealed.table
    former = [pepper.kid for pepper in peppers.former]
    with transaction(engine, writing=True) as connection:
        query = select(table).where(table.c.kid.in_(former)).limit(BATCH).with_for_update(skip_locked=True)
        rows = connection.execute(query).mappings().all()
        for row in rows:
            where = resealed.place_of(row)
            plain = opened(peppers, where, row)
            values = sealed_columns(peppers.current, where, plain, resealed.step)
            here = [column == row[column.name] for column in table.primary_key.columns]
            connection.execute(update(table).where(*here).values(values | resealed.digests_of(peppers, plain)))
        connection.commit()
    return len(rows)


def _no_digest(_peppers: Peppers, _plain: bytes) -> dict[str, Value]:
    return {}


def _of_dispatch(peppers: Peppers, plain: bytes) -> dict[str, Value]:
    return {"lookup": code_digest(peppers.current, read_json(Dispatch, plain).code)}


def _of_shared(peppers: Peppers, plain: bytes) -> dict[str, Value]:
    metadata = read_json(SharedDocument, plain).metadata
    digests: dict[str, Value] = {"lookup": code_digest(peppers.current, metadata.unique_id)}
    if metadata.patient.ins is not None:
        digests["patient"] = patient_digest(peppers.current, metadata.patient.ins)
    return digests


def _of_choice(peppers: Peppers, plain: bytes) -> dict[str, Value]:
    return {"patient": patient_digest(peppers.current, read_json(KeptChoice, plain).patient)}


_RESEALED = (
    _Resealed(dispatches, lambda row: place("dispatch", row["id"]), _of_dispatch),
    _Resealed(departures, lambda row: place("departure", row["id"]), _no_digest, 128),
    _Resealed(shared, lambda row: place("shared", row["id"]), _of_shared),
    _Resealed(contents, lambda row: content_place(row["owner"], row["part"]), _no_digest, LARGE),
    _Resealed(choices, lambda row: choice_place(row["act"]), _of_choice),
)
