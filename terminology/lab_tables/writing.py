"""The tables of a catalogue written: a workbook, or a zip of CSV as French spreadsheets open it."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kernel.csv_export import write_csv
from kernel.errors import Invalid
from terminology.lab_catalogue import Interval, LabCatalogue, LabExam, Measure, ReferenceRange
from terminology.lab_tables.cells import shown
from terminology.lab_tables.columns import (
    BOUNDS,
    CONTAINER,
    CRITICAL,
    EXAM,
    EXAM_SHEET,
    LABORATORY,
    LABORATORY_SHEET,
    MEASURE,
    RANGE,
    RANGE_SHEET,
    REFERENCE,
    SHEETS,
    TRANSPORT,
    TUBE_SHEET,
    VERSION,
    Column,
)
from terminology.lab_tables.escaped_text import escaped
from terminology.workbook import CellRow, CellValue, Sheet, write_workbook

MOST_CELL = 32_767
"""Characters of one cell of a workbook."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a date would change the bytes


def write_as_workbook(catalogue: LabCatalogue) -> bytes:
    """The catalogue as an .xlsx; `Invalid` (`no-cell`) for a text too long for a cell, which the zip holds."""
    sheets = []
    for name, told in _tables(catalogue).items():
        rows = [tuple(_exact(cell) for cell in row) for row in told]
        for number, row in enumerate(rows, 2):
            for column, cell in zip(SHEETS[name], row, strict=True):
                if isinstance(cell, str) and (len(cell) > MOST_CELL or _SURROGATE.search(cell)):
                    raise Invalid.because(
                        "no-cell",
                        f"{name}, ligne {number}, « {column.header} » : aucun classeur ne tient ce texte.",
                        "Prendre le .zip.",
                        f"{name}!{number}",
                    )
        sheets.append(Sheet(name, [tuple(column.header for column in SHEETS[name]), *rows]))
    return write_workbook(sheets)


def write_as_zip(catalogue: LabCatalogue) -> bytes:
    """The same tables as CSV in a zip; the same bytes for the same catalogue."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _tables(catalogue).items():
            headers = [column.header for column in SHEETS[name]]
            content = write_csv(headers, ([_as_text(cell) for cell in row] for row in rows))
            archive.writestr(zipfile.ZipInfo(f"{name}.csv", _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _tables(catalogue: LabCatalogue) -> Mapping[str, list[CellRow]]:
    exams = catalogue.exams
    return {
        LABORATORY_SHEET: [(*_cells(catalogue.laboratory, LABORATORY), *_cells(catalogue, VERSION))],
        EXAM_SHEET: [(*_cells(e, EXAM), *_cells(e.measure or Measure(), MEASURE)) for e in exams],
        TUBE_SHEET: [
            (e.local_code, *_cells(c, CONTAINER), *_cells(c.transport, TRANSPORT)) for e in exams for c in e.containers
        ],
        RANGE_SHEET: [row for e in exams for row in _range_rows(e)],
    }


def _range_rows(exam: LabExam) -> Iterator[CellRow]:
    measure = exam.measure or Measure()
    for kind, ranges in ((REFERENCE, measure.reference_ranges), (CRITICAL, measure.critical_ranges)):
        for one in ranges:
            yield (exam.local_code, kind, *_bounds(one), *_cells(one, RANGE))


def _bounds(one: ReferenceRange) -> Iterator[CellValue]:
    for field, columns in BOUNDS.items():
        interval: Interval = getattr(one, field)
        yield from _cells(interval, columns)


def _cells(value: object, columns: Iterable[Column]) -> Iterator[CellValue]:
    for column in columns:
        found = getattr(value, column.field)
        yield None if found is None else column.kind.write(found)


def _exact(cell: CellValue) -> CellValue:
    """A cell of the workbook: a number that a spreadsheet would round goes as text."""
    if isinstance(cell, Decimal) and Decimal(repr(float(cell))) != cell:
        return shown(cell)
    return escaped(cell) if isinstance(cell, str) else cell


def _as_text(cell: CellValue) -> str:
    """A cell of the CSV: decimals with a comma; one more apostrophe before a text that begins with one."""
    if isinstance(cell, Decimal):
        return shown(cell).replace(".", ",")
    text = shown(cell)
    return f"'{text}" if text.startswith("'") else text
