"""Realistic workbooks in the three layouts, to any size, the same for the same arguments (terminology.md §1.4).

`sample_workbook` gives the content; `SampleWorkbook.xlsx`, `.csv` and `.zip` the file. Sheets other than the first are
assumptions: no source shows them.
"""

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from terminology.jdv.columns import Block, Column
from terminology.jdv.filler import CHAPTERS, starter_release, starter_rows, sub_chapter, synthetic_rows
from terminology.jdv.golden import SampleRow, golden_rows
from terminology.jdv.indicators import Indicator
from terminology.jdv.layouts import LAYOUTS, LayoutColumn
from terminology.jdv.sheets import SheetKind
from terminology.request_code import ClinicalInformation
from terminology.workbook import CellRow, CellValue, Sheet, column_letter, write_workbook

_RELEASES = {
    "2018": ("1.1.10", date(2018, 12, 3)),
    "2022": ("2022-06", date(2022, 6, 15)),
    "2025": ("2025-09", date(2025, 9, 15)),
}
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_HEADERS = 3  # a title, the bands, the headers


@dataclass(frozen=True, slots=True)
class SampleWorkbook:
    """One workbook: its rows by column, and the order in which the layout's columns are written."""

    layout: str
    label: str
    published: date
    rows: tuple[SampleRow, ...]
    columns: tuple[LayoutColumn, ...]
    with_bands: bool = True
    with_indicators: bool = True

    def row_number(self, index: int) -> int:
        """The number, in the sheet, of the row at `index`."""
        return index + _HEADERS + 1

    def letter(self, column: Column) -> str:
        """Where a column stands."""
        return column_letter(next(place for place, c in enumerate(self.columns) if c.column is column))

    def shuffled(self, seed: int) -> "SampleWorkbook":
        """The same, its columns in any order, blocks torn apart; the band then stands over each of them."""
        columns = list(self.columns)
        random.Random(seed).shuffle(columns)  # noqa: S311 - a repeatable order
        return replace(self, columns=tuple(columns))

    def sheets(self) -> dict[SheetKind, Sequence[CellRow]]:
        """The rows of every sheet, headers included."""
        sheets = {SheetKind.SUMMARY: self._summary(), SheetKind.VALUE_SET: self._value_set(), **_lists()}
        if self.with_indicators:
            sheets[SheetKind.INDICATORS] = self._indicators()
        return {kind: sheets[kind] for kind in SheetKind if kind in sheets}

    def xlsx(self) -> bytes:
        """As an Excel workbook."""
        return write_workbook([Sheet(kind.value, rows, headers=0) for kind, rows in self.sheets().items()])

    def csv(self, encoding: str = "utf-8-sig", separator: str = ";", decimal_comma: bool = True) -> bytes:
        """Sheet 1 alone as CSV, as a French Excel writes it unless told otherwise."""
        return _csv(self._value_set(), encoding, separator, decimal_comma)

    def zip(self, encoding: str = "utf-8-sig", separator: str = ";") -> bytes:
        """Every sheet as CSV, in one archive."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for kind, rows in self.sheets().items():
                content = _csv(rows, encoding, separator, decimal_comma=True)
                archive.writestr(zipfile.ZipInfo(f"{kind}.csv", _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
        return buffer.getvalue()

    def _value_set(self) -> list[CellRow]:
        bands = tuple(_bands(self.columns)) if self.with_bands else ()
        title: CellRow = (f"Jeu de valeurs Circuit de la biologie, version {self.label} (généré)",)
        headers: CellRow = tuple(column.header for column in self.columns)
        return [title, bands, headers, *(self._cells(row) for row in self.rows)]

    def _cells(self, row: SampleRow) -> CellRow:
        has_two = any(column.column is Column.INFORMATION_REQUIRED for column in self.columns)
        if not has_two:
            both = (row.get(Column.INFORMATION_REQUIRED), row.get(Column.INFORMATION_USEFUL))
            row = {**row, Column.INFORMATION_USEFUL: ";".join(str(cell) for cell in both if cell)}
        return tuple(_cell(row, column) for column in self.columns)

    def _summary(self) -> list[CellRow]:
        return [
            ("Jeu de valeurs « Circuit de la biologie » — classeur généré, sans valeur officielle",),
            (),
            ("Version", self.label),
            ("Date de publication", self.published),
            ("Version LOINC", "2.80"),
            (),
            ("Historique des versions",),
            ("Version", "Date", "Modifications"),
            (self.label, self.published, "Version courante"),
            ("1.0.0", date(2017, 1, 2), "Première version"),
        ]

    def _indicators(self) -> list[CellRow]:
        return [("Indicateur", "Valeur"), *((name.value, value) for name, value in _count(self.rows).items())]


def sample_workbook(
    layout: str = "2025",
    requests: int = 80,
    rows: int = 200,
    seed: int = 0,
    label: str = "",
    published: date | None = None,
) -> SampleWorkbook:
    """A sound workbook: the golden rows first, then exams of the starter for half of what is left, then synthetic ones.

    `requests` and `rows` are reached exactly, unless they are fewer than the golden rows and the starter's need.
    """
    golden = golden_rows()
    taken = {str(row[c]) for row in golden for c in (Column.REQUEST_LOINC, Column.RESULT_LOINC)}
    left = max(requests - _distinct(golden), 0)
    known = tuple(starter_rows(max(min(left, rows - len(golden)), 0) // 2, taken))
    held = (*golden, *known)
    synthetic = synthetic_rows(left - _distinct(known), rows - len(held), seed)
    named, day = _RELEASES[layout]
    columns = tuple(LAYOUTS[layout])
    return SampleWorkbook(layout, label or named, published or day, (*held, *synthetic), columns)


def _distinct(rows: Iterable[SampleRow]) -> int:
    return len({row[Column.REQUEST_LABEL] for row in rows})


def _bands(columns: Sequence[LayoutColumn]) -> Iterator[str]:
    """A band over the first column of each run of a block: a merged cell, as openpyxl reads it."""
    before: Block | None = None
    for column in columns:
        yield "" if column.block is before else column.block.value
        before = column.block


def _cell(row: SampleRow, column: LayoutColumn) -> CellValue:
    if column.column is None:
        return f"{column.header} de {row.get(Column.RESULT_LOINC)}"
    return row.get(column.column)


def _count(rows: Sequence[SampleRow]) -> dict[Indicator, int]:
    """What sheet 10 should say of these rows."""
    classes = {row[Column.REQUEST_LOINC]: row[Column.ORDER_CLASS] for row in rows if row[Column.REQUEST_LOINC]}
    waiting = {row.get(Column.REQUEST_WAITING) for row in rows if not row[Column.REQUEST_LOINC]}
    results_waiting = {row.get(Column.RESULT_WAITING) for row in rows if not row[Column.RESULT_LOINC]}
    of_class = list(classes.values())
    return {
        Indicator.REQUESTS: len(classes) + len(waiting),
        Indicator.ORDER: of_class.count("Order"),
        Indicator.BOTH: of_class.count("Both"),
        Indicator.OBSERVATION: of_class.count("Observation"),
        Indicator.REQUESTS_WAITING: len(waiting),
        Indicator.RESULTS: len({row[Column.RESULT_LOINC] for row in rows} - {""}),
        Indicator.RESULTS_WAITING: len(results_waiting),
    }


def _lists() -> dict[SheetKind, Sequence[CellRow]]:
    lists = starter_release().lists
    return {
        SheetKind.CHAPTERS: [
            ("Chapitre LOINC", "Libellés chapitres LOINC", "Sous-chapitre LOINC", "Libellés sous-chapitres LOINC"),
            *((code, label, *sub_chapter(place)) for place, (code, label) in enumerate(CHAPTERS)),
        ],
        SheetKind.INFORMATION: [
            ("Code", "Renseignement clinique", "Type", "Liste de choix", "Unité", "Aide"),
            *(_information(item) for item in lists.information),
        ],
        SheetKind.SPECIMENS: [("Code SPM4", "Libellé"), *((c.code, c.display) for c in lists.specimens)],
        SheetKind.SITES: [("Code SPM8", "Libellé"), ("SYNTH-1", "Localisation synthétique")],
        # SNOMED CT codes of jdv-lateralite-cisis (terminology.md §5.1).
        SheetKind.LATERALITIES: [
            ("Code SPM9", "Libellé"),
            ("24028007", "Droit"),
            ("7771000", "Gauche"),
            ("51440002", "Bilatéral"),
            ("385432009", "Non applicable"),
        ],
        SheetKind.TECHNIQUES: [
            ("Code technique", "Libellé"),
            ("DEG", "Spectrophotométrie enzyme/vis Glucose oxydase"),
            ("DOX", "Spectrophotométrie en milieu trouble"),
        ],
        SheetKind.EXPERTS: [("Expert", "Spécialité"), ("Expert fictif", "Biochimie")],
        SheetKind.NOTES: [("Onglet", "Modification"), ("1", "Ajout de codes (note générée)")],
    }


def _information(item: ClinicalInformation) -> CellRow:
    choices = ";".join(f"{choice.code}={choice.display}" for choice in item.choices)
    return item.code, item.label, item.type.value, choices, item.unit, item.help


def _csv(rows: Iterable[CellRow], encoding: str, separator: str, decimal_comma: bool) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerows([_text(value, decimal_comma) for value in row] for row in rows)
    return buffer.getvalue().encode(encoding)


def _text(value: CellValue, decimal_comma: bool) -> str:
    """A cell as a French spreadsheet shows it."""
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        return str(value).replace(".", ",") if decimal_comma else str(value)
    return "" if value is None else str(value)
