"""Fourth stage: one cell as a value, or a finding that says where it stands (terminology.md §1.4.7).

A cell is `""` or None when empty, and when it was faulty too: the finding is told, and the row will be rejected.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import lru_cache
from typing import Generic, TypeVar

from kernel.findings import Severity
from kernel.text import fold
from terminology.import_report import ImportFinding
from terminology.readers.value_set.findings import Findings
from terminology.readers.value_set.layout import ColumnT, Layout
from terminology.workbook import CellRow, CellValue, column_letter

_SHOWN = 200
_MAX_INTEGER = 9_999_999
_EXCEL_ERRORS = frozenset("#N/A #REF! #NAME? #NOM? #VALUE! #VALEUR! #DIV/0! #NULL! #NUL! #NUM! #NOMBRE!".split())
EnumT = TypeVar("EnumT", bound=StrEnum)
_FLAGS = {"o": True, "oui": True, "vrai": True, "n": False, "non": False, "faux": False}


@dataclass(frozen=True, slots=True)
class Row(Generic[ColumnT]):
    """One row under reading: its cells by column, and where to tell what is wrong with them.

    `cells` are as many as the headers at least (`row_of` sees to that).
    """

    layout: Layout[ColumnT]
    number: int
    cells: CellRow
    findings: Findings

    def value(self, column: ColumnT) -> CellValue:
        """The cell as it is stored; None when it is empty, or the sheet has no such column."""
        place = self.layout.places.get(column)
        return None if place is None else self.cells[place]

    def text(self, column: ColumnT) -> str:
        """The cell as one line of text, runs of spaces as one."""
        return " ".join(self.lines(column).split())

    def lines(self, column: ColumnT) -> str:
        """The cell as text with its line ends. An error of Excel (`#N/A`) is a fault, and no text."""
        value = self.value(column)
        if value is None:
            return ""
        text = as_text(value)
        if text.startswith("#") and text.strip() in _EXCEL_ERRORS:
            self.error(column, "E14", f"La cellule contient une erreur d'Excel, {text}.", "Corriger la formule.")
            return ""
        return text

    def error(self, column: ColumnT, code: str, message: str, hint: str) -> None:
        """A fault of one cell: it rejects the row."""
        self._tell(Severity.ERROR, column, code, message, hint)

    def warning(self, column: ColumnT, code: str, message: str, hint: str) -> None:
        """A remark on one cell to look at; the row stands."""
        self._tell(Severity.WARNING, column, code, message, hint)

    def note(self, column: ColumnT, code: str, message: str, hint: str = "") -> None:
        """What was set right on the way, without any doubt."""
        self._tell(Severity.INFORMATION, column, code, message, hint)

    def _tell(self, severity: Severity, column: ColumnT, code: str, message: str, hint: str) -> None:
        place = self.layout.places.get(column)
        value = as_text(self.value(column))[:_SHOWN]
        letter, header = (None, "") if place is None else (column_letter(place), self.layout.headers[place])
        self.findings.add(
            ImportFinding(severity, code, self.layout.sheet, self.number, letter, header, value, message, hint)
        )

    def extra(self, of_result: bool) -> tuple[tuple[str, str], ...]:
        """The cells of unknown columns, verbatim, with their headers: those of the result, or the others.

        What stands below no header is kept with the result, under the letter of its column.
        """
        named = tuple(
            (self.layout.headers[place], as_text(self.cells[place]))
            for place in self.layout.unknown
            if self.cells[place] not in (None, "") and (place in self.layout.unknown_of_result) is of_result
        )
        unnamed = self.layout.unnamed(self.cells) if of_result else ()
        return named + tuple((column_letter(place), as_text(self.cells[place])) for place in unnamed)


def row_of(layout: Layout[ColumnT], number: int, cells: CellRow, findings: Findings) -> Row[ColumnT]:
    """A row of a sheet, filled up to the last header with empty cells."""
    return Row(layout, number, cells + (None,) * (len(layout.headers) - len(cells)), findings)


def as_text(value: CellValue) -> str:
    """A cell as the text a spreadsheet would show, dates as ISO."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "VRAI" if value else "FAUX"
    if isinstance(value, Decimal):
        return format(value.normalize() if value == value.to_integral_value() else value, "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def flag(row: Row[ColumnT], column: ColumnT) -> bool | None:
    """O, N, Oui, Non. A digit 0 is no letter O: the value is then unknown, with a warning, and never guessed."""
    text = fold(row.text(column))
    if not text:
        return None
    if text == "0":
        hint = "Écrire la lettre O (oui), ou N (non)."
        row.warning(column, "W14", "Le chiffre 0 à la place d'une lettre : valeur inconnue.", hint)
        return None
    if text not in _FLAGS:
        row.error(column, "E14", f"« {row.text(column)} » n'est ni O ni N.", "Valeurs admises : O, N, Oui, Non.")
    return _FLAGS.get(text)


@lru_cache(maxsize=4096)
def decimal(text: str) -> Decimal | None:
    """`5,551` or `5.551`; None for what is no number, or not a plain one."""
    try:
        value = Decimal(re.sub(r"\s", "", text).replace(",", "."))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 30 else None


def integer(row: Row[ColumnT], column: ColumnT) -> int | None:
    """A whole number of at least 0, `4174.0` included."""
    text = row.text(column)
    if not text:
        return None
    value = decimal(text)
    if value is None or value != value.to_integral_value() or not 0 <= value <= _MAX_INTEGER:
        row.error(column, "E14", f"« {text} » n'est pas un nombre entier.", "Écrire un nombre entier.")
        return None
    return int(value)


def chosen(row: Row[ColumnT], column: ColumnT, allowed: Mapping[str, EnumT]) -> EnumT | None:
    """One of a closed list, whatever its case; None when empty."""
    text = row.text(column)
    if text and text.casefold() not in allowed:
        row.error(column, "E14", f"« {text} » n'est pas admis.", f"Valeurs admises : {', '.join(allowed.values())}.")
    return allowed.get(text.casefold())


@lru_cache(maxsize=4096)
def parts(text: str, separators: str = ";\n|") -> tuple[str, ...]:
    """The values of a cell that may hold several, each one line, doubles dropped."""
    if not text:
        return ()
    pieces = re.split(f"[{re.escape(separators)}]", text)
    return tuple(dict.fromkeys(piece for part in pieces if (piece := " ".join(part.split()))))
