"""A laboratory's file, CSV or XLSX, as rows read or told why not (terminology.md §7.1, same detection as §1.4)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from kernel.errors import Invalid
from kernel.findings import Severity
from terminology.import_report import ExtraColumn, ImportFinding, ReadFile
from terminology.readers.archive import MAX_BYTES, check_workbook, open_archive
from terminology.readers.csv_text import decoded, text_rows
from terminology.release import ValueLists
from terminology.transcoding.columns import Field, Layout, find_layout
from terminology.transcoding.reading import ReadItem, RowReader
from terminology.workbook import CellRow, column_letter, open_workbook

MOST_ROWS = 200_000
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class LabFile:
    """What a file says. `layout` is None when no header was found; `rejected_codes` are local codes of rows refused
    for something else: their exams are there, though nothing new is known of them."""

    file: ReadFile
    layout: Layout | None
    items: tuple[ReadItem, ...]
    findings: tuple[ImportFinding, ...]
    extra_columns: tuple[ExtraColumn, ...]
    rejected_codes: frozenset[str]


def read_lab_file(content: bytes, name: str, chosen: Mapping[Field, str], lists: ValueLists) -> LabFile:
    """The rows of a file; `Invalid` (E01) when it is neither CSV nor XLSX or may do harm."""
    if len(content) > MAX_BYTES:
        raise Invalid.because("E01", "Le fichier dépasse 50 Mo.", "Retirer ce qui n'est pas le catalogue.")
    if content.startswith(_OLD_EXCEL):
        raise Invalid.because("E01", "Classeur .xls, ou protégé par un mot de passe.", "L'enregistrer en .xlsx.")
    is_workbook = content.startswith(_ZIP)
    sheets = _workbook_sheets(content) if is_workbook else _csv_sheets(content, name, chosen)
    file = ReadFile(name, "xlsx" if is_workbook else "csv", len(content), hashlib.sha256(content).hexdigest())
    sheet, rows, layout = _best_sheet(sheets, chosen)
    if layout is None or not layout.usable:
        return LabFile(file, layout, (), tuple(_file_faults(sheet, layout)), (), frozenset())
    return _read(file, sheet, rows, layout, lists)


def _read(file: ReadFile, sheet: str, rows: Sequence[CellRow], layout: Layout, lists: ValueLists) -> LabFile:
    if len(rows) > MOST_ROWS:
        raise Invalid.because("E01", f"Plus de {MOST_ROWS} lignes.", "Retirer ce qui n'est pas le catalogue.")
    reader = RowReader(sheet, layout, lists)
    first = layout.header_row + 1
    read = [(row, reader.read(number, row)) for number, row in enumerate(rows[first:], first + 1)]
    place = layout.places[Field.CODE]
    written = {str(row[place]).strip() for row, item in read if item is None and place < len(row) and row[place]}
    return LabFile(
        file=file,
        layout=layout,
        items=tuple(item for _, item in read if item),
        findings=tuple(reader.findings),
        extra_columns=tuple(ExtraColumn(sheet, column_letter(p), header) for p, header in layout.unknown),
        rejected_codes=frozenset(written - {item.local_code for _, item in read if item}),
    )


def _workbook_sheets(content: bytes) -> list[tuple[str, list[CellRow]]]:
    with open_archive(content) as archive:
        check_workbook(archive)
    with open_workbook(content) as book:
        return [(name, list(book.rows(name))) for name in book.names]


def _csv_sheets(content: bytes, name: str, chosen: Mapping[Field, str]) -> list[tuple[str, list[CellRow]]]:
    def headers_seen(rows: Sequence[tuple[str, ...]]) -> int:
        layout = find_layout(rows, chosen)
        return layout.known if layout else 0

    return [(PurePosixPath(name).stem, list(text_rows(decoded(content), headers_seen)))]


def _best_sheet(
    sheets: Sequence[tuple[str, list[CellRow]]], chosen: Mapping[Field, str]
) -> tuple[str, list[CellRow], Layout | None]:
    """The first sheet that has a code and a label, else the first."""
    found = [(name, rows, find_layout(rows, chosen)) for name, rows in sheets]
    complete = (sheet for sheet in found if sheet[2] and not sheet[2].missing)
    return next(complete, found[0] if found else ("", [], None))


def _file_faults(sheet: str, layout: Layout | None) -> list[ImportFinding]:
    if layout is None:
        return [_fault(sheet, None, "Aucune ligne d'en-têtes reconnue.", "Nommer les colonnes : Code local, Libellé…")]
    told = [(f"La colonne « {f.french} » manque.", f) for f in layout.missing]
    told += [
        (f"La colonne désignée « {header} » n'est pas là, ou pas seule.", f) for f, header in layout.unfound.items()
    ]
    told += [
        (f"Plusieurs colonnes peuvent être « {f.french} » : {', '.join(headers)}.", f)
        for f, headers in layout.ambiguous.items()
    ]
    row = layout.header_row + 1
    return [_fault(sheet, row, message, f"Désigner la bonne : {f.value} = <en-tête>.") for message, f in told]


def _fault(sheet: str, row: int | None, message: str, hint: str) -> ImportFinding:
    return ImportFinding(Severity.ERROR, "E03", sheet, row, None, "", "", message, hint)
