"""$epu-adapt: a biologist adds, removes or replaces lines, with a reason (seed 002; prescription.md §6)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from kernel.errors import Invalid
from kernel.findings import Finding, errors
from prescription import lifecycle
from prescription.epu_code import EpuCode
from prescription.labels import with_release_label
from prescription.lifecycle import Adapt, Change
from prescription.record import EpuRecord, PrescriberContact
from prescription.rules import check
from prescription.rules.rule import RuleContext, line_path
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
    """Applies all changes or none; the rules of an order hold for the lines that are added, warnings included."""
    access.check_role()
    labelled = [
        replace(change, line=with_release_label(change.line, rules.catalogue)) if change.line else change
        for change in adaptations
    ]

    def move(record: EpuRecord) -> Change:
        told = _about_new_lines(record, adaptations, access.now, rules)
        if wrong := errors(told):
            raise Invalid(wrong)
        change = lifecycle.adapt(
            record, access.caller.holder, access.caller.id, labelled, contact, access.now, contacted_at
        )
        return replace(change, findings=(*change.findings, *told))

    return access.change(code, version, move)


def _about_new_lines(
    record: EpuRecord, adaptations: Sequence[Adapt], now: datetime, rules: RuleContext
) -> tuple[Finding, ...]:
    """What the rules say of the new lines, read among the lines that stay open beside them."""
    new = tuple(change.line for change in adaptations if change.line)
    leaving = {change.replaces for change in adaptations}
    beside = tuple(line.line for line in record.lines if line.is_open_at(now) and line.line.line_id not in leaving)
    own = tuple(line_path(line) for line in new)
    trial = replace(record.prescription, lines=(*beside, *new))
    return tuple(finding for finding in check(trial, rules) if own and finding.path.startswith(own))
