"""Setting a paragraph: runs of text in, rows no wider than asked out. Breaks at spaces; a longer word is cut.

No hyphenation (printing.md §12): a code or the name of an exam is never given a hyphen it does not have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from printing.elements import MM_PER_POINT, Element, Role, Row, Text
from printing.faces import Face, clean, width_mm

BODY = 10.0
SMALL = 9.0
FOOT = 8.0
_LEADING = 1.25
_BASELINE = 0.95


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one face; `size` in points."""

    text: str
    face: Face = Face.REGULAR
    size: float = BODY

    @property
    def width(self) -> float:
        """Width in millimetres."""
        return width_mm(self.text, self.face, self.size)


Line = tuple[Span, ...]
_Word = tuple[Span, ...]


def paragraph(
    spans: Sequence[Span], width: float, *, indent: float = 0.0, hang: float = 0.0, role: Role = Role.PARAGRAPH
) -> tuple[Row, ...]:
    """Rows of `spans` set `indent` from the left within `width`, later lines `hang` further (all in millimetres)."""
    rows = []
    for number, line in enumerate(wrapped(spans, width - indent, width - indent - hang)):
        rows.append(_row(line, indent + (hang if number else 0.0), role, max(span.size for span in spans), number == 0))
    return tuple(rows)


def baseline(size: float) -> float:
    """Millimetres from the top of a row of `size` points to its baseline."""
    return size * _BASELINE * MM_PER_POINT


def leading(size: float) -> float:
    """Height of a row of `size` points in millimetres."""
    return size * _LEADING * MM_PER_POINT


def line_width(line: Line) -> float:
    """Width of a set line in millimetres."""
    return sum(span.width for span in line)


def wrapped(spans: Sequence[Span], first: float, later: float | None = None) -> list[Line]:
    """Lines that fit: `first` millimetres for the first one, `later` for the others."""
    later = first if later is None else later
    lines: list[Line] = []
    for part in _paragraphs(spans):
        line: Line = ()
        for word in _words(part):
            for piece in _pieces(word, min(first, later)):
                longer = _joined(line, piece)
                if line and line_width(longer) > (later if lines else first):
                    lines.append(line)
                    line = piece
                else:
                    line = longer
        lines.append(line)
    return lines


def _row(line: Line, x: float, role: Role, size: float, opens: bool) -> Row:
    elements: list[Element] = []
    for span in line:
        elements.append(Text(x, baseline(size), span.text, span.face, span.size, role, opens and not elements))
        x += span.width
    return Row(leading(size), tuple(elements))


def _paragraphs(spans: Sequence[Span]) -> Iterator[list[Span]]:
    current: list[Span] = []
    for span in spans:
        first, *others = clean(span.text).split("\n")
        current.append(replace(span, text=first))
        for text in others:
            yield current
            current = [replace(span, text=text)]
    yield current


def _words(spans: Sequence[Span]) -> Iterator[_Word]:
    word: list[Span] = []
    for span in spans:
        first, *others = span.text.split(" ")
        if first:
            word.append(replace(span, text=first))
        for text in others:
            if word:
                yield tuple(word)
            word = [replace(span, text=text)] if text else []
    if word:
        yield tuple(word)


def _pieces(word: _Word, width: float) -> Iterator[_Word]:
    """The word itself, or its parts when it is wider than a line."""
    if line_width(word) <= width:
        yield word
        return
    piece: list[Span] = []
    room = width
    for span in word:
        text = ""
        for character in span.text:
            wide = width_mm(character, span.face, span.size)
            if wide > room and (piece or text):
                yield (*piece, replace(span, text=text)) if text else tuple(piece)
                piece, text, room = [], "", width
            text += character
            room -= wide
        piece.append(replace(span, text=text))
    yield tuple(piece)


def _joined(line: Line, word: _Word) -> Line:
    if not line:
        return word
    last, head = line[-1], word[0]
    if (last.face, last.size) == (head.face, head.size):
        return (*line[:-1], replace(last, text=f"{last.text} {head.text}"), *word[1:])
    return (*line[:-1], replace(last, text=last.text + " "), *word)
