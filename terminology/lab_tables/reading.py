"""The tables of a catalogue read: a workbook or a zip of CSV, whole or not at all, every fault told at its cell."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from kernel.text import fold
from terminology.lab_catalogue import (
    Container,
    Interval,
    LabCatalogue,
    LabExam,
    Laboratory,
    Measure,
    ReferenceRange,
    Transport,
)
from terminology.lab_tables.cells import BadCell
from terminology.lab_tables.columns import (
    BOUNDS,
    CODE,
    CONTAINER,
    CRITICAL,
    EXAM,
    EXAM_SHEET,
    LABORATORY,
    LABORATORY_SHEET,
    MEASURE,
    RANGE,
    RANGE_KIND,
    RANGE_SHEET,
    REFERENCE,
    SHEETS,
    TRANSPORT,
    TUBE_SHEET,
    VERSION,
    Column,
)
from terminology.lab_tables.escaped_text import unescaped
from terminology.readers.archive import CONTENT_TYPES, MAX_BYTES, check_texts, check_workbook, member, open_archive
from terminology.readers.csv_text import decoded, text_rows
from terminology.workbook import CellRow, CellValue, column_letter, open_workbook

MOST_ROWS = 200_000
_MOST_TOLD = 500
_FAULT = "lab-table"


@dataclass(frozen=True, slots=True)
class ReadTables:
    """The catalogue of a file, and what was left aside of it."""

    catalogue: LabCatalogue
    warnings: tuple[Finding, ...]


@dataclass(slots=True)
class _Row:
    """One row of a table: its number in the sheet, its cells by header; reading it gathers its faults."""

    sheet: str
    number: int
    cells: Mapping[str, tuple[int, CellValue]]
    faults: list[Finding]

    def values(self, columns: Iterable[Column]) -> dict[str, Any]:
        """The fields of some columns; an empty cell leaves its field to the default of the model."""
        found = {}
        for column in columns:
            place, cell = self.cells.get(column.header, (-1, None))
            if cell is None or (isinstance(cell, str) and not cell.strip()):
                if column.required:
                    self.refuse(column, "cellule vide", "La remplir.")
                continue
            try:
                found[column.field] = column.kind.read(cell)
            except BadCell as bad:
                self.refuse(column, str(bad), "Corriger la cellule.", place)
            except (ValueError, OverflowError, ArithmeticError):
                self.refuse(column, "valeur illisible", "Corriger la cellule.", place)
        return found

    def refuse(self, column: Column, message: str, hint: str, place: int = -1) -> None:
        """One fault of one cell."""
        known = self.cells.get(column.header, (place, None))[0]
        where = f"{self.sheet}!{column_letter(known) if known >= 0 else '?'}{self.number}"
        told = f"{self.sheet}, ligne {self.number}, « {column.header} » : {message}."
        self.faults.append(Finding(Severity.ERROR, _FAULT, told, hint, where))


@dataclass(slots=True)
class _Reader:
    faults: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def rows(self, tables: Mapping[str, Sequence[CellRow]], sheet: str) -> list[_Row]:
        """The rows of a table under its headers. Each table is there, be it empty: one that was lost says nothing."""
        found = next((rows for name, rows in tables.items() if fold(name) == fold(sheet)), None)
        if found is None:
            self._tell(sheet, f"La feuille « {sheet} » manque", "La remettre, vide s'il le faut.")
            return []
        start = next((n for n, row in enumerate(found) if any(cell not in (None, "") for cell in row)), len(found))
        places = self._places(sheet, found[start] if start < len(found) else ())
        return [
            _Row(sheet, number, {h: (p, row[p]) for h, p in places.items() if p < len(row)}, self.faults)
            for number, row in enumerate(found[start + 1 :], start + 2)
            if any(cell not in (None, "") for cell in row)
        ]

    def laboratory(self, rows: Sequence[_Row]) -> dict[str, Any]:
        """The one row of the laboratory, with the version."""
        if len(rows) != 1 and all(fault.path != LABORATORY_SHEET for fault in self.faults):
            self._tell(LABORATORY_SHEET, f"{LABORATORY_SHEET} : une ligne est attendue", "En garder une.")
        return rows[0].values((*LABORATORY, *VERSION)) if rows else {}

    def _places(self, sheet: str, headers: CellRow) -> dict[str, int]:
        known = {fold(column.header): column.header for column in SHEETS[sheet]}
        places: dict[str, int] = {}
        for place, header in enumerate(headers):
            name = known.get(fold(str(header or "")))
            if name is None:
                if header not in (None, ""):
                    told = f"{sheet} : colonne « {str(header)[:40]} » inconnue, laissée de côté."
                    self.warnings.append(Finding(Severity.WARNING, _FAULT, told, "", f"{sheet}!{column_letter(place)}"))
            elif name in places:
                self._tell(
                    f"{sheet}!{column_letter(place)}", f"{sheet} : deux colonnes « {name} »", "N'en garder qu'une."
                )
            else:
                places[name] = place
        for column in SHEETS[sheet]:
            if column.required and column.header not in places:
                self._tell(sheet, f"{sheet} : la colonne « {column.header} » manque", "La remettre.")
        return places

    def _tell(self, where: str, message: str, hint: str) -> None:
        self.faults.append(Finding(Severity.ERROR, _FAULT, f"{message}.", hint, where))

    def settle(self) -> None:
        if self.faults:
            raise Invalid([*self.faults[:_MOST_TOLD], *self.warnings])


def read_lab_tables(content: bytes) -> ReadTables:
    """The catalogue of an .xlsx or a .zip; `Invalid` with every fault, located as `Examens!C5`."""
    reader, tables = _Reader(), _tables(content)
    known = set(map(fold, SHEETS))
    for name in tables:
        if fold(name) not in known:
            told = f"Feuille « {name[:40]} » inconnue, laissée de côté."
            reader.warnings.append(Finding(Severity.WARNING, _FAULT, told, "", name[:40]))
    heads = reader.rows(tables, LABORATORY_SHEET)
    by_code = {sheet: list(_by_code(reader, tables, sheet)) for sheet in (EXAM_SHEET, TUBE_SHEET, RANGE_SHEET)}
    codes = {code for code, _ in by_code[EXAM_SHEET]}
    for sheet in (TUBE_SHEET, RANGE_SHEET):
        for code, row in by_code[sheet]:
            if code not in codes:
                row.refuse(CODE, f"l'examen « {code[:40]} » n'est pas dans {EXAM_SHEET}", "Corriger le code.")
    containers = _containers(by_code[TUBE_SHEET])
    ranges = _ranges(by_code[RANGE_SHEET])
    read = [_exam(row, code, containers, ranges) for code, row in by_code[EXAM_SHEET]]
    head = reader.laboratory(heads)
    reader.settle()
    version, effective = head.pop("version", 1), head.pop("effective_from")
    catalogue = LabCatalogue(Laboratory(**{"name": "", **head}), version, effective, tuple(filter(None, read)))
    return ReadTables(catalogue, tuple(reader.warnings))


def _tables(content: bytes) -> dict[str, Sequence[CellRow]]:
    if len(content) > MAX_BYTES:
        raise Invalid.because("E01", "Le fichier dépasse 50 Mo.", "Retirer ce qui n'est pas le catalogue.")
    with open_archive(content) as archive:
        if CONTENT_TYPES in archive.namelist():
            check_workbook(archive)
            with open_workbook(content) as book:
                tables: dict[str, Sequence[CellRow]] = {
                    name: [tuple(map(_cell, row)) for row in book.rows(name)] for name in book.names
                }
        else:
            check_texts(archive)
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            stems = [fold(PurePosixPath(name).stem) for name in names]
            if len(set(stems)) < len(stems):
                raise Invalid.because("E01", "Deux fichiers de l'archive ont le même nom.", "En garder un.")
            tables = {PurePosixPath(name).stem: _csv(member(archive, name)) for name in names}
    if any(len(rows) > MOST_ROWS for rows in tables.values()):
        raise Invalid.because("E01", f"Plus de {MOST_ROWS} lignes.", "Retirer ce qui n'est pas le catalogue.")
    return tables


def _cell(cell: CellValue) -> CellValue:
    return unescaped(cell) if isinstance(cell, str) else cell


def _csv(content: bytes) -> list[CellRow]:
    headers = {fold(column.header) for columns in SHEETS.values() for column in columns}
    rows = text_rows(
        decoded(content), lambda first: max((sum(fold(c) in headers for c in row) for row in first), default=0)
    )
    return [tuple(cell.removeprefix("'") for cell in row) for row in rows]


def _by_code(reader: _Reader, tables: Mapping[str, Sequence[CellRow]], sheet: str) -> Iterator[tuple[str, _Row]]:
    seen: set[str] = set()
    for row in reader.rows(tables, sheet):
        code = row.values((CODE,)).get("local_code", "")
        if code and sheet == EXAM_SHEET and code in seen:
            row.refuse(CODE, f"le code « {code[:40]} » est déjà celui d'une autre ligne", "Un code par examen.")
        seen.add(code)
        if code:
            yield code, row


def _containers(rows: Iterable[tuple[str, _Row]]) -> dict[str, list[Container]]:
    found: dict[str, list[Container]] = {}
    for code, row in rows:
        transport = Transport(**row.values(TRANSPORT))
        found.setdefault(code, []).append(
            Container(**{"description": "", **row.values(CONTAINER)}, transport=transport)
        )
    return found


def _ranges(rows: Iterable[tuple[str, _Row]]) -> dict[tuple[str, str], list[ReferenceRange]]:
    found: dict[tuple[str, str], list[ReferenceRange]] = {}
    for code, row in rows:
        kind = row.values((RANGE_KIND,)).get("kind", "")
        known = next((k for k in (REFERENCE, CRITICAL) if fold(k) == fold(kind)), "")
        if kind and not known:
            row.refuse(RANGE_KIND, f"{REFERENCE} ou {CRITICAL} est attendu", "Corriger la cellule.")
        intervals: dict[str, Any] = {name: Interval(**row.values(columns)) for name, columns in BOUNDS.items()}
        found.setdefault((code, known), []).append(ReferenceRange(**intervals, **row.values(RANGE)))
    return found


def _exam(
    row: _Row,
    code: str,
    containers: Mapping[str, Sequence[Container]],
    ranges: Mapping[tuple[str, str], Sequence[ReferenceRange]],
) -> LabExam | None:
    told, measure = row.values(EXAM), Measure(**row.values(MEASURE))
    if "label" not in told:
        return None
    measure = replace(
        measure,
        reference_ranges=tuple(ranges.get((code, REFERENCE), ())),
        critical_ranges=tuple(ranges.get((code, CRITICAL), ())),
    )
    return LabExam(**told, measure=measure, containers=tuple(containers.get(code, ())))
