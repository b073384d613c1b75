"""Draws laid-out pages with reportlab: embedded subset fonts, codes as vectors, no image, pure black.

Elements are drawn in reading order, each within the marked content of its node of the structure tree, or as decoration.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import groupby

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from printing import wording
from printing.elements import Box, Element, Page, Rule, Symbol, Text
from printing.faces import Face, load, width_mm
from printing.structure import Tagger

rl_config.useA85 = 0  # base 85 is for what cannot carry bytes; it costs a quarter more of both time and size

_WIDTH, _HEIGHT = A4
_DECORATION, _END = "/Artifact BMC", "EMC"
_WATERMARK_LENGTH_MM = 215.0
_WATERMARK_LARGEST = 92.0
_WATERMARK_GREY = 0.55
_WATERMARK_CENTRE_MM = (105.0, 152.0)


@dataclass(frozen=True, slots=True)
class Properties:
    """What the document says of itself; never a trait of the patient. Instants None for an undated draft."""

    title: str
    author: str
    created: datetime | None
    modified: datetime | None


@dataclass(frozen=True, slots=True)
class Painted:
    """A plain PDF, the properties and the structure it is still to be given."""

    pdf: bytes
    properties: Properties
    structure: Tagger


def paint(pages: Sequence[Page], properties: Properties) -> Painted:
    """The pages as a plain PDF; the same pages give the same bytes."""
    load()
    out = BytesIO()
    # Without initialFontName reportlab leaves a Helvetica in the file that is not embedded.
    canvas = Canvas(out, pagesize=A4, invariant=1, initialFontName=Face.REGULAR.value, pageCompression=1)
    canvas.setTitle(properties.title)
    canvas.setAuthor(properties.author)
    canvas.setSubject(wording.SUBJECT)
    canvas.setCreator(wording.CREATOR)
    canvas.setProducer(wording.CREATOR)
    tagger = Tagger()
    for page in pages:
        tagger.begin_page()
        _draw_page(canvas, page, tagger)
        canvas.showPage()
    canvas.save()
    return Painted(out.getvalue(), properties, tagger)


def _draw_page(canvas: Canvas, page: Page, tagger: Tagger) -> None:
    if page.watermark:
        canvas.addLiteral(_DECORATION)
        _watermark(canvas, page.watermark)
        canvas.addLiteral(_END)
    for node, elements in groupby(page.elements, tagger.node_of):
        mark = tagger.mark(node) if node else None
        canvas.addLiteral(f"/{mark.kind} <</MCID {mark.number}>> BDC" if mark else _DECORATION)
        for element in elements:
            _draw(canvas, element)
        canvas.addLiteral(_END)


def _draw(canvas: Canvas, element: Element) -> None:
    match element:
        case Text():
            canvas.setFont(element.face.value, element.size)
            canvas.drawString(element.x * mm, _HEIGHT - element.y * mm, element.content)
        case Rule():
            canvas.setLineWidth(element.weight)
            x, y = element.x * mm, _HEIGHT - element.y * mm
            canvas.line(x, y, x + element.dx * mm, y - element.dy * mm)
        case Box():
            canvas.setLineWidth(element.weight)
            bottom = _HEIGHT - (element.y + element.height) * mm
            canvas.rect(element.x * mm, bottom, element.width * mm, element.height * mm)
        case Symbol():
            _draw_symbol(canvas, element)


def _draw_symbol(canvas: Canvas, symbol: Symbol) -> None:
    """One path of rectangles whose unit is the module, counted from the top left: whole numbers, exactly."""
    side = symbol.module * mm
    canvas.saveState()
    canvas.transform(side, 0, 0, -side, symbol.x * mm, _HEIGHT - symbol.y * mm)
    rectangles = " ".join(f"{run.x} {run.y} {run.width} {run.height} re" for run in symbol.matrix.runs())
    canvas.addLiteral(f"{rectangles} f")
    canvas.restoreState()


def _watermark(canvas: Canvas, text: str) -> None:
    """Outlined letters across the body: they tint nothing and stay clear of the codes."""
    size = min(_WATERMARK_LARGEST, _WATERMARK_LARGEST * _WATERMARK_LENGTH_MM / width_mm(text, Face.BOLD, 92.0))
    x, y = _WATERMARK_CENTRE_MM
    canvas.saveState()
    canvas.translate(x * mm, _HEIGHT - y * mm)
    canvas.rotate(35)
    canvas.setStrokeGray(_WATERMARK_GREY)
    canvas.setLineWidth(0.6)
    canvas.setFont(Face.BOLD.value, size)
    canvas.drawString(-width_mm(text, Face.BOLD, size) / 2 * mm, -size / 3, text, mode=1)
    canvas.restoreState()
