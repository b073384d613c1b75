"""Instants of HL7 v2.5 (TS, ch. 2A): written to the second with their offset, read with less."""

import re
from datetime import datetime, timedelta, timezone, tzinfo

_TS = re.compile(
    r"(?P<year>[0-9]{4})(?:(?P<month>[0-9]{2})(?:(?P<day>[0-9]{2})(?:(?P<hour>[0-9]{2})(?P<minute>[0-9]{2})"
    r"(?:(?P<second>[0-9]{2})(?:\.[0-9]{1,4})?)?)?)?)?(?P<offset>[+-][0-9]{4})?",
    re.ASCII,
)


def write_ts(instant: datetime) -> str:
    """`YYYYMMDDHHMMSS+ZZZZ`; the instant must be aware."""
    if instant.tzinfo is None:
        raise ValueError("an HL7 instant is written with its offset")
    return f"{instant.year:04d}{instant:%m%d%H%M%S%z}"[:19]


def read_ts(text: str, default_zone: tzinfo | None = None) -> datetime | None:
    """The instant of a TS, or None when it is not one; without offset it takes `default_zone`, or is not one."""
    found = _TS.fullmatch(text)
    if found is None:
        return None
    parts = found.groupdict()
    zone = _zone(parts["offset"]) if parts["offset"] else default_zone
    if zone is None:
        return None
    try:
        return datetime(
            int(parts["year"]),
            int(parts["month"] or 1),
            int(parts["day"] or 1),
            int(parts["hour"] or 0),
            int(parts["minute"] or 0),
            int(parts["second"] or 0),
            tzinfo=zone,
        )
    except ValueError:
        return None


def _zone(offset: str) -> tzinfo | None:
    hours, minutes = int(offset[1:3]), int(offset[3:5])
    if hours > 14 or minutes > 59:
        return None
    size = timedelta(hours=hours, minutes=minutes)
    return timezone(-size if offset[0] == "-" else size)
