"""Sealing of an order under its own code: the construction of prescription.md §4, step by step.

    lookup  = HMAC-SHA-256(pepper_lookup, "epu/lookup/v1" || code)
    ikm     = HMAC-SHA-256(pepper_seal,   "epu/seal/v1"   || code)
    key     = HKDF-SHA-256(ikm, salt, info="epu/aes/v1", L=32)
    sealed  = AES-256-GCM(key, nonce, padded JSON, aad = lookup || be64(version) || "epu/v1")
    binding = HMAC-SHA-256(HKDF-SHA-256(ikm, salt, info="epu/bind/v1", L=32), matricule || "|" || oid)
    owner   = HMAC-SHA-256(pepper_lookup, "epu/owner/v1" || rpps)

The salt belongs to the order and stays through its versions (the binding leans on it), until the order is sealed
under another pepper: the key of the binding then goes into the sealed JSON before it. The nonce is new at each write.
HKDF is RFC 5869; GCM is NIST SP 800-38D. Not seen by design: a whole row put back to an older state.
"""

import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.ins import Ins
from prescription.epu_code import EpuCode
from prescription.ports import RecordBroken
from storage.peppers import Pepper

SALT_BYTES = 32
NONCE_BYTES = 12
KEY_BYTES = 32
DIGEST_BYTES = 32
PAD_STEP = 1024


class SealBroken(RecordBroken):
    """What is stored cannot be opened or read."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Cipher text with its tag, and the nonce it was written with."""

    nonce: bytes
    text: bytes


def keyed_digest(secret: bytes, *parts: bytes) -> bytes:
    """HMAC-SHA-256 of the parts put end to end."""
    return hmac.digest(secret, b"".join(parts), "sha256")


def derived_key(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 (RFC 5869) of 32 bytes."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(secret)


def framed(*parts: bytes) -> bytes:
    """The parts end to end, each after its length in four bytes: no two lists of parts give the same bytes."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def padded(json_text: bytes, step: int = PAD_STEP) -> bytes:
    """The JSON text followed by spaces up to a multiple of `step`: still the same JSON, its length told no more."""
    return json_text.ljust(-(-len(json_text) // step) * step)


def seal(key: bytes, plain: bytes, aad: bytes) -> Sealed:
    """AES-256-GCM under a nonce drawn for this write."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Sealed(nonce, AESGCM(key).encrypt(nonce, plain, aad))


def unseal(key: bytes, sealed: Sealed, aad: bytes) -> bytes:
    """The plain text; `SealBroken` when anything was changed, or the key is another."""
    try:
        return AESGCM(key).decrypt(sealed.nonce, sealed.text, aad)
    except (InvalidTag, ValueError):
        raise SealBroken("a sealed row does not open") from None


def lookup_of(pepper: Pepper, code: EpuCode) -> bytes:
    """Primary key of the order of this code."""
    return keyed_digest(pepper.lookup, b"epu/lookup/v1", code.value.encode("ascii"))


def owner_of(pepper: Pepper, rpps: str) -> bytes:
    """Index of a prescriber's own orders."""
    return keyed_digest(pepper.lookup, b"epu/owner/v1", rpps.encode("utf-8"))


def record_key(pepper: Pepper, code: EpuCode, salt: bytes) -> bytes:
    """Key of the sealed content of one order."""
    return derived_key(_ikm(pepper, code), salt, b"epu/aes/v1")


def record_aad(lookup: bytes, version: int) -> bytes:
    """What a sealed content is tied to: its row and its version."""
    return lookup + version.to_bytes(8, "big") + b"epu/v1"


def binding_key(pepper: Pepper, code: EpuCode, salt: bytes) -> bytes:
    """Key of the digest that ties an identity to an order; it is known to who holds the code only."""
    return derived_key(_ikm(pepper, code), salt, b"epu/bind/v1")


def binding_of(key: bytes, ins: Ins) -> bytes:
    """Digest of a qualified identity under that key."""
    return keyed_digest(key, f"{ins.matricule}|{ins.authority.value}".encode("ascii"))


def _ikm(pepper: Pepper, code: EpuCode) -> bytes:
    return keyed_digest(pepper.seal, b"epu/seal/v1", code.value.encode("ascii"))
