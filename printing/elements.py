"""What a page is made of, in millimetres from its top left, in reading order, each with its role.

The layout makes these; the painter draws them. A role is what a tagged PDF will say of the element.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from printing.bitmap import Bitmap
from printing.faces import Face
from printing.matrix import Matrix

MM_PER_POINT = 25.4 / 72


class Role(StrEnum):
    """Structure types of ISO 32000-1 §14.8.4 in use; ARTIFACT is decoration and what repeats on each page. A LABEL (a
    number, a bullet) begins an item of a list, an ITEM goes on with it."""

    TITLE = "H1"
    HEADING = "H2"
    PARAGRAPH = "P"
    LABEL = "Lbl"
    ITEM = "LI"
    FIGURE = "Figure"
    ARTIFACT = "Artifact"


@dataclass(frozen=True, slots=True)
class Text:
    """A run of text; `y` is its baseline, `size` is in points. `opens` = it begins a paragraph, `actual` is how who
    hears the page is told it, when the letters alone would be misread."""

    x: float
    y: float
    content: str
    face: Face
    size: float
    role: Role = Role.PARAGRAPH
    opens: bool = True
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line from (x, y) to (x + dx, y + dy); `weight` in points."""

    x: float
    y: float
    dx: float
    dy: float
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Box:
    """An empty frame; `weight` in points."""

    x: float
    y: float
    width: float
    height: float
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code or a picture: (x, y) is the top left of its first module or pixel, `module` the side of one, `alt` what
    it is in words."""

    x: float
    y: float
    matrix: Matrix | Bitmap
    module: float
    alt: str


Element = Text | Rule | Box | Symbol


@dataclass(frozen=True, slots=True)
class Row:
    """A strip that is never cut: its height, and elements placed from its top left."""

    height: float
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One A4 page; `watermark` runs across it, under everything."""

    elements: tuple[Element, ...]
    watermark: str = ""


def moved(element: Element, dx: float, dy: float) -> Element:
    """The same element further right and down."""
    return replace(element, x=element.x + dx, y=element.y + dy)


def height_of(rows: tuple[Row, ...]) -> float:
    """Height of rows set one under the other."""
    return sum(row.height for row in rows)


def placed(rows: tuple[Row, ...], x: float, y: float) -> list[Element]:
    """The elements of rows set one under the other from (x, y)."""
    elements: list[Element] = []
    for row in rows:
        elements += [moved(element, x, y) for element in row.elements]
        y += row.height
    return elements
