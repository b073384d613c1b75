"""Third stage: which column is which, by header text and never by position (terminology.md §1.2, §1.4.3).

A text two columns share (« LOINC ») is settled by the band over it; without a band, by the order of the blocks,
provided every column of the request stands before every column of the result. What cannot be settled refuses the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Generic, TypeVar

from terminology.import_report import ExtraColumn
from terminology.jdv.columns import (
    EXPECTED,
    LISTS,
    REQUIRED,
    TWINS,
    VALUE_SET,
    Block,
    Column,
    ListColumn,
    block_of,
    is_of_result,
)
from terminology.jdv.headers import Vocabulary
from terminology.jdv.sheets import MANDATORY, SheetKind
from terminology.readers.csv_text import HEADER_ROWS
from terminology.readers.value_set.findings import Findings, merged
from terminology.workbook import CellRow, column_letter

NumberedRow = tuple[int, CellRow]
_ENOUGH_HEADERS = 2
ColumnT = TypeVar("ColumnT", Column, ListColumn)


@dataclass(frozen=True, slots=True)
class Layout(Generic[ColumnT]):
    """Where each column of a sheet is (place 0 is A). `unknown` are the places of columns the format does not know;
    `unknown_of_result` those among them that stand with the result; `of_request` all places that tell the request."""

    sheet: str
    header_row: int
    headers: tuple[str, ...]
    places: Mapping[ColumnT, int]
    unknown: tuple[int, ...] = ()
    unknown_of_result: frozenset[int] = frozenset()
    of_request: tuple[int, ...] = ()
    without_header: tuple[int, ...] = ()

    def unnamed(self, cells: CellRow) -> list[int]:
        """The places of a row that hold something below no header."""
        places = (*self.without_header, *range(len(self.headers), len(cells)))
        return [place for place in places if cells[place] not in (None, "")]

    @property
    def extra_columns(self) -> tuple[ExtraColumn, ...]:
        """The unknown columns, for the report."""
        return tuple(ExtraColumn(self.sheet, column_letter(place), self.headers[place]) for place in self.unknown)


def headers_seen(kind: SheetKind | None, row: CellRow) -> int:
    """How many known headers a row of this sheet holds."""
    if kind is SheetKind.VALUE_SET:
        return _headers_seen(VALUE_SET, row)
    return _headers_seen(LISTS[kind], row) if kind in LISTS else 0


def _headers_seen(vocabulary: Vocabulary[ColumnT], row: CellRow) -> int:
    return sum(bool(vocabulary.columns(value)) for value in row if isinstance(value, str))


class HeaderRows(Generic[ColumnT]):
    """The top of a sheet: the row of headers among the first fifteen, and the bands above it."""

    def __init__(self, sheet: str, rows: Sequence[NumberedRow], vocabulary: Vocabulary[ColumnT]) -> None:
        self.sheet = sheet
        self.vocabulary: Vocabulary[ColumnT] = vocabulary
        top = [(number, row) for number, row in rows if number <= HEADER_ROWS]
        self.number, row = max(top, key=lambda numbered: _headers_seen(vocabulary, numbered[1]), default=(0, ()))
        self.found = _headers_seen(vocabulary, row) >= _ENOUGH_HEADERS
        self.texts = tuple("" if value is None else " ".join(str(value).split()) for value in row)
        self.candidates: list[frozenset[ColumnT]] = [vocabulary.columns(text) for text in self.texts]
        self._above = [row for number, row in top if number < self.number]

    def bands(self) -> list[Block | None]:
        """The block over each column: the last row above that names one, each name reaching to the next."""
        for row in reversed(self._above):
            if any(isinstance(value, str) and block_of(value) for value in row):
                return list(_filled_forward(row, len(self.texts)))
        return [None] * len(self.texts)

    def where(self, place: int) -> str:
        """A column, for a message."""
        return f"{column_letter(place)} « {self.texts[place]} »"


def _filled_forward(row: CellRow, width: int) -> Iterator[Block | None]:
    block = None
    for place in range(width):
        value = row[place] if place < len(row) else None
        if value not in (None, ""):
            block = block_of(str(value))
        yield block


def list_layout(
    kind: SheetKind, sheet: str, top: Sequence[NumberedRow], findings: Findings
) -> Layout[ListColumn] | None:
    """The columns of one of the sheets 2 to 7; None after an E03, or a W03 for a sheet that may be absent."""
    header = HeaderRows(sheet, top, LISTS[kind])
    settled = [_only(columns) for columns in header.candidates]
    # An item of clinical information without a code gets one from its label.
    required = (ListColumn.LABEL,) if kind is SheetKind.INFORMATION else (ListColumn.CODE, ListColumn.LABEL)
    return _checked(header, settled, required, findings, "E03" if kind in MANDATORY else "W03")


def value_set_layout(sheet: str, top: Sequence[NumberedRow], findings: Findings) -> Layout[Column] | None:
    """The columns of sheet 1; None after an E03."""
    header = HeaderRows(sheet, top, VALUE_SET)
    bands = header.bands()
    settled = [_only(columns) for columns in header.candidates]
    boundary = _boundary(settled)
    for place, columns in enumerate(header.candidates):
        if len(columns) > 1:
            settled[place] = _twin(columns, bands[place], None if boundary is None else place < boundary)
            if settled[place] is None:
                message = f"La colonne {header.where(place)} est-elle celle de la demande ou celle du résultat ?"
                findings.of_file("E03", message, f"Rétablir le bandeau « {Block.RESULT} » au-dessus des titres.", sheet)
                return None
    layout = _checked(header, settled, REQUIRED, findings, "E03")
    if layout is None:
        return None
    _warn_of_absent(layout, findings)
    of_result = _of_result(layout, bands, boundary)
    known = {place for column, place in layout.places.items() if not is_of_result(column)}
    of_request = known | (set(layout.unknown) - of_result)
    return replace(layout, unknown_of_result=of_result, of_request=tuple(sorted(of_request)))


def _only(columns: frozenset[ColumnT]) -> ColumnT | None:
    return next(iter(columns)) if len(columns) == 1 else None


def _boundary(settled: Sequence[Column | None]) -> int | None:
    """The place where the result begins, when the blocks stand in order; None when they do not, or are not seen."""
    # The column of waiting codes of requests says so itself, and may stand anywhere (terminology.md §9).
    placed = [(place, c) for place, c in enumerate(settled) if c and c is not Column.REQUEST_WAITING]
    sides = [(place, is_of_result(column)) for place, column in placed]
    in_order = all(before <= after for (_, before), (_, after) in pairwise(sides))
    if not in_order or all(of_result for _, of_result in sides):
        return None
    return next((place for place, of_result in sides if of_result), None)


def _twin(columns: frozenset[Column], band: Block | None, is_before_result: bool | None) -> Column | None:
    """The column of the request or that of the result; None when nothing tells."""
    request = next((column for column in TWINS if columns == {column, TWINS[column]}), None)
    if request is None:
        return None
    if band is not None:
        return TWINS[request] if band is Block.RESULT else request
    if is_before_result is None:
        return None
    return request if is_before_result else TWINS[request]


def _checked(
    header: HeaderRows[ColumnT],
    settled: Sequence[ColumnT | None],
    required: Sequence[ColumnT],
    findings: Findings,
    code: str,
) -> Layout[ColumnT] | None:
    if not header.found:
        message = f"Aucune ligne d'en-tête reconnue dans les {HEADER_ROWS} premières lignes."
        findings.of_file(code, message, "Les titres de colonnes doivent être ceux du jeu de valeurs.", header.sheet)
        return None
    places: dict[ColumnT, int] = {}
    for place, column in enumerate(settled):
        if column is not None and places.setdefault(column, place) != place:
            message = f"Deux colonnes ont le même sens : {header.where(places[column])} et {header.where(place)}."
            findings.of_file(code, message, "N'en garder qu'une, ou corriger un titre.", header.sheet)
            return None
    missing = [column for column in required if column not in places]
    if missing:
        names = merged(_named(header.vocabulary, column) for column in missing)
        findings.of_file(code, f"Colonne absente : {names}.", f"En-tête lu : ligne {header.number}.", header.sheet)
        return None
    unknown = tuple(place for place, text in enumerate(header.texts) if text and settled[place] is None)
    without = tuple(place for place, text in enumerate(header.texts) if not text)
    return Layout(header.sheet, header.number, header.texts, places, unknown, without_header=without)


def _named(vocabulary: Vocabulary[ColumnT], column: ColumnT) -> str:
    """A column by its first header, with its side where two columns share that header."""
    side = " de la demande" if column in TWINS else " du résultat" if column in TWINS.values() else ""
    return f"« {next(iter(vocabulary.names[column]))} »{side}"


def _warn_of_absent(layout: Layout[Column], findings: Findings) -> None:
    absent = [column for column in EXPECTED[edition_of(layout)] if column not in layout.places]
    if absent:
        names = merged(_named(VALUE_SET, column) for column in absent)
        message = f"Colonne attendue et absente : {names}. Ce qu'elle porte sera inconnu."
        findings.of_file("W03", message, "Vérifier les titres de colonnes.", layout.sheet)


def _of_result(layout: Layout[Column], bands: Sequence[Block | None], boundary: int | None) -> frozenset[int]:
    """The unknown columns that stand with the result."""
    return frozenset(
        place
        for place in layout.unknown
        if bands[place] is Block.RESULT or (bands[place] is None and (boundary is None or place > boundary))
    )


def edition_of(layout: Layout[Column]) -> str:
    """Which of the three known layouts these columns are: by those that came in 2024, then by UCUM.

    The sources date the columns of 2024; that UCUM is absent in 2018 and present in 2022 is an assumption.
    """
    if layout.places.keys() & {Column.RESTRICTED, Column.CORRESPONDENCE, Column.FACTOR}:
        return "2025"
    return "2022" if Column.UCUM in layout.places else "2018"
