"""Escape sequences of HL7 v2.5 (ch. 2): delimiters inside a text, and line breaks as `\\X0D\\`.

`unescape(escape(text)) == text` for every text without control characters other than the line feed.
"""

import re
from dataclasses import dataclass

from kernel.errors import CircuitbioError, Invalid

LINE_BREAKS = {"0D", "0A", "0D0A"}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_HEXADECIMAL = re.compile(r"(?:[0-9A-F]{2})+", re.ASCII)
# Start and stop of highlighting carry no character; the formatting commands but the line break neither.
_SILENT = re.compile(r"H|N|\.(?:sp|in|ti|fi|nf|ce|sk)[+-]?[0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The five delimiters a message declares in MSH-1 and MSH-2."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    @property
    def encoding_characters(self) -> str:
        """MSH-2: component, repetition, escape, subcomponent."""
        return self.component + self.repetition + self.escape + self.subcomponent

    @classmethod
    def declared(cls, line: str) -> "Delimiters":
        """Those declared by a MSH, FHS or BHS line; `Invalid` (`E01`) unless five distinct signs are found."""
        field, signs = line[3:4], line[4:8]
        if len({field, *signs}) != 5 or any(c.isalnum() or c.isspace() for c in field + signs):
            raise Invalid.because(
                "E01",
                f"Séparateurs illisibles dans {line[:3]}.",
                r"Le segment commence par |^~\& ou par cinq signes distincts.",
                f"{line[:3]}(1)-2",
            )
        return cls(field, *signs)


STANDARD = Delimiters()


def escape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """`text` as it may stand in a field; a line feed becomes `\\X0D\\`; other control characters stay."""
    if text.isalnum():
        return text
    e = delimiters.escape
    text = text.replace(e, f"{e}E{e}")
    for sign, letter in (
        (delimiters.field, "F"),
        (delimiters.component, "S"),
        (delimiters.subcomponent, "T"),
        (delimiters.repetition, "R"),
    ):
        text = text.replace(sign, f"{e}{letter}{e}")
    return text.replace("\n", f"{e}X0D{e}")


def unescape(raw: str, delimiters: Delimiters = STANDARD) -> str:
    """The text behind `raw`; `Invalid` (`E20`) on an unfinished or unknown sequence."""
    if delimiters.escape not in raw:
        return raw
    parts = raw.split(delimiters.escape)
    if len(parts) % 2 == 0:
        raise _bad(parts[-1])
    return "".join(part if place % 2 == 0 else _character(part, delimiters) for place, part in enumerate(parts))


def characters(raw: str) -> int:
    """Length of a raw text as receivers count it: a sign outside the basic plane counts for two (UTF-16)."""
    return len(raw) if raw.isascii() else len(raw) + sum(c > "\uffff" for c in raw)


def control_characters(text: str) -> frozenset[str]:
    """Control characters and lone surrogates of `text`, which no field may hold (`\\n` included)."""
    return frozenset(_CONTROL.findall(text))


def _character(sequence: str, delimiters: Delimiters) -> str:
    signs = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent,
        "R": delimiters.repetition,
        "E": delimiters.escape,
        ".br": "\n",
    }
    if sequence in signs:
        return signs[sequence]
    if sequence.startswith("X") and _HEXADECIMAL.fullmatch(sequence[1:].upper()):
        return _hexadecimal(sequence[1:].upper())
    if _SILENT.fullmatch(sequence):
        return ""
    raise _bad(sequence)


def _hexadecimal(digits: str) -> str:
    if digits in LINE_BREAKS:
        return "\n"
    try:
        return bytes.fromhex(digits).decode("utf-8")
    except UnicodeDecodeError:
        raise _bad(f"X{digits}") from None


def _bad(sequence: str) -> CircuitbioError:
    return Invalid.because(
        "E20",
        f"Séquence d'échappement inconnue ou inachevée près de « {sequence[:20]} ».",
        r"Écrire \F\ \S\ \T\ \R\ \E\ ou \X0D\.",
    )
