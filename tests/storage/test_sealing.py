"""The sealing is the construction of prescription.md §4: every value is computed again here by hand."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from prescription.epu_code import EpuCode
from prescription.people import IdentityStatus, Patient, Sex
from storage.peppers import Peppers
from storage.record_json import read_record
from storage.sealer import SealedRow, Sealer
from storage.sealing import SealBroken, binding_key, binding_of, derived_key, framed, owner_of, padded
from tests.storage.orders import INS, RPPS, new_record

CODE = EpuCode("01S2TBPZ2JCNZZYGHZ")
SALT = bytes(range(100, 132))
PEPPER_LOOKUP, PEPPER_SEAL = bytes(range(32)), bytes(range(32, 64))


def mac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, hashlib.sha256).digest()


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869, one block: extract, then expand."""
    return mac(mac(salt, secret), info + b"\x01")


def test_key_derivation_gives_the_first_answer_of_rfc_5869() -> None:
    key = derived_key(b"\x0b" * 22, bytes(range(13)), bytes(range(0xF0, 0xFA)))
    assert key.hex() == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"


def test_a_row_opens_with_the_construction_of_the_specification_done_by_hand(peppers: Peppers) -> None:
    record = replace(new_record(CODE), version=7)
    row = Sealer(peppers).seal(peppers.current, CODE, SALT, record)
    lookup = mac(PEPPER_LOOKUP, b"epu/lookup/v1" + b"01S2TBPZ2JCNZZYGHZ")
    key = hkdf(mac(PEPPER_SEAL, b"epu/seal/v1" + b"01S2TBPZ2JCNZZYGHZ"), SALT, b"epu/aes/v1")
    aad = lookup + bytes([0, 0, 0, 0, 0, 0, 0, 7]) + b"epu/v1"
    plain = AESGCM(key).decrypt(row.sealed.nonce, row.sealed.text, aad)
    assert row.lookup == lookup
    assert len(plain) % 1024 == 0
    assert b"01S2TBPZ2JCNZZYGHZ" not in plain
    assert read_record(plain) == replace(record, prescription=replace(record.prescription, epu_code=None))


def test_the_binding_and_the_owner_are_those_of_the_specification(peppers: Peppers) -> None:
    key = hkdf(mac(PEPPER_SEAL, b"epu/seal/v1" + b"01S2TBPZ2JCNZZYGHZ"), SALT, b"epu/bind/v1")
    assert binding_of(binding_key(peppers.current, CODE, SALT), INS) == mac(
        key, b"279035121518989|1.2.250.1.213.1.4.10"
    )
    assert owner_of(peppers.current, RPPS) == mac(PEPPER_LOOKUP, b"epu/owner/v1" + b"10005688798")


def test_each_write_has_a_nonce_of_its_own(peppers: Peppers) -> None:
    sealer, record = Sealer(peppers), new_record()
    rows = [sealer.seal(peppers.current, CODE, SALT, record) for _ in range(50)]
    assert len({row.sealed.nonce for row in rows}) == 50


def changed(octets: bytes) -> bytes:
    return octets[:-1] + bytes([octets[-1] ^ 1])


@pytest.mark.parametrize(
    "tamper",
    [
        lambda row: replace(row, sealed=replace(row.sealed, text=changed(row.sealed.text))),
        lambda row: replace(row, sealed=replace(row.sealed, text=row.sealed.text[:-16])),
        lambda row: replace(row, sealed=replace(row.sealed, text=b"")),
        lambda row: replace(row, sealed=replace(row.sealed, nonce=changed(row.sealed.nonce))),
        lambda row: replace(row, sealed=replace(row.sealed, nonce=b"")),
        lambda row: replace(row, salt=changed(row.salt)),
        lambda row: replace(row, version=row.version + 1),
        lambda row: replace(row, lookup=changed(row.lookup)),
        lambda row: replace(row, kid="inconnu"),
    ],
    ids=["text", "no tag", "empty", "nonce", "no nonce", "salt", "version", "lookup", "kid"],
)
def test_a_row_that_was_tampered_with_does_not_open_and_says_nothing(
    peppers: Peppers, tamper: Callable[[SealedRow], SealedRow]
) -> None:
    sealer = Sealer(peppers)
    row = sealer.seal(peppers.current, CODE, SALT, new_record())
    assert sealer.open(CODE, row).prescription.epu_code == CODE
    with pytest.raises(SealBroken) as fault:
        sealer.open(CODE, tamper(row))
    assert "Prolactine" not in str(fault.value)
    assert CODE.value not in str(fault.value)


def test_a_row_opens_with_its_own_code_only(peppers: Peppers) -> None:
    sealer = Sealer(peppers)
    row = sealer.seal(peppers.current, CODE, SALT, new_record())
    with pytest.raises(SealBroken):
        sealer.open(EpuCode("01S2TBPZ2JCNZZYGHY"), row)


def test_an_identified_order_is_never_sealed(peppers: Peppers) -> None:
    record = new_record()
    patient = Patient("PAT-TROIS", ("DOMINIQUE",), Sex.FEMALE, None, IdentityStatus.PROVISIONAL)
    full = replace(record, prescription=replace(record.prescription, patient=patient))
    with pytest.raises(ValueError, match="anonymous"):
        Sealer(peppers).seal(peppers.current, CODE, SALT, full)


def test_padding_tells_the_length_in_steps_only() -> None:
    assert [len(padded(b"x" * n)) for n in (1, 1023, 1024, 1025)] == [1024, 1024, 1024, 2048]


def test_no_two_lists_of_parts_are_framed_alike() -> None:
    assert framed(b"ab", b"c") != framed(b"a", b"bc")
    assert framed(b"", b"a") != framed(b"a", b"")
