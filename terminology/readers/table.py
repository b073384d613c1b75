"""A CSV table whose every fault is located: file, line, column (terminology.md §1.4.9).

UTF-8, one header line, one record a line, comma separated, LF; a cell that holds several values separates them
with `|`. Reading never stops at the first fault: they are gathered in `Faults`, then raised together.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kernel.errors import Invalid
from kernel.findings import Finding, Severity

LIST_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class Row:
    """One record, its cells by column name; `line` is the line number in the file, the header being line 1."""

    file: str
    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def values(self, column: str) -> tuple[str, ...]:
        """The values of a cell that may hold several, in their order; none for an empty cell."""
        cell = self.cells[column]
        return tuple(cell.split(LIST_SEPARATOR)) if cell else ()


class Faults:
    """What is wrong so far; `settle` raises all of it as one error."""

    def __init__(self) -> None:
        self._findings: list[Finding] = []

    def add(self, row: Row, column: str, code: str, message: str, hint: str = "") -> None:
        """One fault of one cell. `code` is that of the import report (terminology.md §1.4.9)."""
        where = f"{row.file}, ligne {row.line}, colonne {column}"
        self._findings.append(
            Finding(Severity.ERROR, code, f"{where} : {message}", hint, f"{row.file}:{row.line}:{column}")
        )

    def add_file(self, file: str, code: str, message: str, hint: str = "", line: int | None = None) -> None:
        """One fault of the file, or of a line as a whole."""
        where, path = (file, file) if line is None else (f"{file}, ligne {line}", f"{file}:{line}")
        self._findings.append(Finding(Severity.ERROR, code, f"{where} : {message}", hint, path))

    def settle(self) -> None:
        """Nothing when all is well; else `Invalid` with every fault."""
        if self._findings:
            raise Invalid(self._findings)


def read_table(file: str, text: str, columns: Sequence[str], faults: Faults) -> list[Row]:
    """The records of `text`; a record with a wrong number of cells, or an unread file, is a fault and is left out."""
    if "\r" in text or text.startswith("\ufeff"):
        faults.add_file(file, "E01", "fin de ligne CRLF ou marque d'ordre des octets", "Enregistrer en UTF-8, LF.")
        return []
    reader = csv.reader(text.split("\n")[:-1] if text.endswith("\n") else text.split("\n"), strict=True)
    rows: list[Row] = []
    try:
        if next(reader, []) != list(columns):
            faults.add_file(file, "E03", "colonnes inattendues", f"En-tête attendu : {','.join(columns)}.", line=1)
            return []
        for cells in reader:
            if len(cells) != len(columns):
                message = f"{len(cells)} cellules au lieu de {len(columns)}"
                faults.add_file(
                    file, "E01", message, "Une virgule dans une valeur demande des guillemets.", reader.line_num
                )
                continue
            rows.append(Row(file, reader.line_num, dict(zip(columns, cells, strict=True))))
    except csv.Error:
        faults.add_file(file, "E01", "guillemets mal fermés", "Une cellule tient sur une ligne.", reader.line_num)
    for row in rows:
        _check_spacing(row, faults)
    return rows


def _check_spacing(row: Row, faults: Faults) -> None:
    for column, cell in row.cells.items():
        if cell != cell.strip() or any(part != part.strip() for part in row.values(column)):
            faults.add(row, column, "E14", "espace en début ou en fin de valeur", "Retirer l'espace.")
        if cell and not all(part.strip() for part in row.values(column)):
            faults.add(row, column, "E14", "valeur vide dans une liste", "Retirer le « | » en trop.")


def unique(rows: Sequence[Row], column: str, faults: Faults, key: Callable[[str], str] = str) -> dict[str, Row]:
    """The rows by the `key` of their value in `column`; an empty or repeated one is a fault, the first row stays."""
    by_value: dict[str, Row] = {}
    for row in rows:
        value = key(row[column])
        if not value:
            faults.add(row, column, "E14", "valeur absente", "Donner une valeur.")
        elif value in by_value:
            first = by_value[value].line
            faults.add(row, column, "E26", f"« {row[column]} » est déjà à la ligne {first}", "Garder une seule ligne.")
        else:
            by_value[value] = row
    return by_value
