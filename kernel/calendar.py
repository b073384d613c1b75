"""Arithmetic on days that `datetime` leaves out: whole years, whole months."""

from datetime import date, timedelta


def years_between(start: date, end: date) -> int:
    """Whole years from `start` to `end`."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def months_between(start: date, end: date) -> int:
    """Whole months from `start` to `end`."""
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)


def after_months(start: date, months: int) -> date:
    """`start` plus whole months: the same day of the month, or the last one there is."""
    count = start.year * 12 + start.month - 1 + months
    year, month = count // 12, count % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month, min(start.day, last))
