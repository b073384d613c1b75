"""The order as a whole (*ordonnance d'examens de biologie médicale*), in plain values (prescription.md §1)."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from prescription.epu_code import EpuCode
from prescription.line import Instruction, Line, ResultReturn
from prescription.people import AnonymousPatient, Helper, Organization, Patient, PractitionerRole

Correspondent = PractitionerRole | Organization


class UseCase(StrEnum):
    """Who performs, as the guide of the circuit names it: only B1, the town where no laboratory is known yet, goes
    through the EPU base (seed 002)."""

    B1 = "B1"
    B2 = "B2"
    B3 = "B3"
    B4 = "B4"


@dataclass(frozen=True, slots=True)
class Validity:
    """Days between which the order is meant to be presented; an open end is None."""

    start: date | None
    end: date | None


@dataclass(frozen=True, slots=True)
class Prescription:
    """An order. `signed` = the prescriber has signed (RequestGroup active), then `authored_on` is the signature.

    `cancelled` = signed, then withdrawn by the prescriber (RequestGroup revoked): it is only ever printed for a record.
    `replaced_practitioner` is whom a locum author stands in for (*prescripteur remplacé*).
    """

    patient: Patient | AnonymousPatient
    author: PractitionerRole
    lines: tuple[Line, ...]
    signed: bool = False
    authored_on: datetime | None = None
    created_at: datetime | None = None
    epu_code: EpuCode | None = None
    general_context: tuple[Instruction, ...] = ()
    validity: Validity | None = None
    home_sampling: bool = False
    result_returns: tuple[ResultReturn, ...] = ()
    result_copies: tuple[Correspondent, ...] = ()
    helpers: tuple[Helper, ...] = ()
    replaces: tuple[EpuCode, ...] = ()
    use_case: UseCase = UseCase.B1
    replaced_practitioner: PractitionerRole | None = None
    cancelled: bool = False

    @property
    def anonymous(self) -> bool:
        """Whether it names no one but professionals."""
        return isinstance(self.patient, AnonymousPatient)

    @property
    def two_zone(self) -> bool:
        """Whether it takes the two-zone form (*ordonnance bizone*): one line at least is for an ALD."""
        return any(line.flags.ald for line in self.lines)

    def with_code(self, code: EpuCode) -> "Prescription":
        """The same order, bearing its EPU code."""
        return replace(self, epu_code=code)
