"""Repetition of a line: when the next execution is due, and when none is left (prescription.md §7.3)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from kernel.calendar import after_months
from kernel.findings import Finding
from prescription.line import PeriodUnit, Recurrence
from prescription.record import LineRecord, ReportedResult
from prescription.rules.rule import line_path, warning

_DAYS = {PeriodUnit.DAY: Decimal(1), PeriodUnit.WEEK: Decimal(7)}
_MONTHS = {PeriodUnit.MONTH: 1, PeriodUnit.YEAR: 12}
_MEAN_MONTH = Decimal("30.4375")
_TOLERANCE = Decimal("0.1")


def after(start: date, recurrence: Recurrence) -> date:
    """`start` plus one interval. Months keep the day of the month, or take the last one there is."""
    interval, unit = recurrence.interval, recurrence.unit
    if interval is None or unit is None:
        raise ValueError("a recurrence without interval has no next date")
    if unit in _DAYS:
        return start + timedelta(days=int((interval * _DAYS[unit]).to_integral_value(ROUND_HALF_UP)))
    months = interval * _MONTHS[unit]
    if months != months.to_integral_value():
        return start + timedelta(days=int((months * _MEAN_MONTH).to_integral_value(ROUND_HALF_UP)))
    return after_months(start, int(months))


def last_done(line: LineRecord) -> date | None:
    """Day of the last execution that was done."""
    return max((e.performed.date() for e in line.executions if e.result is ReportedResult.DONE), default=None)


def next_due(line: LineRecord) -> date | None:
    """Day the next execution is due: last done plus the interval; None before the first, or when none is left."""
    recurrence, last = line.line.recurrence, last_done(line)
    if recurrence is None or last is None or is_exhausted(line):
        return None
    return after(last, recurrence)


def is_exhausted(line: LineRecord) -> bool:
    """Whether the count is reached, or the next execution would come after the end."""
    recurrence, last = line.line.recurrence, last_done(line)
    if recurrence is None:
        return True
    if recurrence.count is not None and line.done_count >= recurrence.count:
        return True
    return recurrence.until is not None and last is not None and after(last, recurrence) > recurrence.until


def early_execution(line: LineRecord, result: ReportedResult, performed: datetime) -> Iterator[Finding]:
    """W-INTERVAL: an execution earlier than due, less a tolerance of a tenth of the interval (one day at least)."""
    recurrence, due = line.line.recurrence, next_due(line)
    if recurrence is None or due is None or result is not ReportedResult.DONE:
        return
    interval_days = (due - (last_done(line) or due)).days
    tolerance = max(1, int(interval_days * _TOLERANCE))
    if performed.date() < due - timedelta(days=tolerance):
        yield warning(
            "W-INTERVAL",
            f"Examen réalisé avant la date prévue ({due:%d/%m/%Y}).",
            "Vérifier l'intervalle demandé.",
            line_path(line.line),
        )
