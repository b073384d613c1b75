"""Sealing of what goes with documents: opened by the peppers alone, since a patient is found without a code.

    key    = HKDF-SHA-256(pepper_seal, salt, info="document/aes/v1", L=32)
    sealed = AES-256-GCM(key, nonce, content framed and padded, aad = place of the row)
    lookup = HMAC-SHA-256(pepper_lookup, "document/code/v1"    || code)
    index  = HMAC-SHA-256(pepper_lookup, "document/patient/v1" || matricule || "|" || oid)

The salt and the nonce are new at each write. Whoever has the base and its peppers reads the documents; the base of
orders asks for a code besides (docs/decisions/0014). Not seen by design: a whole row put back to an older state.
"""

from collections.abc import Mapping
from secrets import token_bytes

from sqlalchemy import RowMapping

from kernel.ins import Ins
from prescription.epu_code import EpuCode
from storage.driver import Value
from storage.peppers import Pepper, Peppers
from storage.sealing import SALT_BYTES, SealBroken, Sealed, derived_key, framed, keyed_digest, seal, unseal

_INFO = b"document/aes/v1"
_LENGTH_BYTES = 8
SMALL, LARGE = 1024, 4096
"""Steps of the sizes: a length tells no more than that."""


def code_digest(pepper: Pepper, code: EpuCode) -> bytes:
    """What a code is found by; another than in the base of orders."""
    return keyed_digest(pepper.lookup, b"document/code/v1", code.value.encode("ascii"))


def patient_digest(pepper: Pepper, ins: Ins) -> bytes:
    """What the documents and the choices of a patient are found by."""
    content = f"{ins.matricule}|{ins.authority.value}".encode("ascii")
    return keyed_digest(pepper.lookup, b"document/patient/v1", content)


def place(table: str, *parts: str) -> bytes:
    """What a sealed content is tied to: its row."""
    return framed(b"document/v1", table.encode("ascii"), *(part.encode("utf-8") for part in parts))


def sealed_columns(pepper: Pepper, where: bytes, plain: bytes, step: int = SMALL) -> dict[str, Value]:
    """The columns of a content sealed under `pepper`, its length told in steps only."""
    salt = token_bytes(SALT_BYTES)
    content = len(plain).to_bytes(_LENGTH_BYTES, "big") + plain
    content = content.ljust(-(-len(content) // step) * step, b"\0")
    made = seal(derived_key(pepper.seal, salt, _INFO), content, where)
    return {"kid": pepper.kid, "salt": salt, "nonce": made.nonce, "sealed": made.text}


def opened(peppers: Peppers, where: bytes, row: RowMapping | Mapping[str, object]) -> bytes:
    """The content of a row; `SealBroken` when it was changed, or its pepper is not held here."""
    kid, salt, nonce, text = (row[name] for name in ("kid", "salt", "nonce", "sealed"))
    pepper = peppers.named(str(kid))
    if pepper is None or not isinstance(salt, bytes) or not isinstance(nonce, bytes) or not isinstance(text, bytes):
        raise SealBroken("a row names a pepper that is not held here")
    content = unseal(derived_key(pepper.seal, salt, _INFO), Sealed(nonce, text), where)
    length = int.from_bytes(content[:_LENGTH_BYTES], "big")
    return content[_LENGTH_BYTES : _LENGTH_BYTES + length]
