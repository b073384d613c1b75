"""A release of the value set: dated, immutable, whole (terminology.md §2)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from terminology.coding import Coding
from terminology.request_code import ClinicalInformation, RequestCode
from terminology.result_code import RequestResult, ResultCode


class ReleaseKind(StrEnum):
    """Official workbook of the ANS, or the starter content that ships with this software."""

    OFFICIAL = "jdv-official"
    STARTER = "starter"


@dataclass(frozen=True, slots=True)
class ValueLists:
    """The closed lists the rows of a release refer to (sheets 2 to 7 of the workbook), each in its own order."""

    chapters: tuple[Coding, ...] = ()
    information: tuple[ClinicalInformation, ...] = ()
    specimens: tuple[Coding, ...] = ()
    sites: tuple[Coding, ...] = ()
    lateralities: tuple[Coding, ...] = ()
    techniques: tuple[Coding, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """One release; `notice` is the sentence every view of it must show (empty for the official one).

    `notes` are the publisher's own notes on the changes (sheet 9), verbatim; `licences` the texts that must travel
    with the codes.
    """

    label: str
    revision: int
    kind: ReleaseKind
    published: date
    requests: tuple[RequestCode, ...]
    results: tuple[ResultCode, ...] = ()
    links: tuple[RequestResult, ...] = ()
    lists: ValueLists = ValueLists()
    loinc_version: str | None = None
    nabm_version: str | None = None
    notice: str = ""
    notes: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`LABEL`, or `LABEL+REVISION` from the second revision on (interface.md §6)."""
        return release_name(self.label, self.revision)


def release_name(label: str, revision: int) -> str:
    """How a release is named by people and in URLs."""
    return label if revision == 1 else f"{label}+{revision}"
