"""What the prescriber's software knows was prescribed or done before, as it hands it over; nothing of it is kept."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class HistoryStatus(StrEnum):
    """Whether the exam was asked for, or carried out."""

    PRESCRIBED = "prescribed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One exam of the past of this patient."""

    code: str
    day: date
    status: HistoryStatus

    def __repr__(self) -> str:
        return "HistoryEntry(…)"
