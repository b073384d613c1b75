"""Instants as the base keeps them: whole microseconds since 1970 in UTC, the same on every database."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(instant: datetime) -> int:
    """Microseconds since 1970 of an aware instant; a naive one is a TypeError."""
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant in UTC."""
    return _EPOCH + micros * _MICROSECOND
