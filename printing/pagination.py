"""Z5 to Z7 over pages: breaks between blocks, and inside a block only when it is taller than a page (printing.md §2).

A framed section (a zone of the two-zone form) is framed on every page it touches, under its own heading, and the
room it leaves is struck through so that nothing can be added (§5).
"""

from dataclasses import dataclass, field

from printing.elements import Box, Element, Row, Rule, height_of, placed

FRAME_PADDING = 3.0
_FRAME_FOOT = 1.0
_SECTION_GAP = 3.5
_LEAST_FRAME = 26.0
_STRUCK_FROM = 4.0
_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class Block:
    """Rows kept together; `continued` opens the next page when they cannot be. `is_line` = a line of the order."""

    rows: tuple[Row, ...]
    continued: tuple[Row, ...] = ()
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its blocks; `heading_again` opens a further page; `double_rule` is drawn above."""

    heading: tuple[Row, ...]
    heading_again: tuple[Row, ...]
    blocks: tuple[Block, ...]
    framed: bool = False
    double_rule: bool = False


@dataclass(slots=True)
class BodyPage:
    """What one page holds, from the top left of its body."""

    elements: list[Element] = field(default_factory=list)
    lines: int = 0


def paginate(sections: list[Section], width: float, first: float, other: float) -> list[BodyPage]:
    """Pages of a body `width` wide, `first` high on the first page and `other` high on the next ones.

    The last page holds a line of the order beside the signature whenever the last line and what follows it fit.
    """
    pages = _Flow(width, first, other, None).run(sections)
    if pages[-1].lines or len(pages) == 1:
        return pages
    total = sum(block.is_line for section in sections for block in section.blocks)
    again = _Flow(width, first, other, total - 1).run(sections)
    return again if again[-1].lines else pages


class _Flow:
    """Fills one page after the other; `break_before` is the line (from 0) that must open a page."""

    def __init__(self, width: float, first: float, other: float, break_before: int | None) -> None:
        self._width, self._first, self._other, self._break_before = width, first, other, break_before
        self._pages = [BodyPage()]
        self._y = 0.0
        self._top = 0.0
        self._section: Section | None = None
        self._seen = 0

    def run(self, sections: list[Section]) -> list[BodyPage]:
        for section in sections:
            self._open(section)
            for block in section.blocks:
                self._put(block)
            self._close()
        return self._pages

    @property
    def _limit(self) -> float:
        height = self._first if len(self._pages) == 1 else self._other
        return height - (_FRAME_FOOT if self._section and self._section.framed else 0.0)

    def _fits(self, height: float) -> bool:
        return self._y + height <= self._limit + _TOLERANCE

    def _open(self, section: Section) -> None:
        if self._y:
            self._y += _SECTION_GAP
        self._section = section
        start = section.blocks[0] if section.blocks else Block(())
        needed = height_of(section.heading) + min(height_of(start.rows), 20.0)
        needed += FRAME_PADDING + _FRAME_FOOT if section.framed else 0.0
        if self._y and not self._fits(max(needed, _LEAST_FRAME if section.framed else 0.0)):
            self._next_page()
        elif section.double_rule and self._y:
            self._double_rule()
        self._begin(section.heading)

    def _begin(self, heading: tuple[Row, ...]) -> None:
        self._top = self._y
        self._y += FRAME_PADDING if self._section and self._section.framed else 0.0
        self._draw(heading)

    def _put(self, block: Block) -> None:
        forced = block.is_line and self._seen == self._break_before
        if (forced or not self._fits(height_of(block.rows))) and self._is_better_off_on_next_page(block):
            self._turn()
        for row in block.rows:
            if not self._fits(row.height) and self._y > self._top_of_fresh_page:
                self._turn()
                self._draw(block.continued)
            self._draw((row,))
            self._pages[-1].lines += block.is_line
        self._seen += block.is_line

    def _is_better_off_on_next_page(self, block: Block) -> bool:
        """A block that fits a whole page goes there unless it would open this one; a taller one is cut where it is."""
        room = self._other - self._fresh_height
        return height_of(block.rows) <= room and self._y > self._top_of_fresh_page + _TOLERANCE

    @property
    def _fresh_height(self) -> float:
        if self._section is None:
            return 0.0
        return height_of(self._section.heading_again) + (FRAME_PADDING + _FRAME_FOOT if self._section.framed else 0.0)

    @property
    def _top_of_fresh_page(self) -> float:
        """Where the first block of this section stands on a page that holds nothing else."""
        if self._section is None or self._top > 0:
            return 0.0
        first = self._section.heading if len(self._pages) == 1 else self._section.heading_again
        return height_of(first) + (FRAME_PADDING if self._section.framed else 0.0)

    def _turn(self) -> None:
        """Goes on with the same section on the next page."""
        section = self._section
        self._close()
        self._section = section
        self._next_page()
        self._begin(section.heading_again if section else ())

    def _next_page(self) -> None:
        self._pages.append(BodyPage())
        self._y = self._top = 0.0

    def _draw(self, rows: tuple[Row, ...]) -> None:
        inset = FRAME_PADDING if self._section and self._section.framed else 0.0
        self._pages[-1].elements += placed(rows, inset, self._y)
        self._y += height_of(rows)

    def _close(self) -> None:
        if self._section and self._section.framed:
            used, bottom = self._y, max(self._y + _FRAME_FOOT, self._top + _LEAST_FRAME)
            bottom = min(bottom, max(self._limit + _FRAME_FOOT, self._y))
            page = self._pages[-1].elements
            page.append(Box(0, self._top, self._width, bottom - self._top, 0.8))
            if bottom - used >= _STRUCK_FROM:
                page.append(Rule(0, bottom, self._width, used + 1 - bottom, 0.5))
            self._y = bottom
        self._section = None

    def _double_rule(self) -> None:
        self._pages[-1].elements += [Rule(0, self._y, self._width, 0), Rule(0, self._y + 0.9, self._width, 0)]
        self._y += 0.9 + _SECTION_GAP
