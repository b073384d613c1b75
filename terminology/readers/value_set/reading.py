"""The whole reading, stage after stage (see the package)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from kernel.findings import Severity
from terminology.import_report import ExtraColumn, ImportReport
from terminology.jdv.columns import Column
from terminology.jdv.sheets import MANDATORY, SheetKind
from terminology.readers.archive import UnsafeArchive
from terminology.readers.csv_text import HEADER_ROWS, UnreadableText
from terminology.readers.value_set.assembly import assemble
from terminology.readers.value_set.cells import row_of
from terminology.readers.value_set.consistency import check_consistency, standing
from terminology.readers.value_set.findings import Findings
from terminology.readers.value_set.indicators import compare_counts
from terminology.readers.value_set.layout import Layout, edition_of, value_set_layout
from terminology.readers.value_set.lists import Lists, read_lists
from terminology.readers.value_set.rows import RowReader, ValueSetRow
from terminology.readers.value_set.sheets import recognised
from terminology.readers.value_set.source import RawSheet, Source, open_sheets
from terminology.readers.value_set.summary import read_notes, read_summary
from terminology.readers.value_set.verdict import counts_of, refusals_of
from terminology.release import Release
from terminology.workbook import UnreadableWorkbook, column_letter

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ReadValueSet:
    """What a file holds: `release` has everything that was accepted, None when the file was refused whole."""

    release: Release | None
    report: ImportReport


def read_value_set(path: Path, base: str, progress: Progress = lambda done, total: None) -> ReadValueSet:
    """The release of a file of the publisher (.xlsx, .csv or .zip of CSVs), and the report on it.

    `base` is the canonical base of our own code systems. `progress` is told rows done and rows in all, as far as the
    file tells; what it raises ends the reading. Bad content never raises: it is in the report. `Invalid` (`unreadable`)
    when the file cannot be opened.
    """
    source = Source.of(path)
    findings = Findings()
    try:
        with ExitStack() as stack:
            sheets = open_sheets(source, stack)
            found = recognised(sheets, source.file.format == "csv", findings)
            read = None if findings.refused else _read(found, source, base, findings, progress)
    except (UnsafeArchive, UnreadableText, UnreadableWorkbook) as fault:
        findings.refusal(fault)
        read = None
    return read or _refused(source, findings)


def _read(
    sheets: Mapping[SheetKind, RawSheet], source: Source, base: str, findings: Findings, progress: Progress
) -> ReadValueSet | None:
    lists = read_lists(sheets, base, findings)
    sheet = sheets[SheetKind.VALUE_SET]
    rows = sheet.rows()
    top = list(islice(rows, HEADER_ROWS))
    layout = value_set_layout(sheet.name, top, findings)
    if layout is None or findings.refused:
        return None
    reader, read = RowReader(lists), []
    for number, cells in chain(top, rows):
        progress(number, max(number, sheet.expected))
        if number > layout.header_row:
            read.append(reader.read(row_of(layout, number, cells, findings)))
    check_consistency(read, findings)
    if source.file.format != "csv":
        _tell_unchecked(lists, findings)
    summary = read_summary(sheets.get(SheetKind.SUMMARY), source, findings)
    notes = read_notes(sheets.get(SheetKind.NOTES))
    release = assemble(standing(read, findings), lists, summary, notes)
    rejected = findings.rejected(sheet.name)
    counts = counts_of(release, len(read), len(rejected))
    compare_counts(sheets.get(SheetKind.INDICATORS), summary.label, counts, findings)
    report = ImportReport(
        source.file,
        edition_of(layout),
        release.label,
        release.published,
        counts,
        findings.in_order(),
        layout.extra_columns + _unnamed(layout, read) + lists.extra_columns,
        refusals_of(read, rejected),
    )
    return ReadValueSet(release, report)


def _unnamed(layout: Layout[Column], rows: Sequence[ValueSetRow]) -> tuple[ExtraColumn, ...]:
    """The columns without a header that hold something, for the report."""
    places = sorted({place for row in rows for place in layout.unnamed(row.row.cells)})
    return tuple(ExtraColumn(layout.sheet, column_letter(place), "") for place in places)


def _tell_unchecked(lists: Lists, findings: Findings) -> None:
    """Warns of codes of a list that may be absent, and is."""
    for kind, codes in lists.codes.items():
        if kind not in MANDATORY and not codes.known and codes.by_code:
            message = f"L'onglet « {kind} » manque : codes non vérifiés ({len(codes.by_code)})."
            findings.of_file("W02", message, "Les libellés sont ceux des lignes, ou les codes.", kind.value)


def _refused(source: Source, findings: Findings) -> ReadValueSet:
    """Only why: what was found on the way may come from the same cause."""
    told = tuple(f for f in findings.in_order() if f.severity is Severity.ERROR and f.row is None)
    report = ImportReport(source.file, findings=told, refusals=(f"Le fichier est refusé. {told[0].message}",))
    return ReadValueSet(None, report)
