"""When an exam is to be done, as boxes to tick: dates, and each repetition (printing.md §10)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from prescription.line import Line, PeriodUnit, Recurrence
from prescription.recurrence import after
from printing.french import long_date, number, typeset

_MOST_TICKS = 99
_AFTER = {
    PeriodUnit.DAY: ("jour", "jours"),
    PeriodUnit.WEEK: ("semaine", "semaines"),
    PeriodUnit.MONTH: ("mois", "mois"),
    PeriodUnit.YEAR: ("an", "ans"),
}


def ticks_of(line: Line, ordered: date | None) -> tuple[str, ...]:
    """One text for each time the exam is to be done. `ordered` is the day of the order: without a first useful day,
    the times left before an end date are counted from it."""
    last = min((p.not_after for p in line.preconditions if p.not_after), default=None)
    recurrence = line.recurrence
    if recurrence is None:
        return (_dated("À faire une fois", line.occurrence_from, last),)
    first = line.occurrence_from
    times = _times(recurrence, first or ordered)
    starts = _starts(recurrence, first, times) if first else [None] * times
    texts = [_dated(_ordinal(1), first, last or (recurrence.until if times == 1 else None))]
    texts += [_again(position, start, recurrence) for position, start in enumerate(starts[1:], start=2)]
    return tuple(texts)


def _dated(text: str, first: date | None, last: date | None) -> str:
    text += f", à partir du {long_date(first)}" if first else ""
    return typeset(text + (f", au plus tard le {long_date(last)}" if last else ""))


def _times(recurrence: Recurrence, start: date | None) -> int:
    if recurrence.count is not None:
        return max(1, min(recurrence.count, _MOST_TICKS))
    if recurrence.until is None or start is None or not _has_rhythm(recurrence):
        return 1
    days = [_nth(recurrence, start, position) for position in range(_MOST_TICKS)]
    return max(1, sum(day is not None and day <= recurrence.until for day in days))


def _has_rhythm(recurrence: Recurrence) -> bool:
    return bool(recurrence.interval) and recurrence.unit is not None


def _starts(recurrence: Recurrence, first: date, times: int) -> list[date | None]:
    if not _has_rhythm(recurrence):
        return [first] + [None] * (times - 1)
    return [_nth(recurrence, first, position) for position in range(times)]


def _nth(recurrence: Recurrence, first: date, position: int) -> date | None:
    """The day of a repetition, counted from the first so that the 31st does not drift; None past the calendar."""
    interval = (recurrence.interval or 0) * position
    try:
        return after(first, replace(recurrence, interval=Decimal(interval)))
    except (OverflowError, ValueError):
        return None


def _again(position: int, start: date | None, recurrence: Recurrence) -> str:
    if start is not None:
        return typeset(f"{_ordinal(position)}, vers le {long_date(start)}")
    if recurrence.interval is None or recurrence.unit is None:
        return _ordinal(position)
    one, many = _AFTER[recurrence.unit]
    unit = many if recurrence.interval >= 2 else one
    return typeset(f"{_ordinal(position)}, {number(recurrence.interval)} {unit} après la fois précédente")


def _ordinal(position: int) -> str:
    return "1re fois" if position == 1 else f"{position}e fois"
