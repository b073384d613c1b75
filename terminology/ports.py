"""What the terminology asks of a store of releases (terminology.md §1.4.10); `storage` keeps it."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from terminology.release import Release
from terminology.release_record import ActiveRelease, ReleaseRecord, SourceFile


class Staging(Protocol):
    """An import under way. Leaving its block without `complete` leaves nothing behind."""

    def progress(self, done: int, total: int) -> None:
        """Says how far it is, in rows, and that it is alive; cheap enough to be called for every row."""
        ...

    def complete(
        self, release: Release, source: SourceFile, report: bytes, errors: int, refusals: Iterable[str]
    ) -> ReleaseRecord:
        """Keeps the release whole, `available`, in one transaction.

        The revision is the store's to give: the same file (SHA-256) gives the release already held, the same label
        with another content the next revision. `report` is the import report as JSON (UTF-8), kept as it is; its
        SHA-256 in hexadecimal is the record's `report_hash`.
        """
        ...


class ReleaseStore(Protocol):
    """Releases side by side, one of them active. Every method is one transaction; a name is `LABEL`, `LABEL+REVISION`
    or `active`; an unknown one is `NotFound` (`unknown-release`, with the names held)."""

    def staging(self, source_name: str, by: str, now: datetime) -> AbstractContextManager[Staging]:
        """Begins an import; `Conflict` (`import-running`) while another is alive, in this process or another."""
        ...

    def records(self) -> tuple[ReleaseRecord, ...]:
        """All releases, the last published first."""
        ...

    def record(self, name: str) -> ReleaseRecord:
        """One release."""
        ...

    def active(self) -> ActiveRelease | None:
        """What is served; None before the first activation. Cheap: called every second by each worker."""
        ...

    def load(self, name: str) -> Release:
        """The content, exactly as it was completed."""
        ...

    def report(self, name: str) -> bytes:
        """The import report, byte for byte."""
        ...

    def activate(self, name: str, by: str, now: datetime) -> ActiveRelease:
        """Points to this release, the one before becoming `available`; `Conflict` (`withdrawn`) when it is withdrawn.

        Activating the active one changes nothing. Whether its report allows it was asked before
        (`terminology.activation`).
        """
        ...

    def withdraw(self, name: str, by: str, now: datetime) -> ReleaseRecord:
        """Takes a release out of choice for good, still readable; `Conflict` (`release-active`) for the active one."""
        ...

    def clean(self, now: datetime) -> int:
        """Forgets imports whose process died; how many. Called at start."""
        ...
