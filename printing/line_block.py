"""One line of the order on paper: number, exam, and what is said of it, each thing under its own label (§4)."""

from prescription.line import CodedExam, CodeKind, Instruction, Line, Precondition, Target
from prescription.people import Sex
from printing import wording
from printing.answers import answers_of, missing_of
from printing.contacts import correspondent
from printing.elements import Box, Element, Role, Row, Rule, Text
from printing.faces import Face, width_mm
from printing.french import number, short_date, typeset, unit
from printing.paragraph import SMALL, Span, baseline, line_width, paragraph, wrapped
from printing.recurrence import recurrence_in_words
from printing.returns import line_returns
from terminology.catalogue import Catalogue

LABEL = 11.0
_NUMBER = 8.0
_INDENT = _NUMBER + 3.0
_URGENT_ROOM = 24.0
_BLANK = 55.0
_GAP = Row(2.4)


def exam_name(line: Line, catalogue: Catalogue) -> tuple[str, str]:
    """The name to print, and its code in words (empty for free text)."""
    exam = line.exam
    if not isinstance(exam, CodedExam):
        return exam.text, ""
    request = catalogue.get(exam.code)
    name = exam.display or (request.display if request else "") or exam.as_seen or exam.code
    return name, f"(LOINC {exam.code})" if exam.kind is CodeKind.LOINC else f"(code en attente {exam.code})"


def line_rows(line: Line, position: int, catalogue: Catalogue, sex: Sex, width: float) -> tuple[Row, ...]:
    """The rows of line number `position`, a gap below."""
    details = [*_sample(line), *_context(line, catalogue)]
    rows = _heading(line, position, catalogue, width)
    for label, text in details:
        rows += _detail(label, text, width)
    for label in missing_of(line, catalogue, sex):
        rows += _blank(label, width)
    for label, text in [*_conditions(line), *_schedule(line), *_flags(line), *_remarks(line, catalogue)]:
        rows += _detail(label, text, width)
    return (*rows, _GAP)


def continued_rows(position: int, width: float) -> tuple[Row, ...]:
    """What opens the next page when a line goes on there."""
    return paragraph([Span(f"{position}. {wording.CONTINUED}", Face.BOLD, SMALL)], width, role=Role.ITEM)


def _heading(line: Line, position: int, catalogue: Catalogue, width: float) -> tuple[Row, ...]:
    name, code = exam_name(line, catalogue)
    spans = [Span(name, Face.BOLD, LABEL)] + ([Span(f" {code}")] if code else [])
    room = width - (_URGENT_ROOM if line.urgent else 0.0)
    first, *others = paragraph(spans, room, indent=_NUMBER, role=Role.ITEM)
    marks: list[Element] = [Text(0, baseline(LABEL), f"{position}.", Face.BOLD, LABEL, Role.LABEL)]
    if line.urgent:
        marks += _urgent_mark(width, baseline(LABEL))
    return (Row(first.height, (*marks, *first.elements)), *others)


def _urgent_mark(width: float, y: float) -> list[Element]:
    wide = width_mm(wording.URGENT, Face.BOLD, LABEL) + 3
    x = width - wide
    return [
        Box(x, y - 3.9, wide, 5.0, 1.0),
        Text(x + 1.5, y, wording.URGENT, Face.BOLD, LABEL, Role.ITEM),
    ]


def _detail(label: str, text: str, width: float) -> tuple[Row, ...]:
    spans = [Span(typeset(label + " : ")), Span(text)] if label else [Span(text)]
    return paragraph(spans, width, indent=_INDENT, hang=4, role=Role.ITEM)


def _blank(label: str, width: float) -> tuple[Row, ...]:
    """« À préciser : … » and a ruled blank wide enough to write in."""
    spans = [Span(wording.TO_SPECIFY), Span(label)]
    rows = paragraph(spans, width, indent=_INDENT, hang=4, role=Role.ITEM)
    end = line_width(wrapped(spans, width - _INDENT)[-1]) + _INDENT + (4 if len(rows) > 1 else 0)
    if end + _BLANK + 2 > width:
        return (*rows, Row(7.0, (Rule(_INDENT + 4, 6.0, _BLANK, 0),)))
    last = rows[-1]
    rule = Rule(end + 2, last.height + 0.9, _BLANK, 0)
    return (*rows[:-1], Row(last.height + 2.0, (*last.elements, rule)))


_Detail = tuple[str, str]


def _sample(line: Line) -> list[_Detail]:
    details = []
    exam = line.exam
    if isinstance(exam, CodedExam) and exam.as_seen and exam.display and exam.as_seen != exam.display:
        details.append(("Libellé vu par le prescripteur", exam.as_seen))
    specimens = ", ".join(s.display or s.code for s in line.specimens)
    details += [("Nature du prélèvement", specimens)] if specimens else []
    places = [place.display or place.code for place in (line.body_site, line.laterality) if place]
    return details + ([("Localisation", ", ".join(places))] if places else [])


def _context(line: Line, catalogue: Catalogue) -> list[_Detail]:
    details = [("Contexte médical", line.clinical_context)] if line.clinical_context else []
    details += [(answer.label, answer.words) for answer in answers_of(line, catalogue)]
    if line.target:
        details.append(("Cible", _target(line.target) + (f" ({line.detail})" if line.detail else "")))
    elif line.detail:
        details.append(("Précision", line.detail))
    return details


def _target(target: Target) -> str:
    low, high = (number(bound) if bound is not None else None for bound in (target.low, target.high))
    if low and high:
        values = f"{low}–{high}"
    else:
        values = f"≥ {low}" if low else f"≤ {high}"
    return f"INR {values}" if target.unit == "INR" else f"{values}\u00a0{unit(target.unit)}".rstrip()


def _conditions(line: Line) -> list[_Detail]:
    details = [("Consignes au préleveur", instruction(i)) for i in line.sampling_instructions]
    details += [("Condition du prélèvement", _precondition(p)) for p in line.preconditions]
    details += [("Consignes au patient", instruction(i)) for i in line.patient_instructions]
    if line.patient_instruction_text:
        details.append(("Consignes au patient", line.patient_instruction_text))
    return details


def instruction(given: Instruction) -> str:
    """The label of the code, the words, or both."""
    label = (given.coding.display or given.coding.code) if given.coding else ""
    return " – ".join(dict.fromkeys(part for part in (label, given.text) if part))


def _precondition(condition: Precondition) -> str:
    if condition.not_after is None:
        return condition.text
    return condition.text + f" – à ne pas faire après le {short_date(condition.not_after)}"


def _schedule(line: Line) -> list[_Detail]:
    details = line_returns(line)
    if line.occurrence_from:
        details.append(("", f"À faire à partir du {short_date(line.occurrence_from)}"))
    if line.recurrence:
        details.append(("", recurrence_in_words(line.recurrence)))
    return details


def _flags(line: Line) -> list[_Detail]:
    flags, details = line.flags, []
    if flags.prevention:
        details.append("Prévention")
    if flags.work_accident:
        detail = line.work_accident_detail
        details.append("AT/MP" + (f" ({detail})" if detail else ""))
    if flags.non_reimbursable:
        details.append("Non remboursable")
    if flags.outside_nomenclature:
        details.append("Hors nomenclature (HN) – prix libre")
    covered = [c.type + (f" ({c.payor})" if c.payor else "") for c in line.coverages]
    printed = [("", " – ".join(details))] if details else []
    return printed + ([("Prise en charge", ", ".join(covered))] if covered else [])


def _remarks(line: Line, catalogue: Catalogue) -> list[_Detail]:
    details = [("Demandé par", correspondent(line.requester))] if line.requester else []
    return details + ([("Note", line.note)] if line.note else [])
