"""$epu-report: sampled, done, done in part, not done (prescription.md §6; analogue of EP1)."""

from collections.abc import Sequence

from kernel.errors import Forbidden
from prescription import lifecycle
from prescription.caller import Role
from prescription.epu_code import EpuCode
from prescription.lifecycle import Change, Report
from prescription.record import ReportedResult
from prescription.usecases.access import Access


def report(access: Access, code: EpuCode, version: int, reports: Sequence[Report]) -> Change:
    """Records what became of lines; a sampler may only say `sampled`."""
    access.check_role()
    sampler = access.caller.role is Role.SAMPLER
    if sampler and any(told.result is not ReportedResult.SAMPLED for told in reports):
        raise Forbidden.because("role", "Un préleveur ne rapporte que des prélèvements.", "result = sampled.")
    return access.change(
        code,
        version,
        lambda record: lifecycle.report(record, access.caller.holder, reports, access.now, sampler=sampler),
    )
