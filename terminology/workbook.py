"""Excel workbooks in and out: the only home of openpyxl, imported at the first workbook and not before.

Reading promises the stored values of every cell, row by row, or `UnreadableWorkbook`; whatever openpyxl does with
bytes that are no workbook ends there. Writing promises the same bytes for the same sheets, and that text stays text:
a cell that begins with `=` is never a formula. Numbers are `int` or `Decimal`, never `float` (terminology.md §1.4.1).
Limits of size and of inflation are checked before (`terminology.readers.archive`).
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from kernel.errors import Invalid

if TYPE_CHECKING:
    import openpyxl
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

CellValue = str | int | bool | Decimal | date | datetime | None
CellRow = tuple[CellValue, ...]

MAX_COLUMNS = 256
LAST_ROW = 1_048_576  # of an Excel sheet

_EPOCH = datetime(1980, 1, 1)  # the first instant a zip archive can hold: dates would change the bytes
_AS_THEY_ARE = frozenset({str, int, bool, date, datetime, type(None)})
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


class UnreadableWorkbook(Invalid):
    """Not a workbook, or a broken one; `path` tells the sheet and cell where one is known."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to write: `name` of at most 31 characters, `headers` rows on top set in bold and frozen."""

    name: str
    rows: Sequence[Sequence[CellValue]]
    headers: int = 1
    widths: Sequence[int] = ()


class Workbook:
    """An open workbook; `names` are its sheets in order, chart sheets left out."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._book = _load(content, values=True)
        self._has_formulas = _has_formulas(content)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the sheets that hold cells."""
        return tuple(sheet.title for sheet in self._book.worksheets)

    def rows_stored(self, name: str) -> int:
        """How many rows the sheet says it has: good enough for a progress bar, and nothing else."""
        return self._book[name].max_row or 0

    def rows(self, name: str) -> Iterator[CellRow]:
        """Every row from the first, empty ones included, as the values Excel had last computed.

        `UnreadableWorkbook` for a formula without a value, a cell past column `MAX_COLUMNS`, broken content.
        """
        if self._has_formulas:
            self._refuse_formula_without_value(name)
        for row in _cells(self._book, name, values_only=True):
            if len(row) > MAX_COLUMNS and any(value is not None for value in row[MAX_COLUMNS:]):
                raise UnreadableWorkbook.because(
                    "E01", f"Une ligne dépasse {MAX_COLUMNS} colonnes.", "Retirer les colonnes en trop.", name
                )
            yield tuple([v if type(v) in _AS_THEY_ARE else _value_read(v) for v in row[:MAX_COLUMNS]])

    def _refuse_formula_without_value(self, name: str) -> None:
        book = _load(self._content, values=False)
        try:
            with_formulas = _cells(book, name, values_only=False)
            with_values = _cells(self._book, name, values_only=True)
            for number, (cells, values) in enumerate(zip(with_formulas, with_values, strict=True), 1):
                for place, (cell, value) in enumerate(zip(cells, values, strict=True)):
                    if value is None and cell.data_type == "f":
                        where = f"{column_letter(place)}{number}"
                        raise UnreadableWorkbook.because(
                            "E01",
                            f"La cellule {where} de « {name} » est une formule dont la valeur n'est pas enregistrée.",
                            "Ouvrir le classeur dans un tableur, le recalculer, l'enregistrer, puis l'importer.",
                            f"{name}!{where}",
                        )
        finally:
            book.close()

    def close(self) -> None:
        """Closes the file."""
        self._book.close()


@contextmanager
def open_workbook(content: bytes) -> Iterator[Workbook]:
    """The workbook of these bytes for the time of a block; `UnreadableWorkbook` when they are none."""
    book = Workbook(content)
    try:
        yield book
    finally:
        book.close()


def column_letter(place: int) -> str:
    """The letters of a column; the first, A, is place 0."""
    before, own = divmod(place, 26)
    return (column_letter(before - 1) if before else "") + chr(ord("A") + own)


def _load(content: bytes, values: bool) -> "openpyxl.Workbook":
    import openpyxl

    with _openpyxl_faults():
        return openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)


def _has_formulas(content: bytes) -> bool:
    """Whether any sheet holds a formula: a scan of the bytes, so that a workbook without any is read once."""
    with _openpyxl_faults(), zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as part:
                    tail = b""
                    while chunk := part.read(1 << 20):
                        if _FORMULA.search(tail + chunk):
                            return True
                        tail = chunk[-64:]
    return False


def _cells(book: "openpyxl.Workbook", name: str, values_only: bool) -> Iterator[tuple]:  # type: ignore[type-arg]
    """Rows of a sheet up to the last one Excel allows, the stored dimensions ignored since they lie."""
    with _openpyxl_faults():
        sheet = book[name]
        sheet.reset_dimensions()
        rows = iter(sheet.iter_rows(values_only=values_only))
    for _ in range(LAST_ROW):
        with _openpyxl_faults():
            row = next(rows, None)
        if row is None:
            return
        yield row


@contextmanager
def _openpyxl_faults() -> Iterator[None]:
    """Turns whatever openpyxl raises on hostile bytes into one error, and hushes its remarks on what it leaves out."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as fault:  # bytes from outside: openpyxl raises KeyError, ValueError, BadZipFile, zlib.error...
        raise UnreadableWorkbook.because(
            "E01", "Le classeur est tronqué ou abîmé.", "Télécharger le fichier de nouveau."
        ) from fault


def _value_read(value: object) -> CellValue:
    if isinstance(value, float):
        return Decimal(repr(value))
    return value.isoformat() if isinstance(value, time) else str(value)


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """A workbook of these sheets, in order; the same sheets give the same bytes.

    Control characters, which the format cannot hold, are dropped. `ValueError` for a name Excel refuses.
    """
    import openpyxl
    from openpyxl.writer.excel import ExcelWriter

    book = openpyxl.Workbook(write_only=True)
    book.properties.created = book.properties.modified = _EPOCH
    for sheet in sheets:
        _write_sheet(book, sheet)
    buffer = io.BytesIO()
    ExcelWriter(book, zipfile.ZipFile(buffer, "w")).save()
    return _without_dates(buffer)


def _write_sheet(book: "openpyxl.Workbook", sheet: Sheet) -> None:
    target = book.create_sheet(sheet.name)
    for place, width in enumerate(sheet.widths):
        target.column_dimensions[column_letter(place)].width = width
    if sheet.headers:
        target.freeze_panes = f"A{sheet.headers + 1}"
    for number, row in enumerate(sheet.rows):
        target.append([_cell(target, value, number < sheet.headers) for value in row])


def _cell(sheet: "Worksheet", value: CellValue, bold: bool) -> "Cell | CellValue":
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"  # openpyxl takes a text that begins with "=" for a formula
    if bold:
        cell.font = Font(bold=True)
    return cell


def _without_dates(archive: io.BytesIO) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _EPOCH.timetuple()[:6]), source.read(name), zipfile.ZIP_DEFLATED)
    return result.getvalue()
