"""First answers of mutations, kept seven days so that a repeated call gets the same bytes (interface.md §1).

Each is sealed under a key derived from its Idempotency-Key, of which only a keyed digest is kept: whoever takes the
database cannot open an answer, and two callers who draw the same key do not meet.
"""

import base64
import hashlib
import hmac
import json
from datetime import datetime, timedelta
from secrets import token_bytes

from sqlalchemy import Connection, bindparam, delete, select

from kernel.errors import Invalid
from prescription.caller import Caller
from prescription.ports import KeptAnswer
from storage.driver import Prepared, Value
from storage.instants import to_micros
from storage.later import Later
from storage.locks import hold_digest
from storage.peppers import Pepper, Peppers
from storage.sealing import SALT_BYTES, SealBroken, Sealed, derived_key, framed, keyed_digest, padded, seal, unseal
from storage.tables import adding_if_absent, answers, insert_if_absent

KEPT = timedelta(days=7)
_AAD = b"epu/answer/v1"
_COLUMNS = [answers.c[name] for name in ("id", "kid", "salt", "nonce", "sealed")]
_FIRST = Prepared(select(*_COLUMNS).where(answers.c.id == bindparam("of"), answers.c.expires > bindparam("now")))


class SqlAnswers:
    """The `Answers` port over one connection."""

    def __init__(self, connection: Connection, peppers: Peppers, later: Later | None = None) -> None:
        self._connection = connection
        self._later = later or Later(connection)
        self._peppers = peppers

    def find(self, caller: Caller, operation: str, key: str, body: bytes, now: datetime) -> KeptAnswer | None:
        """The first answer, None when the key is new or older than seven days."""
        call = framed(caller.stable_id.encode(), operation.encode(), key.encode())
        ids = [_id(pepper, call) for pepper in self._peppers.all]
        rows = (_FIRST.row(self._connection, {"of": each, "now": to_micros(now)}) for each in ids)
        row = next(filter(None, rows), None)
        if row is None:
            return None
        id_, kid, salt, nonce, text = row
        pepper = self._peppers.named(kid)
        if pepper is None:
            raise SealBroken("an answer names a pepper that is not held here")
        digest, answer = _read(unseal(_seal_key(pepper, call, salt), Sealed(nonce, text), id_ + _AAD))
        if not hmac.compare_digest(digest, hashlib.sha256(body).digest()):
            raise Invalid.because(
                "idempotency-reuse",
                "Cette Idempotency-Key a déjà servi avec un autre contenu.",
                "Tirer une nouvelle clé pour une nouvelle demande.",
            )
        return answer

    def keep(self, caller: Caller, operation: str, key: str, body: bytes, answer: KeptAnswer, now: datetime) -> bool:
        """Keeps the first answer; False when there is one already, under whichever pepper."""
        pepper = self._peppers.current
        call = framed(caller.stable_id.encode(), operation.encode(), key.encode())
        row_id, salt = _id(pepper, call), token_bytes(SALT_BYTES)
        sealed = seal(_seal_key(pepper, call, salt), padded(_write(body, answer)), row_id + _AAD)
        row: dict[str, Value] = {
            "id": row_id,
            "kid": pepper.kid,
            "salt": salt,
            "nonce": sealed.nonce,
            "sealed": sealed.text,
            "expires": to_micros(now + KEPT),
        }
        if self._kept_under_another(pepper, call, now):
            return False
        adding = adding_if_absent(self._connection.dialect.name, answers)
        return self._later.row(adding, row) is not None or self._in_place_of_old(row, now)

    def _kept_under_another(self, current: Pepper, call: bytes, now: datetime) -> bool:
        """Whether a process that seals under another pepper was faster; a twin there waits for the same locks."""
        ids = {pepper.kid: _id(pepper, call) for pepper in self._peppers.all}
        if len(ids) == 1:
            return False
        for each in sorted(ids.values()):
            hold_digest(self._connection, each)
        del ids[current.kid]
        return any(_FIRST.row(self._connection, {"of": each, "now": to_micros(now)}) for each in ids.values())

    def _in_place_of_old(self, row: dict[str, Value], now: datetime) -> bool:
        """Whether the answer that has this key is past its time, and so gives way; the purge deletes the others."""
        old = (answers.c.id == row["id"]) & (answers.c.expires <= to_micros(now))
        self._connection.execute(delete(answers).where(old))
        return insert_if_absent(self._connection, answers, row)


def _id(pepper: Pepper, call: bytes) -> bytes:
    return keyed_digest(pepper.lookup, b"epu/answer/v1", call)


def _seal_key(pepper: Pepper, call: bytes, salt: bytes) -> bytes:
    return derived_key(keyed_digest(pepper.seal, b"epu/answer/v1", call), salt, b"epu/answer-aes/v1")


def _write(body: bytes, answer: KeptAnswer) -> bytes:
    content = {
        "sent": hashlib.sha256(body).hexdigest(),
        "status": answer.status,
        "etag": answer.etag,
        "body": base64.b64encode(answer.body).decode("ascii"),
    }
    return json.dumps(content).encode("utf-8")


def _read(plain: bytes) -> tuple[bytes, KeptAnswer]:
    content = json.loads(plain)
    answer = KeptAnswer(content["status"], content["etag"], base64.b64decode(content["body"]))
    return bytes.fromhex(content["sent"]), answer
