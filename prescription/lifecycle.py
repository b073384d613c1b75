"""The allowed moves of a line, as a table, and the moves themselves (prescription.md §6).

Every move is a pure function: a record and what is wanted in, the next record out, or a `Conflict` that says what
a person can do. The clock is the server's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from kernel.errors import Conflict, Invalid
from kernel.findings import Finding
from prescription.line import Line
from prescription.record import (
    Adaptation,
    Claim,
    EpuRecord,
    Execution,
    LineOrigin,
    LineRecord,
    LineState,
    PrescriberContact,
    RecordStatus,
    ReportedResult,
)
from prescription.recurrence import early_execution, is_exhausted, next_due
from prescription.rules.rule import line_path, warning

LEASE = timedelta(hours=72)


class Event(StrEnum):
    """What may be wanted of a line."""

    CLAIM = "claim"
    RELEASE = "release"
    SAMPLE = "sample"
    REPORT = "report"
    ADAPT = "adapt"
    CANCEL = "cancel"


_P, _C, _S, _D = LineState.PRESCRIBED, LineState.CLAIMED, LineState.SAMPLED, LineState.PARTIALLY_DONE
MOVES: dict[Event, frozenset[LineState]] = {
    Event.CLAIM: frozenset({_P, _C, _S}),
    Event.RELEASE: frozenset({_C, _S}),
    Event.SAMPLE: frozenset({_P, _C}),
    Event.REPORT: frozenset({_P, _C, _S, _D}),
    Event.ADAPT: frozenset({_P, _C}),
    Event.CANCEL: frozenset({_P, _C}),
}

REPORT_REASONS = frozenset(
    {
        "specimen-unsuitable",
        "patient-absent",
        "precondition",
        "refused-by-patient",
        "not-performed-here",
        "duplicate-of-recent",
        "other",
    }
)
ADAPTATION_REASONS = frozenset(
    {
        "good-practice-recommendation",
        "already-available",
        "specimen",
        "clinical-situation",
        "prescriber-agreement",
        "regulation",
        "error-correction",
        "other",
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    """The next record, the ids of the lines it touched, in order, and what is to be said about it."""

    record: EpuRecord
    touched: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    due: tuple[tuple[str, date], ...] = ()
    lease_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one line has become, as told by a laboratory or a sampler."""

    line_id: str
    result: ReportedResult
    performed: datetime
    reason: str | None = None
    comment: str | None = None
    more_expected: bool = False


@dataclass(frozen=True, slots=True)
class Adapt:
    """One change by a biologist: `line` to add or to put in place of `replaces`; no `line` removes `replaces`."""

    reason: str
    replaces: str | None = None
    line: Line | None = None
    comment: str | None = None


def _named(record: EpuRecord, line_id: str) -> LineRecord:
    found = record.line(line_id)
    if found is None:
        raise Invalid.because(
            "unknown-line",
            "Cette ordonnance n'a pas de ligne de cet identifiant.",
            "Relire l'ordonnance.",
            f"line/{line_id}",
        )
    return found


def _allow(line: LineRecord, event: Event, now: datetime) -> None:
    state = line.state_at(now)
    if state not in MOVES[event] or (state is _D and not line.is_open_at(now)):
        raise Conflict.because(
            "line-closed",
            f"La ligne est « {_IN_WORDS[state]} » : cette opération n'est plus possible.",
            "Relire l'ordonnance pour voir son état.",
            line_path(line.line),
        )


def _held_by_another(line: LineRecord, holder: str, now: datetime) -> bool:
    claim = line.claim_at(now)
    return claim is not None and claim.holder != holder


def _claimed_elsewhere(line: LineRecord) -> Conflict:
    since = line.claim.until - LEASE if line.claim else line.changed
    return Conflict.because(
        "line-claimed",
        f"Ligne prise en charge le {since:%d/%m/%Y à %H:%M} UTC par un autre laboratoire.",
        "Si le patient est présent, la reprendre (takeover = patient-present).",
        line_path(line.line),
    )


def claim(
    record: EpuRecord,
    holder: str,
    line_ids: Iterable[str],
    now: datetime,
    *,
    takeover: bool = False,
    identity_confirmed: bool = False,
) -> Change:
    """Takes charge of lines for 72 hours; without ids, of every line still prescribed, or sampled and unclaimed."""
    wanted = [_named(record, line_id) for line_id in line_ids] or [
        line
        for line in record.lines
        if line.state_at(now) is _P or (line.state_at(now) is _S and line.claim_at(now) is None)
    ]
    if not wanted:
        open_lines = [line for line in record.lines if line.is_open_at(now)]
        if open_lines and all(_held_by_another(line, holder, now) for line in open_lines):
            raise _claimed_elsewhere(open_lines[0])
        raise Conflict.because("line-closed", "Aucune ligne n'est à prendre en charge.", "Relire l'ordonnance.")
    lease = Claim(holder, now + LEASE, identity_confirmed)
    changed = {}
    for line in wanted:
        _allow(line, Event.CLAIM, now)
        if _held_by_another(line, holder, now) and (line.state is _S or not takeover):
            raise _claimed_elsewhere(line)
        state = _S if line.state is _S else _C
        changed[line.line.line_id] = replace(line, state=state, claim=lease, changed=now, reason=_standing_reason(line))
    return Change(record.with_lines(changed), tuple(changed), late_warning(record, now), lease_until=lease.until)


def release(record: EpuRecord, holder: str, line_ids: Iterable[str], now: datetime) -> Change:
    """Gives lines back; without ids, all those the caller holds."""
    wanted = [_named(record, line_id) for line_id in line_ids] or [
        line
        for line in record.lines
        if (held := line.claim_at(now)) and held.holder == holder and line.state_at(now) in MOVES[Event.RELEASE]
    ]
    if not wanted:
        raise Conflict.because("line-closed", "Aucune ligne n'est prise en charge par vous.", "Relire l'ordonnance.")
    changed = {}
    for line in wanted:
        _allow(line, Event.RELEASE, now)
        if _held_by_another(line, holder, now):
            raise _claimed_elsewhere(line)
        state = _S if line.state is _S else _P
        changed[line.line.line_id] = replace(line, state=state, claim=None, changed=now)
    return Change(record.with_lines(changed), tuple(changed), late_warning(record, now))


def adapt(
    record: EpuRecord,
    holder: str,
    biologist: str,
    adaptations: Iterable[Adapt],
    contact: PrescriberContact,
    now: datetime,
    contacted_at: datetime | None = None,
) -> Change:
    """Adds, removes and replaces lines, all or none. The prescriber's own lines are kept as they were signed."""
    if record.status_at(now) is RecordStatus.CANCELLED:
        raise Conflict.because(
            "line-closed", "L'ordonnance est annulée : elle ne s'adapte plus.", "Relire l'ordonnance."
        )
    changed: dict[str, LineRecord] = {}
    added: list[LineRecord] = []
    for change in adaptations:
        trace = Adaptation(holder, biologist, change.reason, contact, now, contacted_at, change.comment)
        claimed: Claim | None = Claim(holder, now + LEASE)
        if change.replaces is not None:
            old = _named(record, change.replaces)
            if change.replaces in changed:
                raise Invalid.because(
                    "duplicate-line",
                    "La même ligne est adaptée deux fois.",
                    "Une adaptation par ligne.",
                    f"line/{change.replaces}",
                )
            _allow(old, Event.ADAPT, now)
            if _held_by_another(old, holder, now):
                raise _claimed_elsewhere(old)
            state = LineState.REMOVED if change.line is None else LineState.REPLACED
            changed[change.replaces] = replace(
                old, state=state, claim=None, changed=now, adaptation=trace, reason=change.reason
            )
            claimed = old.claim_at(now)
        if change.line is not None:
            added.append(
                LineRecord(
                    replace(change.line, replaces=change.replaces),
                    _C if claimed else _P,
                    LineOrigin.ADAPTATION,
                    now,
                    claim=claimed,
                    adaptation=trace,
                    reason=change.reason,
                )
            )
    touched = (*changed, *(line.line.line_id for line in added))
    return Change(record.with_lines(changed, tuple(added)), touched, late_warning(record, now))


def report(
    record: EpuRecord, holder: str, reports: Iterable[Report], now: datetime, *, sampler: bool = False
) -> Change:
    """Says what became of lines, all or none. Reporting on a line nobody holds claims it."""
    changed: dict[str, LineRecord] = {}
    due: list[tuple[str, date]] = []
    findings: list[Finding] = list(late_warning(record, now))
    for told in reports:
        line = changed.get(told.line_id) or _named(record, told.line_id)
        _allow(line, Event.SAMPLE if told.result is ReportedResult.SAMPLED else Event.REPORT, now)
        if _held_by_another(line, holder, now) and not sampler:
            raise _claimed_elsewhere(line)
        findings += early_execution(line, told.result, told.performed)
        reported = _AFTER[told.result](line, told, holder, now)
        changed[told.line_id] = reported
        following = next_due(reported) if reported.state_at(now) is _P else None
        if following is not None:
            due.append((told.line_id, following))
    return Change(record.with_lines(changed), tuple(changed), tuple(findings), tuple(due))


def _executed(line: LineRecord, told: Report, holder: str, now: datetime) -> LineRecord:
    execution = Execution(
        len(line.executions) + 1,
        holder,
        told.result,
        told.performed,
        now,
        told.reason,
        told.comment,
        told.more_expected,
    )
    held = line.claim_at(now) or Claim(holder, now + LEASE)
    reason = told.reason or _standing_reason(line)
    return replace(line, executions=(*line.executions, execution), claim=held, changed=now, reason=reason)


def _standing_reason(line: LineRecord) -> str | None:
    """The reason that stays with a line through its moves: that of its adaptation. Others go with their state."""
    return line.adaptation.reason if line.adaptation else None


def _after_sampled(line: LineRecord, told: Report, holder: str, now: datetime) -> LineRecord:
    return replace(_executed(line, told, holder, now), state=_S, claim=line.claim_at(now))


def _after_done(line: LineRecord, told: Report, holder: str, now: datetime) -> LineRecord:
    done = _executed(line, told, holder, now)
    if line.line.recurrence is None or is_exhausted(done):
        return replace(done, state=LineState.DONE)
    return replace(done, state=_P, claim=None)


def _after_partial(line: LineRecord, told: Report, holder: str, now: datetime) -> LineRecord:
    return replace(_executed(line, told, holder, now), state=_D)


def _after_not_done(line: LineRecord, told: Report, holder: str, now: datetime) -> LineRecord:
    tried = _executed(line, told, holder, now)
    if told.reason == "not-performed-here":
        return replace(tried, state=_P, claim=None)
    return replace(tried, state=LineState.NOT_DONE)


_AFTER: dict[ReportedResult, Callable[[LineRecord, Report, str, datetime], LineRecord]] = {
    ReportedResult.SAMPLED: _after_sampled,
    ReportedResult.DONE: _after_done,
    ReportedResult.PARTIALLY_DONE: _after_partial,
    ReportedResult.NOT_DONE: _after_not_done,
}


def cancel(record: EpuRecord, line_ids: Iterable[str], now: datetime, reason: str | None = None) -> Change:
    """Cancels lines not yet sampled; without ids, every such line. What is sampled or done stays."""
    named = [_named(record, line_id) for line_id in line_ids]
    for line in named:
        _allow(line, Event.CANCEL, now)
    wanted = named or [line for line in record.lines if line.state_at(now) in MOVES[Event.CANCEL]]
    if not wanted:
        raise Conflict.because("line-closed", "Aucune ligne ne peut plus être annulée.", "Relire l'ordonnance.")
    changed = {
        line.line.line_id: replace(line, state=LineState.CANCELLED, claim=None, changed=now, reason=reason)
        for line in wanted
    }
    return Change(record.with_lines(changed), tuple(changed), late_warning(record, now))


def late_warning(record: EpuRecord, now: datetime) -> tuple[Finding, ...]:
    """W-PRECOND once the order's validity is over: a warning, never a refusal (prescription.md §7)."""
    if now.date() <= record.valid_until:
        return ()
    return (
        warning(
            "W-PRECOND",
            f"Ordonnance présentée après la date de validité indicative ({record.valid_until:%d/%m/%Y}).",
            "Vérifier avec le patient ou le prescripteur qu'elle est encore utile.",
            "",
        ),
    )


_IN_WORDS: dict[LineState, str] = {
    LineState.PRESCRIBED: "prescrite",
    LineState.CLAIMED: "prise en charge",
    LineState.SAMPLED: "prélevée",
    LineState.PARTIALLY_DONE: "réalisée en partie",
    LineState.DONE: "réalisée",
    LineState.NOT_DONE: "non réalisée",
    LineState.REMOVED: "retirée",
    LineState.REPLACED: "remplacée",
    LineState.CANCELLED: "annulée",
}
