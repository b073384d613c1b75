"""Importing what a test made, and what the report then says."""

from dataclasses import replace
from pathlib import Path

from terminology.import_report import ImportFinding
from terminology.jdv.columns import Column
from terminology.jdv.generator import SampleWorkbook, sample_workbook
from terminology.readers.value_set import ReadValueSet, read_value_set
from terminology.workbook import CellValue

BASE = "https://exemple.test/fhir"
Places = set[tuple[str, int | None, str | None]]

# Found nowhere else in the golden rows, so that a fault of it is the only one told.
ROW = {
    Column.REQUEST_LABEL: "Examen d'essai",
    Column.REQUEST_LOINC: "1988-5",
    Column.ORDER_CLASS: "Both",
    Column.SPECIMENS: "SER",
    Column.CHAPTER: "18719-5",
    Column.RESULT_LOINC: "1988-5",
    Column.RESULT_REFERENCE: "Protéine C réactive [Masse/Volume] Sérum/Plasma ; Numérique",
    Column.UCUM: "mg/L",
}


def imported(folder: Path, content: bytes, name: str = "jdv.xlsx") -> ReadValueSet:
    """The import of a file of these bytes."""
    path = folder / name
    path.write_bytes(content)
    return read_value_set(path, BASE)


def golden() -> SampleWorkbook:
    """The golden rows alone, without the pair whose factor the sources do not give."""
    workbook = sample_workbook("2025", requests=0, rows=0)
    rows = tuple(row for row in workbook.rows if row[Column.FACTOR] or not row[Column.CORRESPONDENCE])
    return replace(workbook, rows=rows, with_indicators=False)


def with_row(*changes: dict[Column, CellValue]) -> SampleWorkbook:
    """The golden rows, then `ROW` once for each of `changes`, changed so."""
    workbook = golden()
    return replace(workbook, rows=(*workbook.rows, *({**ROW, **cells} for cells in changes)))


def findings_on(folder: Path, *changes: dict[Column, CellValue]) -> tuple[ImportFinding, ...]:
    """What is told of `with_row`, as a zip of CSVs (the fast form)."""
    return imported(folder, with_row(*changes).zip(), "jdv.zip").report.findings


def places(read: ReadValueSet) -> Places:
    """Code, row and column of every finding."""
    return {(finding.code, finding.row, finding.column) for finding in read.report.findings}
