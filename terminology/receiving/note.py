"""What a site adds to an exam of a laboratory, and keeps when the laboratory publishes again (lcsd.md §7.5)."""

from dataclasses import dataclass

LONGEST_NOTE = 2000


@dataclass(frozen=True, slots=True)
class ExamNote:
    """A remark on an exam, by its local code; a hidden one is not offered by search."""

    finess: str
    local_code: str
    text: str = ""
    hidden: bool = False
