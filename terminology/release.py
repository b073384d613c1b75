"""A release of the value set: dated, immutable, whole (terminology.md §2)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terminology.request_code import RequestCode


class ReleaseKind(StrEnum):
    """Official workbook of the ANS, or the starter content that ships with this software."""

    OFFICIAL = "jdv-official"
    STARTER = "starter"


@dataclass(frozen=True, slots=True)
class Release:
    """One release; `notice` is the sentence every view of it must show (empty for the official one)."""

    label: str
    revision: int
    kind: ReleaseKind
    published: date
    requests: tuple[RequestCode, ...]
    loinc_version: str | None = None
    notice: str = ""

    @property
    def name(self) -> str:
        """`LABEL`, or `LABEL+REVISION` from the second revision on (interface.md §6)."""
        return self.label if self.revision == 1 else f"{self.label}+{self.revision}"
