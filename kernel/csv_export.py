"""CSV as French spreadsheets open it: UTF-8 with its mark, semicolons, CRLF, and no cell that would run as a formula.

A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets a leading apostrophe (terminology.md
§1.4.9; OWASP, « CSV Injection »), unless it is a plain number.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

SEPARATOR = ";"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The table as bytes; None is an empty cell, everything else its text."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=SEPARATOR, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([neutral("" if cell is None else str(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def neutral(cell: str) -> str:
    """The cell as text that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_RISKY) and not _NUMBER.fullmatch(cell) else cell
