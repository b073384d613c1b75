"""The sealed orders in their table (prescription.md §4): found by code alone, changed one version at a time."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from secrets import token_bytes

from sqlalchemy import Connection, RowMapping, and_, bindparam, insert, or_, select, update

from kernel.errors import Conflict, Invalid
from kernel.ins import Ins
from prescription.caller import Caller
from prescription.epu_code import EpuCode
from prescription.ports import OwnedRecord
from prescription.record import EpuRecord, RecordStatus
from storage.driver import Prepared, Row, Value
from storage.engine import is_writing
from storage.later import Later
from storage.misses import FULL_AT, MissLimit, SqlMisses
from storage.sealer import SealedRow, Sealer
from storage.sealing import DIGEST_BYTES, SALT_BYTES, Sealed, binding_key, binding_of, owner_of
from storage.tables import insert_if_absent, records

KEPT_YEARS = 3


# Built once: making a statement costs as much as running it.
_COLUMNS = [records.c[name] for name in ("lookup", "kid", "salt", "nonce", "sealed", "version")]
_FOUND = select(*_COLUMNS).where(records.c.lookup == bindparam("of"))
_FOUND_FOR = _FOUND.add_columns(FULL_AT.scalar_subquery())
_ROW, _ROW_FOR = Prepared(_FOUND), Prepared(_FOUND_FOR)
# Says nothing on SQLite, where the whole base is locked.
_ROW_TO_WRITE, _ROW_TO_WRITE_FOR = Prepared(_FOUND.with_for_update()), Prepared(_FOUND_FOR.with_for_update())
_ADD = Prepared(insert(records))
_NEXT = Prepared(update(records).where(records.c.lookup == bindparam("of"), records.c.version == bindparam("before")))


class SqlEpuRecords:
    """The `EpuRecords` port over one connection, inside one transaction."""

    def __init__(
        self, connection: Connection, sealer: Sealer, misses: SqlMisses | None = None, later: Later | None = None
    ) -> None:
        self._connection = connection
        self._sealer = sealer
        self._misses = misses or SqlMisses(connection, sealer.peppers, MissLimit())
        self._later = later or Later(connection)
        self._drawn_salts: dict[EpuCode, bytes] = {}
        self._locked: dict[EpuCode, SealedRow] = {}  # nobody else changes these before this transaction ends

    def find(self, code: EpuCode) -> EpuRecord | None:
        """The order of this code; for an unknown one a decoy is opened before None is said.

        In a writing transaction an order of a former pepper is sealed anew under the current one: it can be done
        with its code only, so each is when its code next comes in.
        """
        return self._opened(code, self._row(code))

    def find_for(self, caller: Caller, now: datetime, code: EpuCode) -> EpuRecord | None:
        """The same, unless the caller has tried too many: the row and the bucket are looked for in one query."""
        found = self._look(code, caller)
        if found is None:
            self._misses.refuse_if_too_many(caller, now)
            return self._opened(code, None)
        self._misses.refuse(found[-1], now)
        return self._opened(code, self._held(code, found))

    def _opened(self, code: EpuCode, row: SealedRow | None) -> EpuRecord | None:
        if row is None:
            self._sealer.open_decoy()
            return None
        record = self._sealer.open(code, row)
        moves = self._sealer.peppers.is_former(row.kid) and is_writing(self._connection)
        return self._rekeyed(code, row, record) if moves else record

    def holds(self, code: EpuCode) -> bool:
        """Whether the code is known, by key alone: nothing is opened."""
        self._later.flush()
        query = select(records.c.version).where(records.c.lookup.in_(self._sealer.lookups(code)))
        return self._connection.scalar(query) is not None

    def add(
        self, code: EpuCode, record: EpuRecord, owner_rpps: str, now: datetime, *, just_drawn: bool = False
    ) -> None:
        """Seals a new order; `Conflict` (`code-used`) when the code is taken, and the transaction can go on.

        A code that was just drawn here is nobody's: should eighty bits repeat, the transaction fails.
        """
        pepper = self._sealer.peppers.current
        salt = self._drawn_salts.pop(code, None) or token_bytes(SALT_BYTES)
        row = self._sealer.seal(pepper, code, salt, record)
        values = (
            _sealed_columns(row)
            | _clear_columns(record, now)
            | {
                "lookup": row.lookup,
                "kid": row.kid,
                "salt": row.salt,
                "owner": owner_of(pepper, owner_rpps),
                "handle": record.handle,
                "created": record.created_at.date(),
            }
        )
        if just_drawn:
            self._later.write(_ADD, values)
            return
        # The row itself refuses a code that is taken under its own pepper; one of a former pepper has to be looked for.
        taken = len(self._sealer.peppers.all) > 1 and self._row(code) is not None
        if taken or not insert_if_absent(self._connection, records, values):
            raise Conflict.because(
                "code-used", "Ce code e-prescription est déjà utilisé.", "Tirer un nouveau code et recommencer."
            )

    def replace(self, code: EpuCode, record: EpuRecord, now: datetime) -> None:
        """Seals the next version over the one before; `Conflict` (`version`) when that is no longer there."""
        row = self._row(code)
        if row is None or row.version != record.version - 1:
            raise _overtaken()
        sealed = self._sealer.seal(self._sealer.pepper(row.kid), code, row.salt, record)
        told = _sealed_columns(sealed) | _clear_columns(record, now)
        self._later.write(_NEXT, told | {"of": row.lookup, "before": row.version})  # certain: the row is locked
        self._locked.pop(code, None)

    def binding(self, code: EpuCode, ins: Ins) -> bytes:
        """Keyed digest of a qualified identity with the order of this code; as `new_binding` when there is none."""
        row = self._row(code)
        if row is None:
            return self.new_binding(code, ins)
        carried = _carried_key(self._sealer.open(code, row))
        key = carried or binding_key(self._sealer.pepper(row.kid), code, row.salt)
        return carried + binding_of(key, ins)

    def new_binding(self, code: EpuCode, ins: Ins) -> bytes:
        """The same for an order that is about to be added; it draws the salt that `add` then takes."""
        pepper = self._sealer.peppers.current
        salt = self._drawn_salts.setdefault(code, token_bytes(SALT_BYTES))
        return binding_of(binding_key(pepper, code, salt), ins)

    def owned_by(
        self, rpps: str, start: date | None, end: date | None, count: int, cursor: str | None
    ) -> tuple[Sequence[OwnedRecord], str | None]:
        """Own orders, newest day first. `status` is as last written: a claim or a validity may have ended since."""
        self._later.flush()
        c = records.c
        query = select(c.handle, c.created, c.status, c.n_lines, c.n_closed, c.valid_until)
        query = query.where(c.owner.in_([owner_of(pepper, rpps) for pepper in self._sealer.peppers.all]))
        if start is not None:
            query = query.where(c.created >= start)
        if end is not None:
            query = query.where(c.created <= end)
        if cursor is not None:
            day, handle = _read_cursor(cursor)
            query = query.where(or_(c.created < day, and_(c.created == day, c.handle < handle)))
        query = query.order_by(c.created.desc(), c.handle.desc()).limit(count + 1)
        found = [_owned(row) for row in self._connection.execute(query).mappings()]
        page = found[:count]
        return page, _write_cursor(page[-1]) if page and len(found) > count else None

    def _rekeyed(self, code: EpuCode, row: SealedRow, record: EpuRecord) -> EpuRecord:
        """The order as it now lies under the current pepper, at the same version."""
        if record.binding is not None and not _carried_key(record):
            key = binding_key(self._sealer.pepper(row.kid), code, row.salt)
            record = replace(record, binding=key + record.binding)
        pepper = self._sealer.peppers.current
        sealed = self._sealer.seal(pepper, code, token_bytes(SALT_BYTES), record)
        values = _sealed_columns(sealed) | {
            "lookup": sealed.lookup,
            "kid": sealed.kid,
            "salt": sealed.salt,
            "owner": owner_of(pepper, record.prescription.author.practitioner.rpps or ""),
        }
        self._connection.execute(update(records).where(records.c.lookup == row.lookup).values(values))
        self._locked.pop(code, None)
        return record

    def _row(self, code: EpuCode) -> SealedRow | None:
        """The row. A writing transaction locks it: the next one that may change it waits, then sees the change."""
        if code in self._locked:
            return self._locked[code]
        found = self._look(code)
        return None if found is None else self._held(code, found)

    def _look(self, code: EpuCode, caller: Caller | None = None) -> Row | None:
        """The columns of the row; of its bucket too, when there is a `caller`."""
        self._later.flush()
        writing = is_writing(self._connection)
        if caller is None:
            query, asked = _ROW_TO_WRITE if writing else _ROW, {}
        else:
            query, asked = _ROW_TO_WRITE_FOR if writing else _ROW_FOR, {"caller": self._misses.who(caller)}
        # Under every pepper, whichever it is found under: a known code costs what an unknown one does.
        rows = [query.row(self._connection, {**asked, "of": lookup}) for lookup in self._sealer.lookups(code)]
        return next(filter(None, rows), None)

    def _held(self, code: EpuCode, found: Row) -> SealedRow:
        lookup, kid, salt, nonce, sealed, version = found[:6]
        row = SealedRow(lookup, kid, salt, Sealed(nonce, sealed), version)
        if is_writing(self._connection):
            self._locked[code] = row
        return row


def _carried_key(record: EpuRecord) -> bytes:
    """The key of the binding where it was carried over from a former pepper; empty otherwise."""
    return (record.binding or b"")[:-DIGEST_BYTES]


def _overtaken() -> Conflict:
    return Conflict.because(
        "version", "L'ordonnance a changé depuis sa lecture.", "La relire, puis recommencer sur sa version actuelle."
    )


def _sealed_columns(row: SealedRow) -> dict[str, Value]:
    return {"nonce": row.sealed.nonce, "sealed": row.sealed.text, "version": row.version}


def _clear_columns(record: EpuRecord, now: datetime) -> dict[str, Value]:
    status = record.status_at(now)
    return {
        "status": (RecordStatus.ACTIVE if status is RecordStatus.EXPIRED else status).value,
        "n_lines": len(record.lines),
        "n_closed": sum(1 for line in record.lines if not line.is_open_at(now)),
        "valid_until": record.valid_until,
        "purge_after": purge_day(record),
    }


def purge_day(record: EpuRecord) -> date:
    """Day after which the row is deleted: three years after the end of validity or the last execution."""
    executed = [execution.reported_at.date() for line in record.lines for execution in line.executions]
    last = max([record.valid_until, *executed])
    try:
        return last.replace(year=last.year + KEPT_YEARS)
    except ValueError:  # 29 February, or the end of the calendar
        return last.replace(year=min(last.year + KEPT_YEARS, date.max.year), day=28)


def _owned(row: RowMapping) -> OwnedRecord:
    return OwnedRecord(
        handle=row["handle"],
        created=row["created"],
        status=RecordStatus(row["status"]),
        lines=row["n_lines"],
        closed=row["n_closed"],
        valid_until=row["valid_until"],
    )


def _write_cursor(last: OwnedRecord) -> str:
    return base64.urlsafe_b64encode(f"{last.created.isoformat()} {last.handle}".encode()).decode("ascii")


def _read_cursor(cursor: str) -> tuple[date, str]:
    try:
        day, _, handle = base64.urlsafe_b64decode(cursor.encode("ascii")).decode("utf-8").partition(" ")
        return date.fromisoformat(day), handle
    except (binascii.Error, ValueError):
        raise Invalid.because(
            "bad-parameter", "Curseur de page illisible.", "Reprendre celui de la page précédente, sans le changer."
        ) from None
