"""$epu-adapt: a biologist adds, removes or replaces lines, with a reason (seed 002; prescription.md §6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kernel.errors import Invalid
from kernel.findings import errors
from prescription import lifecycle
from prescription.epu_code import EpuCode
from prescription.labels import with_release_label
from prescription.lifecycle import Adapt, Change
from prescription.record import EpuRecord, PrescriberContact
from prescription.rules import check
from prescription.rules.rule import RuleContext
from prescription.usecases.access import Access


def adapt(
    access: Access,
    code: EpuCode,
    version: int,
    adaptations: Sequence[Adapt],
    contact: PrescriberContact,
    rules: RuleContext,
    contacted_at: datetime | None = None,
) -> Change:
    """Applies all changes or none; the rules of an order hold for the lines that are added."""
    access.check_role()
    labelled = [
        replace(change, line=with_release_label(change.line, rules.catalogue)) if change.line else change
        for change in adaptations
    ]

    def move(record: EpuRecord) -> Change:
        new_lines = tuple(change.line for change in adaptations if change.line)
        if new_lines:
            trial = replace(record.prescription, lines=new_lines)
            wrong = errors(check(trial, rules))
            if wrong:
                raise Invalid(wrong)
        return lifecycle.adapt(
            record, access.caller.holder, access.caller.id, labelled, contact, access.now, contacted_at
        )

    return access.change(code, version, move)
