"""Signs that XML cannot hold, in a workbook: `_xHHHH_`, as spreadsheets write and show them (ECMA-376-1, ST_Xstring).

A text that reads like such an escape gets `_x005F_` in place of its first `_`. Only escapes of signs that XML cannot
hold are read: in a workbook that a spreadsheet saved, openpyxl has taken every `x005F_` off: `_x0041_` is a text there.
"""

import re

_LACKED = "000[0-8BCDEF]|001[0-9A-F]|FFFE|FFFF"
_TO_ESCAPE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(f"_x({_LACKED})_|_x005F_(?=x[0-9A-Fa-f]{{4}}_)")


def escaped(text: str) -> str:
    """The text as a cell of a workbook holds it; a lone surrogate, which no file holds, stays as it is."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    """The text of a cell of a workbook."""
    return _ESCAPED.sub(lambda found: chr(int(found[1] or "5F", 16)), text) if "_x" in text else text
