"""$epu-cancel: the prescriber who owns the order cancels it, or lines of it (prescription.md §6)."""

from collections.abc import Sequence

from kernel.errors import Forbidden
from prescription import lifecycle
from prescription.epu_code import EpuCode
from prescription.lifecycle import Change
from prescription.record import EpuRecord
from prescription.usecases.access import Access


def cancel(access: Access, code: EpuCode, version: int, line_ids: Sequence[str], reason: str | None = None) -> Change:
    """Cancels what is not yet sampled; only the author may."""
    access.check_role()

    def move(record: EpuRecord) -> Change:
        if record.prescription.author.practitioner.rpps != access.caller.id:
            raise Forbidden.because(
                "not-owner", "Cette ordonnance est celle d'un autre prescripteur.", "Seul son auteur peut l'annuler."
            )
        return lifecycle.cancel(record, line_ids, access.now, reason)

    return access.change(code, version, move)
