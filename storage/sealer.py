"""Seals and opens whole orders under the peppers this service holds, and keeps a decoy to open for unknown codes."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from secrets import token_bytes

from prescription.epu_code import EpuCode
from prescription.line import CodedExam, CodeKind, Line
from prescription.people import AnonymousPatient, Organization, Practitioner, PractitionerRole, Sex
from prescription.prescription import Prescription
from prescription.record import EpuRecord, LineOrigin, LineRecord, LineState
from storage.peppers import Pepper, Peppers
from storage.record_json import read_record, write_record
from storage.sealing import (
    SALT_BYTES,
    SealBroken,
    Sealed,
    lookup_of,
    padded,
    record_aad,
    record_key,
    seal,
    unseal,
)


@dataclass(frozen=True, slots=True)
class SealedRow:
    """An order as its row holds it."""

    lookup: bytes
    kid: str
    salt: bytes
    sealed: Sealed
    version: int


class Sealer:
    """Opens with the pepper a row names, seals with the one it is given. One serves a whole process."""

    def __init__(self, peppers: Peppers) -> None:
        self.peppers = peppers
        self._decoy_code = EpuCode.generate()
        self._decoy = self.seal(peppers.current, self._decoy_code, token_bytes(SALT_BYTES), _decoy_record())

    def lookups(self, code: EpuCode) -> list[bytes]:
        """The keys the order of this code may stand under, one for each pepper."""
        return [lookup_of(pepper, code) for pepper in self.peppers.all]

    def pepper(self, kid: str) -> Pepper:
        """The pepper a row names; `SealBroken` when it was lost."""
        pepper = self.peppers.named(kid)
        if pepper is None:
            raise SealBroken("a row names a pepper that is not held here")
        return pepper

    def seal(self, pepper: Pepper, code: EpuCode, salt: bytes, record: EpuRecord) -> SealedRow:
        """The row of a record. Its own code is left out of what is sealed; an identified order is a ValueError.

        Codes in `replaces` stay: they are part of what the holder of this code is shown.
        """
        if not record.prescription.anonymous or record.prescription.helpers:
            raise ValueError("only an anonymous order may be sealed")
        lookup = lookup_of(pepper, code)
        plain = padded(write_record(replace(record, prescription=replace(record.prescription, epu_code=None))))
        sealed = seal(record_key(pepper, code, salt), plain, record_aad(lookup, record.version))
        return SealedRow(lookup, pepper.kid, salt, sealed, record.version)

    def open(self, code: EpuCode, row: SealedRow) -> EpuRecord:
        """The record of a row, bearing its code again; `SealBroken` when the row was tampered with."""
        key = record_key(self.pepper(row.kid), code, row.salt)
        record = read_record(unseal(key, row.sealed, record_aad(row.lookup, row.version)))
        return replace(record, prescription=record.prescription.with_code(code))

    def open_decoy(self) -> None:
        """The work of opening an order, for nothing: what an unknown code gets."""
        self.open(self._decoy_code, self._decoy)


def _decoy_record() -> EpuRecord:
    """An order of two lines that nobody wrote, about as large as a common one."""
    now = datetime(2000, 1, 1, tzinfo=UTC)
    author = PractitionerRole(Practitioner("…", ("…",)), Organization("…"))
    lines = tuple(Line(f"urn:uuid:{n}", CodedExam(CodeKind.LOINC, "", "…"), now) for n in range(2))
    states = tuple(LineRecord(line, LineState.PRESCRIBED, LineOrigin.PRESCRIBER, now) for line in lines)
    prescription = Prescription(AnonymousPatient(Sex.UNKNOWN), author, lines, signed=True, authored_on=now)
    return EpuRecord(prescription, states, "", "", 1, now, date(2001, 1, 1))
