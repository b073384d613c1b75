"""Signs that XML cannot hold, in a workbook: `_xHHHH_`, as spreadsheets write and show them (ECMA-376-1, ST_Xstring).

A text that reads like such an escape gets `_x005F_` in place of its first `_`. Of other signs an escape is not read: no
spreadsheet writes one, and openpyxl has already undone some.
"""

import re

_HELD = "000[0-8BCDEF]|001[0-9A-F]|FFFE|FFFF"
_UNHELD = re.compile(f"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x(?:{_HELD}|005F)_)")
_WRITTEN = re.compile(f"_x({_HELD})_|_x005F_(?=x(?:{_HELD}|005F)_)")


def escaped(text: str) -> str:
    """The text as a cell of a workbook holds it; lone surrogates stay as they are."""
    return _UNHELD.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    """The text of a cell of a workbook."""
    return _WRITTEN.sub(lambda found: chr(int(found[1] or "5F", 16)), text) if "_x" in text else text
