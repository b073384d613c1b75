"""A line out of a prescribed act, of ours or of anyone's: what an entry does not code is taken from the narrative."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from document.answers import question_of, read_answer
from document.entries import details, observations, own_code
from document.narrative import Anchors
from document.parts import read_instructions, read_returns, read_rhythm, read_specimens, said
from document.people import read_role
from document.remarks import Remarks
from document.systems import (
    COMMENT_TEMPLATE,
    FLAGS,
    INSTRUCTIONS_TEMPLATE,
    LOINC,
    PATIENT_INSTRUCTION,
    RENEWAL,
    UNCODED_EXAM,
    WAITING_CODES,
)
from document.values import anchor_in, read_coding, read_day, read_instant, read_number
from document.xml import Element, child, children, has_template, kind, text, value
from kernel.loinc import well_formed
from prescription.line import (
    CodedExam,
    CodeKind,
    Coverage,
    Exam,
    Flags,
    FreeTextExam,
    Instruction,
    Line,
    Precondition,
    Recurrence,
    Target,
)
from prescription.people import PractitionerRole
from terminology.coding import Coding


@dataclass(frozen=True, slots=True)
class LineReading:
    """What the reading of every line needs."""

    anchors: Anchors
    remarks: Remarks


def read_act(act: Element, reading: LineReading) -> Line | None:
    """The line; None, and an error, when it has no identifier."""
    line_id = _line_id(child(act, "id"))
    if line_id is None:
        reading.remarks.error("line-id", "Une ligne n'a pas d'identifiant.", "Demander un autre document.", act)
        return None
    authored_on, requester = _author(act, reading)
    site, laterality = _sites(child(act, "targetSiteCode"))
    note, detail = _comment(act, reading)
    instructions, instruction_text = _patient_instructions(act, reading)
    return Line(
        line_id=line_id,
        exam=_exam(act, reading),
        authored_on=authored_on,
        requester=requester,
        urgent=child(act, "priorityCode") is not None,
        flags=_flags(act),
        work_accident_detail=_one(act, "work-accident-detail", reading),
        clinical_context=_one(act, "clinical-context", reading),
        answers=tuple(
            found
            for each in observations(act)
            if question_of(child(each, "code")) and (found := read_answer(each, reading.remarks))
        ),
        specimens=read_specimens(act),
        body_site=site,
        laterality=laterality,
        detail=detail,
        target=_target(child(act, "value"), reading.remarks),
        sampling_instructions=read_instructions(details(act, "sampling-instruction"), reading.anchors),
        patient_instructions=instructions,
        patient_instruction_text=instruction_text,
        preconditions=_preconditions(act, reading),
        result_returns=read_returns(act, reading.anchors, reading.remarks),
        occurrence_from=next(
            (reading.remarks.value(read_day, child(each, "value")) for each in details(act, "occurrence-from")), None
        ),
        recurrence=_recurrence(act, reading.remarks),
        coverages=_coverages(act, reading),
        note=note,
        replaces=_line_id(child(act, "reference/externalObservation/id")),
    )


def _line_id(element: Element | None) -> str | None:
    """The `urn:uuid:` of an id: its UUID, or one made of another software's root and extension, the same each time."""
    root, extension = (value(element, attribute=name) for name in ("root", "extension"))
    if not root:
        return None
    try:
        return uuid.UUID(root).urn if not extension else _made_of(root, extension)
    except ValueError:
        return _made_of(root, extension)


def _made_of(root: str, extension: str | None) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{root}^{extension or ''}").urn


def _one(act: Element, name: str, reading: LineReading) -> str | None:
    return next(iter(said(details(act, name), reading.anchors)), None)


def _exam(act: Element, reading: LineReading) -> Exam:
    """A LOINC exam, a waiting code, or the words of what has none."""
    code = child(act, "code")
    coding, as_seen = read_coding(code), _one(act, "as-seen", reading)
    if coding and coding.system == LOINC and coding.code != UNCODED_EXAM.code and well_formed(coding.code):
        return CodedExam(CodeKind.LOINC, coding.code, coding.display, as_seen)
    for each in children(code, "translation"):
        if each.get("codeSystem") == WAITING_CODES and each.get("code"):
            return CodedExam(CodeKind.WAITING, each.get("code", ""), each.get("displayName", ""), as_seen)
    if coding and coding.code != UNCODED_EXAM.code:
        hint = "Lire l'examen dans le texte."
        reading.remarks.warn("exam-code", "Code d'examen qui n'est pas un LOINC : gardé en texte.", hint, act)
    return FreeTextExam(_exam_words(act, code, coding, reading.anchors))


def _exam_words(act: Element, code: Element | None, coding: Coding | None, anchors: Anchors) -> str:
    original = anchors.words(anchor_in(code, "originalText")) or text(code, "originalText")
    named = coding.display if coding and coding.code != UNCODED_EXAM.code else ""
    comment = anchors.words(anchor_in(_act_of(act, COMMENT_TEMPLATE)))
    whole = anchors.words(anchor_in(act)) or (coding.code if coding else "?")
    return original or named or comment or whole


def _act_of(act: Element, template: str) -> Element | None:
    found = children(act, "entryRelationship/act")
    return next((each for each in found if has_template(each, template)), None)


def _author(act: Element, reading: LineReading) -> tuple[datetime | None, PractitionerRole | None]:
    author = child(act, "author")
    entity = child(author, "assignedAuthor")
    authored_on = reading.remarks.value(read_instant, child(author, "time"))
    if entity is None or len(entity) == 1:  # a number alone, that of the author of the order or of none
        return authored_on, None
    return authored_on, read_role(entity, "assignedPerson", "representedOrganization")


def _flags(act: Element) -> Flags:
    marked = {
        flag.field: value(each, "value") == "true"
        for flag in FLAGS
        for each in observations(act)
        if has_template(each, flag.template)
    }
    return Flags(**marked)


def _sites(element: Element | None) -> tuple[Coding | None, Coding | None]:
    return read_coding(element), read_coding(child(element, "qualifier/value"))


def _target(element: Element | None, remarks: Remarks) -> Target | None:
    type_ = kind(element)
    if element is None or type_ not in ("IVL_REAL", "IVL_PQ"):
        return None
    low, high = (remarks.value(read_number, child(element, end)) for end in ("low", "high"))
    if low is None and high is None:
        return None
    units = (each.get("unit") for each in element)
    return Target(low, high, "INR" if type_ == "IVL_REAL" else next(filter(None, units), "1"))


def _comment(act: Element, reading: LineReading) -> tuple[str | None, str | None]:
    """Note and detail: ours stand apart in the comment, another software's comment is a note."""
    comment = _act_of(act, COMMENT_TEMPLATE)
    if comment is None:
        return None, None
    note, detail = (_one(comment, name, reading) for name in ("note", "detail"))
    foreign = note is None and detail is None and not _ours(act, comment)
    return (reading.anchors.words(anchor_in(comment)) if foreign else note), detail


def _ours(act: Element, comment: Element) -> bool:
    """Whether the comment only gathers what the line tells elsewhere: conditions, or an exam in words."""
    uncoded = (child(act, "code/originalText") is not None) or child(act, "precondition") is not None
    return uncoded and (anchor_in(comment) or "").endswith("-comment")


def _patient_instructions(act: Element, reading: LineReading) -> tuple[tuple[Instruction, ...], str | None]:
    holder = _act_of(act, INSTRUCTIONS_TEMPLATE)
    if holder is None:
        return (), None
    coded = [each for each in observations(holder) if _is(child(each, "code"), PATIENT_INSTRUCTION.code)]
    words = _one(holder, "patient-instruction-text", reading)
    if not coded and words is None:
        words = reading.anchors.words(anchor_in(holder))
    return read_instructions(coded, reading.anchors), words


def _is(code: Element | None, wanted: str) -> bool:
    return code is not None and code.get("code") == wanted and own_code(code) is None


def _preconditions(act: Element, reading: LineReading) -> tuple[Precondition, ...]:
    found = []
    for criterion in children(act, "precondition/criterion"):
        words = reading.anchors.words(anchor_in(criterion)) or text(criterion, "text")
        last = reading.remarks.value(read_day, child(criterion, "value/high"))
        if words:
            found.append(Precondition(words, last))
    return tuple(found)


def _recurrence(act: Element, remarks: Remarks) -> Recurrence | None:
    renewals = [each for each in observations(act) if _is(child(each, "code"), RENEWAL.code)]
    return read_rhythm(renewals[0], remarks) if renewals else None


def _coverages(act: Element, reading: LineReading) -> tuple[Coverage, ...]:
    found = []
    for each in details(act, "coverage"):
        paid = reading.anchors.words(anchor_in(each))
        if paid:
            found.append(Coverage(paid, _one(each, "payor", reading)))
    return tuple(found)
