"""From a file of the publisher to a release in the store (terminology.md §1.4.10): whole, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kernel.clock import Clock
from kernel.errors import NotFound
from kernel.findings import Severity
from terminology.import_report import ImportReport
from terminology.ports import ReleaseStore
from terminology.readers.value_set import read_value_set
from terminology.release_record import ReleaseRecord, SourceFile


@dataclass(frozen=True, slots=True)
class Imported:
    """`record` is None when the file was refused whole; `already_held` when the same file had been imported before."""

    report: ImportReport
    record: ReleaseRecord | None
    already_held: bool = False


def import_value_set(
    store: ReleaseStore, file: Path, base: str, by: str, clock: Clock, progress: Callable[[int, int], None]
) -> Imported:
    """Reads `file` into a new release beside the others; what is served does not change.

    `progress` is told rows done and rows in all. `Conflict` (`import-running`) while another import is alive;
    `Invalid` (`unreadable`) when the file cannot be read at all.
    """
    name = file.name.encode("utf-8", "replace").decode("utf-8")  # a name that is no text is kept as far as it is
    with store.staging(name, by, clock.now()) as staging:

        def told(done: int, total: int) -> None:
            staging.progress(done, total)
            progress(done, total)

        read = read_value_set(file, base, told)
        report = read.report
        if read.release is None:
            return Imported(report, None)
        held = {record.name for record in store.records()}
        source = SourceFile(report.file.name, report.file.format, report.file.bytes, report.file.sha256)
        errors = report.count(Severity.ERROR)
        record = staging.complete(read.release, source, report.canonical_bytes(), errors, report.refusals)
        return Imported(report, record, record.name in held)


def report_of(store: ReleaseStore, name: str) -> bytes:
    """The report of a release that was imported, as it was made; `NotFound` (`no-report`) for the starter content."""
    report = store.report(name)
    if not report:
        raise NotFound.because(
            "no-report", f"La version {name} n'a pas été importée : elle est livrée avec le logiciel, sans rapport."
        )
    return report
