"""The store of documents embedded here, in its tables: the port `DmpGateway` (prescription/documents/ports.py).

`SqlDocuments` works inside one transaction, `DocumentStore` gives each call one of its own.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, RowMapping, and_, or_, select, update

from prescription.documents.ports import DocumentQuery, FedDocument, WrittenDocument
from prescription.documents.shared_document import DocumentStatus, SharedDocument
from prescription.documents.visibility import Visibility, restrictions_of
from prescription.epu_code import EpuCode
from storage.document_contents import SqlContents
from storage.document_outbox import read_number, write_number
from storage.document_sealing import code_digest, opened, patient_digest, place, sealed_columns
from storage.document_tables import shared
from storage.driver import Value
from storage.engine import is_writing, transaction
from storage.instants import from_micros, to_micros
from storage.json_codec import NotOurs, read_json, write_json
from storage.peppers import Peppers
from storage.sealing import SealBroken
from storage.tables import insert_if_absent

_T = TypeVar("_T")
_CDA, _PDF = "cda", "pdf"


class SqlDocuments:
    """The store over one connection, inside one transaction."""

    def __init__(self, connection: Connection, peppers: Peppers) -> None:
        self._connection = connection
        self._peppers = peppers
        self._contents = SqlContents(connection, peppers)

    def feed(self, document: FedDocument, now: datetime) -> str:
        """Takes a document in, unless one of its uniqueId is there."""
        known = self.of_code(document.metadata.unique_id)
        return known.id if known is not None else self._add(document, now)

    def replace(self, document: FedDocument, now: datetime) -> str:
        """Takes a correction in, and those it replaces out of use: of the same author and patient only."""
        id_ = self.feed(document, now)
        for code in document.metadata.replaces:
            before = self.of_code(code)
            same = before is not None and (before.feeder, before.metadata.patient.ins) == (
                document.feeder,
                document.metadata.patient.ins,
            )
            if before is not None and same and before.status is DocumentStatus.CURRENT:
                self._change(before.id, {"status": DocumentStatus.SUPERSEDED.value}, now)
        return id_

    def search(self, query: DocumentQuery) -> tuple[Sequence[SharedDocument], str | None]:
        """Documents of a patient, the last fed first."""
        c = shared.c
        digests = [patient_digest(pepper, ins) for pepper in self._peppers.all for ins in query.patients]
        chosen = select(shared).where(c.patient.in_(digests))
        if query.code is not None:
            chosen = chosen.where(c.lookup.in_([code_digest(pepper, query.code) for pepper in self._peppers.all]))
        if query.statuses:
            chosen = chosen.where(c.status.in_([status.value for status in query.statuses]))
        if query.start is not None:
            chosen = chosen.where(c.created >= query.start)
        if query.end is not None:
            chosen = chosen.where(c.created <= query.end)
        if query.cursor is not None:
            fed, id_ = _read_cursor(query.cursor)
            chosen = chosen.where(or_(c.fed < fed, and_(c.fed == fed, c.id < id_)))
        chosen = chosen.order_by(c.fed.desc(), c.id.desc()).limit(query.count + 1)
        rows = self._connection.execute(chosen).mappings().all()
        page = rows[: query.count]
        following = _write_cursor(page[-1]) if page and len(rows) > query.count else None
        found = [self._read(row) for row in page]
        if any(each.metadata.patient.ins not in query.patients for each in found):
            raise SealBroken("a sealed document is of another patient")
        return found, following

    def find(self, id_: str) -> SharedDocument | None:
        """One by its id."""
        row = self._row(shared.c.id == id_)
        return None if row is None else self._read(row)

    def of_code(self, code: EpuCode) -> SharedDocument | None:
        """The one of a code."""
        row = self._row(shared.c.lookup.in_([code_digest(pepper, code) for pepper in self._peppers.all]))
        found = None if row is None else self._read(row)
        if found is not None and found.metadata.unique_id != code:
            raise SealBroken("a sealed document is of another code")
        return found

    def retrieve(self, id_: str) -> WrittenDocument | None:
        """The bytes, as they came."""
        cda, pdf = self._contents.read(id_, _CDA), self._contents.read(id_, _PDF)
        return None if cda is None or pdf is None else WrittenDocument(cda, pdf)

    def deprecate(self, code: EpuCode, now: datetime) -> bool:
        """Out of use, whatever its status was."""
        found = self.of_code(code)
        if found is None:
            return False
        if found.status is not DocumentStatus.DEPRECATED:
            self._change(found.id, {"status": DocumentStatus.DEPRECATED.value}, now)
        return True

    def change_visibility(self, id_: str, visibility: Visibility, now: datetime) -> bool:
        """Seals anew who does not see it."""
        found = self.find(id_)
        if found is None:
            return False
        metadata = replace(found.metadata, restrictions=restrictions_of(visibility))
        self._change(id_, self._sealed(replace(found, visibility=visibility, metadata=metadata)), now)
        return True

    def count_reprint(self, id_: str, now: datetime) -> int:
        """One more."""
        counted = update(shared).where(shared.c.id == id_).values(reprints=shared.c.reprints + 1)
        number = self._connection.scalar(counted.returning(shared.c.reprints))
        if number is None:
            raise SealBroken("a document that was found is gone")
        return int(number)

    def _add(self, document: FedDocument, now: datetime) -> str:
        metadata, pepper = document.metadata, self._peppers.current
        ins = metadata.patient.ins
        if ins is None:
            raise ValueError("a document is fed under an INS")
        made = SharedDocument(
            id=secrets.token_hex(16),
            metadata=metadata,
            status=DocumentStatus.CURRENT,
            feeder=document.feeder,
            fed_at=now,
            changed=now,
            valid_until=document.valid_until,
            visibility=document.visibility,
        )
        row: dict[str, Value] = {
            "id": made.id,
            "lookup": code_digest(pepper, metadata.unique_id),
            "patient": patient_digest(pepper, ins),
            "status": made.status.value,
            "created": metadata.created.date(),
            "fed": to_micros(now),
            "changed": to_micros(now),
            "reprints": 0,
            "purge_after": document.keep_until,
        }
        if not insert_if_absent(self._connection, shared, row | self._sealed(made)):
            return self._known(metadata.unique_id)  # another process was faster
        self._contents.write(made.id, _CDA, document.written.cda)
        self._contents.write(made.id, _PDF, document.written.pdf)
        return made.id

    def _known(self, code: EpuCode) -> str:
        found = self.of_code(code)
        if found is None:
            raise SealBroken("a document that was there is gone")
        return found.id

    def _sealed(self, document: SharedDocument) -> dict[str, Value]:
        return sealed_columns(self._peppers.current, place("shared", document.id), write_json(document))

    def _change(self, id_: str, values: dict[str, Value], now: datetime) -> None:
        changed = {"changed": to_micros(now)}
        self._connection.execute(update(shared).where(shared.c.id == id_).values(changed | values))

    def _row(self, which: ColumnElement[bool]) -> RowMapping | None:
        query = select(shared).where(which)
        if is_writing(self._connection):
            query = query.with_for_update()
        return self._connection.execute(query).mappings().first()

    def _read(self, row: RowMapping) -> SharedDocument:
        """The document as its row says: what changes stands in clear."""
        try:
            document = read_json(SharedDocument, opened(self._peppers, place("shared", row["id"]), row))
        except NotOurs:
            raise SealBroken("a sealed document cannot be read") from None
        return replace(
            document,
            status=DocumentStatus(row["status"]),
            changed=from_micros(row["changed"]),
            reprints=row["reprints"],
        )


class DocumentStore:
    """The store over one engine, each call in a transaction of its own; safe to share between threads."""

    def __init__(self, engine: Engine, peppers: Peppers) -> None:
        self._engine = engine
        self._peppers = peppers

    def use(self, peppers: Peppers) -> None:
        """Works under these peppers from now on."""
        self._peppers = peppers

    def feed(self, document: FedDocument, now: datetime) -> str:
        """As the port says; whole or not at all."""
        return self._written(lambda documents: documents.feed(document, now))

    def replace(self, document: FedDocument, now: datetime) -> str:
        """As the port says; whole or not at all."""
        return self._written(lambda documents: documents.replace(document, now))

    def search(self, query: DocumentQuery) -> tuple[Sequence[SharedDocument], str | None]:
        """As the port says."""
        return self._read(lambda documents: documents.search(query))

    def find(self, id_: str) -> SharedDocument | None:
        """As the port says."""
        return self._read(lambda documents: documents.find(id_))

    def of_code(self, code: EpuCode) -> SharedDocument | None:
        """As the port says."""
        return self._read(lambda documents: documents.of_code(code))

    def retrieve(self, id_: str) -> WrittenDocument | None:
        """As the port says."""
        return self._read(lambda documents: documents.retrieve(id_))

    def deprecate(self, code: EpuCode, now: datetime) -> bool:
        """As the port says."""
        return self._written(lambda documents: documents.deprecate(code, now))

    def change_visibility(self, id_: str, visibility: Visibility, now: datetime) -> bool:
        """As the port says."""
        return self._written(lambda documents: documents.change_visibility(id_, visibility, now))

    def count_reprint(self, id_: str, now: datetime) -> int:
        """As the port says."""
        return self._written(lambda documents: documents.count_reprint(id_, now))

    def _read(self, ask: Callable[[SqlDocuments], _T]) -> _T:
        with transaction(self._engine, writing=False) as connection:
            return ask(SqlDocuments(connection, self._peppers))

    def _written(self, change: Callable[[SqlDocuments], _T]) -> _T:
        with transaction(self._engine, writing=True) as connection:
            done = change(SqlDocuments(connection, self._peppers))
            connection.commit()
            return done


def _write_cursor(row: RowMapping) -> str:
    return f"{write_number(row['fed'])}.{row['id']}"


def _read_cursor(cursor: str) -> tuple[int, str]:
    number, _, id_ = cursor.partition(".")
    return read_number(number), id_
