"""Instants as people in France read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

_FRANCE = ZoneInfo("Europe/Paris")


def in_france(instant: datetime | None, absent: str = "") -> str:
    """`26/11/2026 14:05`, on the clocks of metropolitan France; `absent` for None. The instant must be aware."""
    return f"{instant.astimezone(_FRANCE):%d/%m/%Y %H:%M}" if instant else absent


def as_in_france(instant: datetime) -> datetime:
    """The same instant with the offset it has in metropolitan France. It must be aware."""
    return instant.astimezone(_FRANCE)


def from_france(clock: datetime) -> datetime:
    """The instant when clocks of metropolitan France show this, the first of two when they are set back."""
    return clock.replace(tzinfo=_FRANCE)
