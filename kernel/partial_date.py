"""A date of which the day, or the day and the month, may be unknown (FHIR R4 `date`): a partial date is a date."""

import re
from dataclasses import dataclass
from datetime import date

_PATTERN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PartialDate:
    """Year, and month and day where known."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """From `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; ValueError for anything else or a day that does not exist."""
        match = _PATTERN.fullmatch(text)
        if match is None:
            raise ValueError("not a date: YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (int(part) if part else None for part in match.groups())
        date(year or 0, month or 1, day or 1)
        return cls(year or 0, month, day)

    @classmethod
    def of(cls, day: date) -> "PartialDate":
        """The whole date `day`."""
        return cls(day.year, day.month, day.day)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @property
    def earliest(self) -> date:
        """First day it may be."""
        return date(self.year, self.month or 1, self.day or 1)
