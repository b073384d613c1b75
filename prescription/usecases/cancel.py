"""$epu-cancel: the prescriber who owns the order cancels it, or lines of it (prescription.md §6)."""

from collections.abc import Sequence

from kernel.errors import Forbidden
from prescription import lifecycle
from prescription.documents.withdraw import call_back
from prescription.epu_code import EpuCode
from prescription.lifecycle import Change
from prescription.record import EpuRecord, RecordStatus
from prescription.usecases.access import Access


def cancel(access: Access, code: EpuCode, version: int, line_ids: Sequence[str], reason: str | None = None) -> Change:
    """Cancels what is not yet sampled; only the author may. With the whole order its document is taken back too."""
    access.check_role()

    def move(record: EpuRecord) -> Change:
        if record.prescription.author.practitioner.rpps != access.caller.id:
            raise Forbidden.because(
                "not-owner", "Cette ordonnance est celle d'un autre prescripteur.", "Seul son auteur peut l'annuler."
            )
        return lifecycle.cancel(record, line_ids, access.now, reason)

    change = access.change(code, version, move)
    if change.record.status_at(access.now) is RecordStatus.CANCELLED:
        call_back(access, code)
    return change
