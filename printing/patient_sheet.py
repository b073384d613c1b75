"""The patient sheet (*fiche de consignes*) on A4: the content of `patient_sheet_content` set in 12 points (§10)."""

from prescription.epu_code import EpuCode
from prescription.people import Patient
from prescription.prescription import Prescription
from printing import patient_wording as words
from printing import wording
from printing.admission import admitted_patient
from printing.elements import Box, Element, Page, Role, Row, Rule, Symbol, Text, height_of, moved, placed
from printing.epu_qr import MODULE_MM, QUIET_MODULES, SIDE_MM, alt_of, epu_qr, spelled
from printing.faces import Face
from printing.french import typeset
from printing.options import PrintOptions
from printing.order_sheet import properties
from printing.page_furniture import page_number, watermark
from printing.pagination import Block, Section, paginate
from printing.painter import paint
from printing.paragraph import FOOT, Span, baseline, leading, line_width, paragraph, wrapped
from printing.patient_sheet_content import PatientSheet, SheetExam, patient_sheet
from printing.pdfa import as_pdfa
from terminology.catalogue import Catalogue

_LEFT, _TOP, _WIDTH = 16.0, 14.0, 178.0
_FOOT_BOTTOM = 287.0
_TITLE, _HEADING, _TEXT = 18.0, 14.0, 12.0
_INDENT = 8.0
_TICK_SIDE = 4.0
_BLANK = 45.0
_GAP = Row(1.4)


def render_patient_sheet(prescription: Prescription, catalogue: Catalogue, options: PrintOptions) -> bytes:
    """The sheet as a PDF/A-1b; the refusals are those of `admitted_patient`."""
    patient = admitted_patient(prescription, catalogue, options)
    pages = patient_sheet_pages(prescription, patient, catalogue, options)
    return as_pdfa(paint(pages, properties(prescription, options, words.NAME)))


def patient_sheet_pages(
    prescription: Prescription, patient: Patient, catalogue: Catalogue, options: PrintOptions
) -> list[Page]:
    """The pages, laid out and not yet drawn."""
    sheet = patient_sheet(prescription, patient, catalogue, options)
    foot = _foot_rows(sheet)
    foot_top = _FOOT_BOTTOM - height_of(foot)
    room = foot_top - 3 - _TOP
    bodies = paginate(_sections(sheet), _WIDTH, room, room)
    across = watermark(prescription, patient, options)
    pages = []
    for number, body in enumerate(bodies, start=1):
        elements = [moved(element, _LEFT, _TOP) for element in body.elements]
        elements += placed(foot, _LEFT, foot_top)
        elements.append(page_number(number, len(bodies), _LEFT + _WIDTH, _FOOT_BOTTOM))
        pages.append(Page(tuple(elements), across))
    return pages


def _sections(sheet: PatientSheet) -> list[Section]:
    exams = tuple(_exam_block(number, exam) for number, exam in enumerate(sheet.exams, start=1))
    before = sheet.advice or (words.NO_INSTRUCTION,)
    return [
        _opening(sheet),
        _section(words.EXAMS, (Block(_text(words.TICK)), *exams)),
        _section(words.BEFORE, _bullets((*before, words.MEDICINES, words.ASK_LABORATORY))),
        _section(sheet.bring_title, _bullets(sheet.bring)),
        *([_section(words.WAYS, _bullets(sheet.ways))] if sheet.ways else []),
        _section(words.QUESTION, tuple(Block(_text(words.ASK_PRESCRIBER + text)) for text in sheet.prescriber)),
        _section(words.PRIVACY, tuple(Block(_text(text)) for text in sheet.privacy)),
    ]


def _section(title: str, blocks: tuple[Block, ...]) -> Section:
    return Section(_heading(title), _heading(f"{title} {wording.CONTINUED}"), blocks)


def _heading(title: str) -> tuple[Row, ...]:
    return (*paragraph([Span(title, Face.BOLD, _HEADING)], _WIDTH, role=Role.HEADING), _GAP)


def _text(text: str, face: Face = Face.REGULAR) -> tuple[Row, ...]:
    return (*paragraph([Span(text, face, _TEXT)], _WIDTH), _GAP)


def _bullets(texts: tuple[str, ...]) -> tuple[Block, ...]:
    return tuple(Block(_bullet(text)) for text in texts)


def _bullet(text: str) -> tuple[Row, ...]:
    first, *others = paragraph([Span(text, size=_TEXT)], _WIDTH, indent=_INDENT, role=Role.ITEM)
    mark = Text(_INDENT - 4.5, baseline(_TEXT), "•", Face.BOLD, _TEXT, Role.LABEL)
    return (Row(first.height, (mark, *first.elements)), *others, _GAP)


def _opening(sheet: PatientSheet) -> Section:
    title = (*paragraph([Span(words.TITLE, Face.BOLD, _TITLE)], _WIDTH, role=Role.TITLE), Row(2.0))
    for text in sheet.head:
        title += paragraph([Span(text, size=_TEXT)], _WIDTH)
    blocks = [Block((Row(2.5), *_notice(text))) for text in sheet.notices]
    if sheet.code:
        blocks.append(Block((Row(3.0), _code_row(sheet.code))))
    elif sheet.without_code:
        blocks.append(Block((Row(3.0), *_text(sheet.without_code))))
    return Section(title, (), tuple(blocks))


def _notice(text: str) -> tuple[Row, ...]:
    """A sentence in a thick frame."""
    rows = paragraph([Span(text, Face.BOLD, _TEXT)], _WIDTH - 8)
    height = height_of(rows) + 4
    return (Row(height, (Box(0, 0, _WIDTH, height, 1.5), *placed(rows, 4, 2))),)


def _code_row(code: EpuCode) -> Row:
    """The QR code, and beside it what to do with it and the code for who must type it."""
    quiet, side = QUIET_MODULES * MODULE_MM, SIDE_MM + 4
    beside = _WIDTH - side - 8
    rows = paragraph([Span(words.SHOW_CODE, Face.BOLD, _HEADING)], beside, role=Role.HEADING)
    rows += (Row(2.0), *paragraph([Span(words.CODE_BY_HAND, size=_TEXT)], beside))
    typed = Text(0, baseline(_HEADING), code.grouped, Face.MONO, _HEADING, actual=spelled(code))
    rows += (Row(1.0), Row(leading(_HEADING), (typed,)))
    height = max(side, height_of(rows) + 4)
    symbol = Symbol(2 + quiet, 2 + quiet, epu_qr(code), MODULE_MM, alt_of(code))
    texts = placed(rows, side + 4, (height - height_of(rows)) / 2)
    return Row(height, (Box(0, 0, _WIDTH, height, 1.0), *texts, symbol))


def _exam_block(number: int, exam: SheetExam) -> Block:
    first, *others = paragraph([Span(exam.name, Face.BOLD, _TEXT)], _WIDTH, indent=_INDENT, role=Role.ITEM)
    mark = Text(0, baseline(_TEXT), f"{number}.", Face.BOLD, _TEXT, Role.LABEL)
    rows = (Row(first.height, (mark, *first.elements)), *others)
    remarks = [(exam.warning, Face.BOLD)] if exam.warning else []
    for text, face in [*remarks, *((remark, Face.REGULAR) for remark in exam.remarks)]:
        rows += paragraph([Span(text, face, _TEXT)], _WIDTH, indent=_INDENT, role=Role.ITEM)
    for text in exam.ticks:
        rows += _tick(text)
    again = paragraph([Span(f"{number}. {wording.CONTINUED}", Face.BOLD, _TEXT)], _WIDTH, role=Role.ITEM)
    return Block((*rows, Row(2.0)), again)


def _tick(text: str) -> tuple[Row, ...]:
    """A box, the text, and « Fait le » with a rule wide enough to write a date on."""
    indent = _INDENT + _TICK_SIDE + 3
    spans = [Span(typeset(f"{text} – {words.DONE_ON} :"), size=_TEXT)]
    first, *others = paragraph(spans, _WIDTH, indent=indent, role=Role.ITEM)
    y = baseline(_TEXT)
    rows = [
        Row(first.height, (Box(_INDENT, y - _TICK_SIDE + 0.4, _TICK_SIDE, _TICK_SIDE, 1.0), *first.elements)),
        *others,
    ]
    end = indent + line_width(wrapped(spans, _WIDTH - indent)[-1])
    if end + 2 + _BLANK > _WIDTH:
        rows.append(Row(first.height))
        end = indent - 2
    last = rows[-1]
    elements: tuple[Element, ...] = (*last.elements, Rule(end + 2, y + 0.7, _BLANK, 0))
    return (Row(1.4), *rows[:-1], Row(last.height, elements))


def _foot_rows(sheet: PatientSheet) -> tuple[Row, ...]:
    text = paragraph([Span(sheet.foot, Face.BOLD, FOOT)], _WIDTH - 25, role=Role.ARTIFACT)
    return (Row(1.0, (Rule(0, 0, _WIDTH, 0),)), *text)
