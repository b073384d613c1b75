"""Z5 to Z7 as sections: the lines (in one zone, or in the two frames of an ALD order), context, return of results."""

from prescription.line import Line
from prescription.people import Sex
from prescription.prescription import Prescription
from printing import wording
from printing.elements import Role, Row
from printing.faces import Face
from printing.french import typeset
from printing.line_block import continued_rows, exam_name, instruction, line_rows
from printing.pagination import FRAME_PADDING, Block, Section
from printing.paragraph import BODY, SMALL, Span, paragraph
from printing.returns import order_returns
from terminology.catalogue import Catalogue

_HEADING = 10.5
_INDENT = 3.0
_AFTER_HEADING = Row(1.2)
_Numbered = tuple[int, Line]


def sections_of(
    prescription: Prescription, catalogue: Catalogue, sex: Sex, width: float, recall: bool = False
) -> list[Section]:
    """The sections in reading order. Lines keep the prescriber's order and number, grouped by ALD zone only.

    `recall` names the last exam again at the very end, for a last page that would hold no exam beside the signature.
    """
    numbered = list(enumerate(prescription.lines, start=1))
    return [
        *_line_sections(prescription.two_zone, numbered, catalogue, sex, width),
        *_context_section(prescription, width),
        _return_section(prescription, _recall(numbered[-1], catalogue, width) if recall else (), width),
    ]


def _line_sections(
    two_zone: bool, numbered: list[_Numbered], catalogue: Catalogue, sex: Sex, width: float
) -> list[Section]:
    inner = width - 2 * FRAME_PADDING if two_zone else width

    def blocks(lines: list[_Numbered]) -> tuple[Block, ...]:
        return tuple(
            Block(line_rows(line, number, catalogue, sex, inner), continued_rows(number, inner), is_line=True)
            for number, line in lines
        )

    if not two_zone:
        count = paragraph([Span(f"{wording.COUNT}{len(numbered)}", size=SMALL)], width)
        return [Section((), (), (*blocks(numbered), Block(count)))]
    return [
        _zone(wording.ALD_ZONE, blocks([n for n in numbered if n[1].flags.ald]), inner),
        _zone(wording.OTHER_ZONE, blocks([n for n in numbered if not n[1].flags.ald]), inner, double_rule=True),
    ]


def _zone(title: str, blocks: tuple[Block, ...], width: float, double_rule: bool = False) -> Section:
    empty = Block(paragraph([Span(wording.NOTHING, Face.BOLD, BODY)], width))
    return Section(
        _heading(title, width),
        _heading(f"{title} {wording.CONTINUED}", width),
        blocks or (empty,),
        framed=True,
        double_rule=double_rule,
    )


def _heading(title: str, width: float) -> tuple[Row, ...]:
    return (*paragraph([Span(title, Face.BOLD, _HEADING)], width, role=Role.HEADING), _AFTER_HEADING)


def _titled(title: str, blocks: tuple[Block, ...], width: float) -> Section:
    return Section(_heading(title, width), _heading(f"{title} {wording.CONTINUED}", width), blocks)


def _context_section(prescription: Prescription, width: float) -> list[Section]:
    texts = [instruction(item) for item in prescription.general_context]
    blocks = tuple(Block(paragraph([Span(text)], width, indent=_INDENT)) for text in texts if text)
    return [_titled(wording.CONTEXT, blocks, width)] if blocks else []


def _recall(last: _Numbered, catalogue: Catalogue, width: float) -> tuple[Block, ...]:
    number, line = last
    name, code = exam_name(line, catalogue)
    spans = [Span(wording.RECALL), Span(f"{number}. {name}", Face.BOLD), Span(f" {code}")]
    return (Block(paragraph(spans, width, indent=_INDENT, hang=4), is_line=True),)


def _return_section(prescription: Prescription, recall: tuple[Block, ...], width: float) -> Section:
    blocks = []
    for label, text in order_returns(prescription):
        spans = [Span(typeset(label + " : ")), Span(text)] if label else [Span(text)]
        blocks.append(Block(paragraph(spans, width, indent=_INDENT, hang=4)))
    return _titled(wording.RETURN, (*blocks, *recall), width)
