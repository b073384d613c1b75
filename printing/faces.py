"""The faces of type: what they can draw, how wide a text is. Fonts come with the package, with their licence.

A character is printable when the regular and the bold face both draw it and it needs no shaping: combining marks,
right-to-left scripts and characters beyond U+FFFF would come out wrong on paper, so they are refused.
"""

import struct
import unicodedata
from enum import StrEnum
from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import Lock

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from kernel.errors import Unavailable

_LOADING = Lock()
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_NEEDS_SHAPING = {"R", "AL", "AN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


class Face(StrEnum):
    """The faces in use, by file name."""

    REGULAR = "DejaVuSansCondensed"
    BOLD = "DejaVuSansCondensed-Bold"
    MONO = "DejaVuSansMono"


@cache
def _font(face: Face) -> TTFont:
    font = _read(face)
    _mend_advance_widths(font)
    pdfmetrics.registerFont(font)
    return font


def _read(face: Face) -> TTFont:
    """The font of the package; `Unavailable` (`missing-font`) when it is not there, or no longer whole."""
    name = f"{face.value}.ttf"
    try:
        return TTFont(face.value, BytesIO((files("printing") / "fonts" / name).read_bytes()))
    except (OSError, TTFError, struct.error, LookupError):
        raise Unavailable.because(
            "missing-font", f"La police {name} manque à l'installation, ou est abîmée.", "Réinstaller Circuitbio."
        ) from None


def _mend_advance_widths(font: TTFont) -> None:
    """Glyphs after the last full record of `hmtx` share its advance width: reportlab 5.1 keeps it scaled to 1/1000 em.

    A subset written from the scaled width contradicts the widths of the PDF (PDF/A-1b rule 6.3.6): DejaVu Sans Mono.
    """
    full = int.from_bytes(font.face.get_table("hhea")[34:36], "big")
    metrics = font.face.hmetrics
    metrics[full:] = [(metrics[full - 1][0], bearing) for _, bearing in metrics[full:]]


@cache
def load() -> None:
    """Registers every face, once; before a page is begun."""
    with _LOADING:
        for face in Face:
            _font(face)


def width_mm(text: str, face: Face, size: float) -> float:
    """Width of `text` in millimetres, `size` in points."""
    return sum(map(_advances(face).__getitem__, text)) * size / 1000 / float(mm)


class _Advances(dict[str, float]):
    """The width of each character in thousandths of the size, found out at its first sight."""

    def __init__(self, font: TTFont) -> None:
        super().__init__()
        self._font = font

    def __missing__(self, character: str) -> float:
        width: float = self._font.face.charWidths.get(ord(character), self._font.face.defaultWidth)
        self[character] = width
        return width


@cache
def _advances(face: Face) -> _Advances:
    load()
    return _Advances(_font(face))


def clean(text: str) -> str:
    """NFC, tabs as spaces, line ends as one sign, characters that never show (soft hyphen…) taken out."""
    composed = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return composed.replace("\t", " ").replace("\r\n", "\n").replace("\r", "\n")


def unprintable_in(text: str) -> list[str]:
    """The characters of `text` that the sheet cannot show rightly, each once, in order."""
    load()
    return [c for c in dict.fromkeys(clean(text)) if c != "\n" and not _printable(c)]


@cache
def _printable(character: str) -> bool:
    code = ord(character)
    drawn = all(code in _font(face).face.charToGlyph for face in (Face.REGULAR, Face.BOLD))
    flat = unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me", "Zl", "Zp"}
    return drawn and flat and code <= 0xFFFF and unicodedata.bidirectional(character) not in _NEEDS_SHAPING
