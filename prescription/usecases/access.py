"""Opening an order of the base for a caller: roles, misses, one path for known and unknown codes, the audit.

An unknown code, a purged one and one never issued get the same answer after the same work (prescription.md §4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kernel.errors import Conflict, Forbidden, NotFound
from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.lifecycle import Change
from prescription.ports import AuditEvent, RecordBroken, UnitOfWork
from prescription.record import EpuRecord

_LABORATORY = frozenset({Role.LABORATORY, Role.BIOLOGIST})
_CARE_TEAM = frozenset({Role.PRESCRIBER, Role.SAMPLER}) | _LABORATORY
ALLOWED: dict[str, frozenset[Role]] = {
    "epu-create": frozenset({Role.PRESCRIBER}),
    "epu-retrieve": frozenset({Role.PRESCRIBER, Role.SAMPLER}) | _LABORATORY,
    "epu-claim": _LABORATORY,
    "epu-release": _LABORATORY,
    "epu-adapt": frozenset({Role.BIOLOGIST}),
    "epu-report": frozenset({Role.SAMPLER}) | _LABORATORY,
    "epu-cancel": frozenset({Role.PRESCRIBER}),
    "epu-status": frozenset({Role.PRESCRIBER}),
    "epu-list": frozenset({Role.PRESCRIBER}),
    "document-feed": frozenset({Role.PRESCRIBER}),
    "document-search": _CARE_TEAM | {Role.PATIENT},
    "document-read": _CARE_TEAM | {Role.PATIENT},
    "document-choice": _CARE_TEAM | {Role.PATIENT},
    "document-identity": frozenset({Role.PRESCRIBER}),
    "document-visibility": _CARE_TEAM,
    "document-withdraw": frozenset({Role.PRESCRIBER}),
    "document-resend": frozenset({Role.PRESCRIBER, Role.OPERATOR}),
    "document-reprint": frozenset({Role.PRESCRIBER, Role.PATIENT}),
    "document-status": frozenset({Role.PRESCRIBER}),
    "document-entries": frozenset({Role.OPERATOR}),
    "document-receipt": frozenset({Role.OPERATOR}),
    "document-activity": frozenset({Role.OPERATOR}) | _CARE_TEAM,
}


def check_role(caller: Caller, operation: str) -> None:
    """`Forbidden` (`role`) when the operation is not for this caller, or the caller cannot be told apart."""
    if caller.role not in ALLOWED[operation]:
        raise Forbidden.because(
            "role",
            f"L'opération ${operation} n'est pas ouverte à ce rôle.",
            "Rôles admis : " + ", ".join(sorted(role.value for role in ALLOWED[operation])) + ".",
        )
    if not caller.holder and caller.role is not Role.OPERATOR:
        raise Forbidden.because(
            "role", "L'appelant n'a ni numéro RPPS ni FINESS.", "Utiliser un jeton qui porte l'un ou l'autre."
        )


@dataclass(frozen=True, slots=True)
class Access:
    """One caller doing one operation in one transaction."""

    unit: UnitOfWork
    caller: Caller
    operation: str
    now: datetime
    client: str = ""

    def check_role(self) -> None:
        """`Forbidden` (`role`) when the operation is not for this caller."""
        check_role(self.caller, self.operation)

    def trace(self, outcome: str, code: EpuCode | None) -> None:
        """Writes one audit event in this transaction."""
        self.unit.audit.append(AuditEvent(self.caller, self.operation, outcome, self.now, code, self.client))

    def find(self, code: EpuCode) -> EpuRecord | None:
        """The order of `code`, None when unknown; one that cannot be opened is traced before it is a fault."""
        try:
            return self.unit.records.find(code)
        except RecordBroken:
            self.trace("broken-seal", code)
            self.unit.commit()
            raise

    def open(self, code: EpuCode) -> EpuRecord:
        """The order of `code`; otherwise a miss is counted, traced and kept, and `NotFound` raised."""
        self.unit.misses.refuse_if_too_many(self.caller, self.now)
        record = self.find(code)
        if record is None:
            raise self.miss(code)
        return record

    def miss(self, code: EpuCode) -> NotFound:
        """Counts and commits one miss; gives the error to raise."""
        self.unit.misses.note(self.caller, self.now)
        self.trace("unknown-code", code)
        self.unit.commit()
        if not code.is_own:
            return NotFound.because(
                "unknown-code",
                "Code d'un autre émetteur.",
                "Cette base ne connaît que les codes qui commencent par 01.",
            )
        return NotFound.because(
            "unknown-code", "Aucune ordonnance pour ce code.", "Relire le code ; à défaut, recopier l'ordonnance."
        )

    def change(self, code: EpuCode, version: int, move: Callable[[EpuRecord], Change]) -> Change:
        """Opens the order, checks its version, applies `move`, seals the result and traces it."""
        record = self.open(code)
        if record.version != version:
            raise VersionConflict.at_version(record.version)
        change = move(record)
        self.unit.records.replace(code, change.record, self.now)
        self.trace("done", code)
        return change


class VersionConflict(Conflict):
    """The order has changed since it was read; `current` is its version now."""

    current: int = 0

    @classmethod
    def at_version(cls, current: int) -> "VersionConflict":
        """The conflict for an order now at version `current`."""
        conflict = cls.because(
            "version", "L'ordonnance a changé depuis votre lecture.", "La relire, puis refaire l'opération."
        )
        conflict.current = current
        return conflict
