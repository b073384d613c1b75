"""One value in one cell: how each kind is written, and read back from what a person may have typed.

Several values stand one a line. A coding is `code | libellé`, with ` | système` when it is not the column's own. A `|`,
a line feed or a backslash that belongs to a value is written `\\|`, `\\n`, `\\\\`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any

from kernel.french_time import from_france
from terminology.coding import Coding
from terminology.lab_catalogue import Quantity
from terminology.workbook import CellValue

_YES, _NO = "O", "N"
_WORDS = {"o": True, "oui": True, "vrai": True, "1": True, "n": False, "non": False, "faux": False, "0": False}
_ESCAPES = {"\\": "\\\\", "|": "\\|", "\n": "\\n"}
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:[.,][0-9]{1,30})?", re.ASCII)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BAR = re.compile(r"(?<!\\)((?:\\\\)*)\|")


class BadCell(Exception):
    """What is wrong with a cell, in French, and what was expected."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: both ways, and what an empty cell means."""

    write: Callable[[Any], CellValue]
    read: Callable[[CellValue], Any]
    empty: Any = None


def shown(cell: CellValue) -> str:
    """A cell as text; a number without exponent."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _YES if cell else _NO
    if isinstance(cell, Decimal):
        return format(cell, "f")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _number(cell: CellValue) -> Decimal:
    text = shown(cell).strip().replace("\u202f", "").replace("\u00a0", "")
    if _NUMBER.fullmatch(text) is None:
        raise BadCell("un nombre est attendu, comme 4,5")
    return Decimal(text.replace(",", "."))


def _integer(cell: CellValue) -> int:
    found = _number(cell)
    if found != int(found):
        raise BadCell("un nombre entier est attendu")
    return int(found)


def _instant(cell: CellValue) -> datetime:
    if isinstance(cell, date):
        clock = cell if isinstance(cell, datetime) else datetime.combine(cell, time())
        return clock if clock.tzinfo else from_france(clock)
    try:
        found = datetime.fromisoformat(shown(cell).strip())
    except ValueError:
        raise BadCell("une date est attendue, comme 2026-07-15T00:00:00+02:00") from None
    return found if found.tzinfo else from_france(found)


def _flag(cell: CellValue) -> bool:
    found = _WORDS.get(shown(cell).strip().lower())
    if found is None:
        raise BadCell("O ou N est attendu")
    return found


def _escape(text: str) -> str:
    return "".join(_ESCAPES.get(sign, sign) for sign in text)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], text)


def _lines(cell: CellValue) -> list[str]:
    return [line for line in shown(cell).replace("\r\n", "\n").split("\n") if line.strip()]


def _parts(line: str) -> list[str]:
    return [_unescape(part.strip()) for part in _BAR.sub(lambda found: found[1] + "\x00", line).split("\x00")]


def _write_coding(coding: Coding, system: str) -> str:
    parts = [coding.code, coding.display] if coding.display else [coding.code]
    if coding.system != system:
        parts = [coding.code, coding.display, coding.system]
    return " | ".join(map(_escape, parts))


def _read_coding(line: str, system: str) -> Coding:
    parts = _parts(line)
    if len(parts) > 3:
        raise BadCell("une ligne a trois parties au plus : code | libellé | système")
    code, display, told = (*parts, *("", "", system)[len(parts) :])
    return Coding(told, code, display)


def _choice_of(kind: type[StrEnum]) -> Callable[[str], StrEnum]:
    def read(text: str) -> StrEnum:
        try:
            return kind(text.strip())
        except ValueError:
            raise BadCell(f"l'une de ces valeurs est attendue : {', '.join(kind)}") from None

    return read


TEXT = Kind(lambda value: value, lambda cell: shown(cell).replace("\r\n", "\n"), "")
NUMBER = Kind(lambda value: value, _number)
INTEGER = Kind(lambda value: value, _integer)
INSTANT = Kind(lambda value: value.isoformat(), _instant)
FLAG = Kind(lambda value: _YES if value else _NO, _flag)
TEXTS = Kind(
    lambda values: "\n".join(value.replace("\\", "\\\\").replace("\n", "\\n") for value in values),
    lambda cell: tuple(_unescape(line) for line in _lines(cell)),
    (),
)


def coding(system: str) -> Kind:
    """One coding of a system."""
    return Kind(lambda value: _write_coding(value, system), lambda cell: _read_coding(shown(cell), system))


def codings(system: str) -> Kind:
    """Several, one a line."""
    return Kind(
        lambda values: "\n".join(_write_coding(value, system) for value in values),
        lambda cell: tuple(_read_coding(line, system) for line in _lines(cell)),
        (),
    )


def choice(kind: type[StrEnum]) -> Kind:
    """One word of a closed list, by its code."""
    return Kind(lambda value: value.value, lambda cell: _choice_of(kind)(shown(cell)))


def choices(kind: type[StrEnum]) -> Kind:
    """Several, one a line."""
    return Kind(
        lambda values: "\n".join(value.value for value in values),
        lambda cell: tuple(map(_choice_of(kind), _lines(cell))),
        (),
    )


def quantity(system: str) -> Kind:
    """`4 mL | millilitre`: a number, then its unit when there is one."""

    def write(value: Quantity) -> CellValue:
        unit = _write_coding(value.unit, system) if value.unit else ""
        return f"{format(value.value, 'f')} {unit}" if unit else value.value

    def read(cell: CellValue) -> Quantity:
        number, _, unit = shown(cell).strip().partition(" ")
        return Quantity(_number(number), _read_coding(unit, system) if unit.strip() else None)

    return Kind(write, read)
