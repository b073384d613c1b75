"""The trace of who did what (prescription.md §4): one row in the transaction it tells of, chained afterwards.

In clear: when, which operation, which outcome, eight hexadecimal digits of the lookup digest. Who it was is sealed
under the pepper, because with the lookup prefix it would tell a thief of the database who prescribed what. One
sealer at a time gives each row its place and `HMAC(key, chain before || row)`: a row changed, removed or put in
between is seen, but rows cut off at the very end are not, unless the last chain value was noted elsewhere.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes

from sqlalchemy import Connection, Engine, RowMapping, bindparam, func, insert, select, update

from prescription.caller import Caller, Role
from prescription.ports import AuditEvent
from storage.driver import Prepared, Value
from storage.engine import transaction
from storage.instants import from_micros, to_micros
from storage.later import Later
from storage.locks import Lock, hold
from storage.peppers import Pepper, Peppers
from storage.sealing import (
    SALT_BYTES,
    SealBroken,
    Sealed,
    derived_key,
    framed,
    keyed_digest,
    lookup_of,
    padded,
    seal,
    unseal,
)
from storage.tables import audit

BATCH = 1000
_GENESIS = bytes(32)
_WHO_STEP = 128
_CLIENT_LENGTH = 200
_AAD = b"epu/audit/v1"
_ADD = Prepared(insert(audit))
_PLACE = Prepared(
    update(audit).where(audit.c.id == bindparam("row")).values(position=bindparam("place"), chain=bindparam("link"))
)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An audit row opened again; `position` is None until it is chained."""

    position: int | None
    at: datetime
    caller: Caller
    operation: str
    outcome: str
    lookup_prefix: str | None
    client: str


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What checking the chain found: `chained` rows hold, `waiting` are not chained yet.

    `broken_at` is the first position that does not hold, None when all do; `head` the last chain value that holds.
    """

    chained: int
    waiting: int
    broken_at: int | None
    head: bytes


class SqlAudit:
    """The `Audit` port over one connection."""

    def __init__(self, connection: Connection, peppers: Peppers, later: Later | None = None) -> None:
        self._later = later or Later(connection)
        self._peppers = peppers

    def append(self, event: AuditEvent) -> None:
        """Adds one row. A patient's matricule is never written, even sealed: the role alone is."""
        pepper = self._peppers.current
        salt = token_bytes(SALT_BYTES)
        sealed = seal(_who_key(pepper, salt), _who(event), _AAD)
        row: dict[str, Value] = {
            "at": to_micros(event.at),
            "operation": event.operation,
            "outcome": event.outcome,
            "lookup_prefix": None if event.code is None else lookup_of(pepper, event.code).hex()[:8],
            "kid": pepper.kid,
            "salt": salt,
            "nonce": sealed.nonce,
            "sealed": sealed.text,
        }
        self._later.write(_ADD, row)


def seal_audit(engine: Engine, peppers: Peppers) -> int:
    """Chains the rows that wait, in the order of their numbers; how many. Sealers of several processes take turns."""
    done = 0
    while True:
        with transaction(engine, writing=True) as connection:
            hold(connection, Lock.AUDIT)
            chained = _chain_batch(connection, peppers)
            connection.commit()
        done += chained
        if chained < BATCH:
            return done


def verify_audit(engine: Engine, peppers: Peppers) -> AuditCheck:
    """Computes the whole chain again and says where it first fails."""
    head, chained, broken_at = _GENESIS, 0, None
    keys = _chain_keys(peppers)
    with transaction(engine, writing=False) as connection:
        waiting = connection.scalar(select(func.count()).where(audit.c.position.is_(None))) or 0
        query = select(audit).where(audit.c.position.is_not(None)).order_by(audit.c.position)
        with connection.execute(query.execution_options(yield_per=BATCH)) as rows:
            for row in rows.mappings():
                key = keys.get(row["kid"])
                if key is None or row["position"] != chained + 1 or row["chain"] != _link(key, head, row):
                    broken_at = chained + 1
                    break
                head, chained = row["chain"], chained + 1
    return AuditCheck(chained, waiting, broken_at, head)


def read_audit(engine: Engine, peppers: Peppers) -> Iterator[AuditRow]:
    """The rows, oldest first, opened for who holds the peppers; `SealBroken` for one that was changed."""
    with transaction(engine, writing=False) as connection:
        query = select(audit).order_by(audit.c.id)
        with connection.execute(query.execution_options(yield_per=BATCH)) as rows:
            for row in rows.mappings():
                yield _opened(row, peppers)


def _who(event: AuditEvent) -> bytes:
    caller = event.caller
    person = "" if caller.role is Role.PATIENT else caller.id
    content = {
        "role": caller.role.value,
        "id": person,
        "finess": caller.finess,
        "client": event.client[:_CLIENT_LENGTH],
    }
    return padded(json.dumps(content, ensure_ascii=False).encode("utf-8"), _WHO_STEP)


def _who_key(pepper: Pepper, salt: bytes) -> bytes:
    return derived_key(pepper.seal, salt, b"epu/audit-who/v1")


def _chain_batch(connection: Connection, peppers: Peppers) -> int:
    last = connection.execute(
        select(audit.c.position, audit.c.chain).where(audit.c.position.is_not(None))
        .order_by(audit.c.position.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    position, head = (last.position, last.chain) if last is not None else (0, _GENESIS)
    waiting = select(audit).where(audit.c.position.is_(None)).order_by(audit.c.id).limit(BATCH)
    rows = connection.execute(waiting).mappings().all()
    links = []
    keys = _chain_keys(peppers)
    for place, row in enumerate(rows, start=position + 1):
        if row["kid"] not in keys:
            raise SealBroken("an audit row names a pepper that is not held here")
        head = _link(keys[row["kid"]], head, row)
        links.append({"row": row["id"], "place": place, "link": head})
    if links:
        _PLACE.run_all(connection, links)
    return len(rows)


def _chain_keys(peppers: Peppers) -> dict[str, bytes]:
    """By the name of the pepper."""
    return {pepper.kid: derived_key(pepper.seal, b"", b"epu/audit-chain/v1") for pepper in peppers.all}


def _link(key: bytes, head: bytes, row: RowMapping) -> bytes:
    content = framed(
        str(row["id"]).encode(),
        str(row["at"]).encode(),
        row["operation"].encode(),
        row["outcome"].encode(),
        (row["lookup_prefix"] or "").encode(),
        row["kid"].encode(),
        row["salt"],
        row["nonce"],
        row["sealed"],
    )
    return keyed_digest(key, head, content)


def _opened(row: RowMapping, peppers: Peppers) -> AuditRow:
    pepper = peppers.named(row["kid"])
    if pepper is None:
        raise SealBroken("an audit row names a pepper that is not held here")
    who = json.loads(unseal(_who_key(pepper, row["salt"]), Sealed(row["nonce"], row["sealed"]), _AAD))
    return AuditRow(
        position=row["position"],
        at=from_micros(row["at"]),
        caller=Caller(Role(who["role"]), who["id"], who["finess"]),
        operation=row["operation"],
        outcome=row["outcome"],
        lookup_prefix=row["lookup_prefix"],
        client=who["client"],
    )
