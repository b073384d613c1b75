"""Parts of a line, and of the order, that have a writer and a reader of the same shape: channels of return,
instructions, rhythm of a repetition, specimens."""

import uuid
from collections.abc import Iterable

from document import words
from document.entries import LABELS, detail, detail_code, details, own_code
from document.narrative import Anchors, Rows
from document.remarks import Remarks
from document.systems import SPECIMEN_TEMPLATE, SPECIMENS, TEMPLATES
from document.values import (
    anchor_in,
    read_coding,
    read_day,
    read_number,
    read_telecom,
    reference_to,
    write_coding,
    write_day,
    write_number,
    write_telecom,
)
from document.xml import Element, child, children, has_template, make, templates
from prescription.line import Instruction, PeriodUnit, Recurrence, RecurrenceKind, ResultReturn, ReturnWhen
from terminology.coding import Coding

_MINUTE = "min"


def write_return(parent: uuid.UUID, given: ResultReturn, rank: int, rows: Rows) -> Element:
    """A channel beside secure messaging: when, by which contact (CALLBCK), within how long, with what note."""
    anchor = rows.say(LABELS["result-return"], words.result_return(given))
    contact = make("participantRole", write_telecom((given.contact,)))
    inner = []
    if given.within_minutes is not None:
        value = make("value", type_="PQ", value=str(given.within_minutes), unit=_MINUTE)
        inner.append(detail(parent, "within-minutes", anchor, value, rank=rank))
    if given.note is not None:
        inner.append(detail(parent, "note", rows.say(LABELS["note"], given.note), rank=rank))
    when = detail_code(given.when.value, "value", "CD", words.WHEN[given.when])
    participant = make("participant", contact, typeCode="CALLBCK")
    return detail(parent, "result-return", anchor, when, participant, inner, rank=rank)


def read_returns(holder: Element, anchors: Anchors, remarks: Remarks) -> tuple[ResultReturn, ...]:
    """The channels of a line or of the order."""
    return tuple(found for each in details(holder, "result-return") if (found := _read_return(each, anchors, remarks)))


def _read_return(element: Element, anchors: Anchors, remarks: Remarks) -> ResultReturn | None:
    role = child(element, "participant/participantRole")
    points = read_telecom(role) if role is not None else ()
    when = own_code(child(element, "value"))
    if not points or when not in set(ReturnWhen):
        remarks.warn("unreadable-return", "Mode de retour illisible.", "Le lire dans le texte.", element)
        return None
    delay = next(
        (remarks.value(read_number, child(each, "value")) for each in details(element, "within-minutes")), None
    )
    notes = said(details(element, "note"), anchors)
    return ResultReturn(points[0], ReturnWhen(when), None if delay is None else int(delay), next(iter(notes), None))


def write_instruction_value(given: Instruction, anchor: str) -> Element:
    """An instruction as a value: its code, its words as the original text of it, or both."""
    original = reference_to(anchor, "originalText") if given.text else None
    if given.coding:
        return write_coding("value", given.coding, original, type_="CD")
    return make("value", original, type_="CD", nullFlavor="OTH")


def write_instruction(parent: uuid.UUID, name: str, given: Instruction, rank: int, rows: Rows) -> Element:
    """An instruction, or an element of the clinical context, as a detail."""
    coding = given.coding
    if coding and given.text:
        rows.say(LABELS[name], words.coding(coding))
    anchor = rows.say(LABELS[name], given.text or words.instruction(given))
    return detail(parent, name, anchor, write_instruction_value(given, anchor), rank=rank)


def read_instruction(element: Element, anchors: Anchors) -> Instruction | None:
    """The instruction in an observation; None when it holds neither a code nor words."""
    value = child(element, "value")
    given = anchors.words(anchor_in(value, "originalText")) or ""
    coding = read_coding(value)
    if coding is None and not given:
        given = anchors.words(anchor_in(element)) or ""
    return Instruction(given, coding) if coding or given else None


def read_instructions(elements: Iterable[Element], anchors: Anchors) -> tuple[Instruction, ...]:
    """The instructions in these observations."""
    return tuple(found for each in elements if (found := read_instruction(each, anchors)))


def write_rhythm(parent: uuid.UUID, given: Recurrence, anchor: str) -> list[Element]:
    """What makes the rhythm of a repetition, each part as a detail of it."""
    parts = []
    if given.kind is not None:
        value = detail_code(given.kind.value, "value", "CD", words.RECURRENCES[given.kind])
        parts.append(detail(parent, "recurrence-kind", anchor, value))
    if given.interval is not None:
        unit = given.unit.value if given.unit else None
        value = make("value", type_="PQ", value=write_number(given.interval), unit=unit)
        parts.append(detail(parent, "interval", anchor, value))
    if given.count is not None:
        parts.append(detail(parent, "count", anchor, make("value", type_="INT", value=str(given.count))))
    if given.until is not None:
        parts.append(detail(parent, "until", anchor, make("value", type_="TS", value=write_day(given.until))))
    return parts


def read_rhythm(element: Element, remarks: Remarks) -> Recurrence | None:
    """The repetition in a renewal entry; None, and a remark, when it is told in words only."""
    kinds, intervals, counts, untils = (
        [child(each, "value") for each in details(element, name)]
        for name in ("recurrence-kind", "interval", "count", "until")
    )
    kind = own_code(next(iter(kinds), None))
    interval = next(iter(intervals), None)
    unit = interval.get("unit") if interval is not None else None
    count = next((remarks.value(read_number, each) for each in counts), None)
    found = Recurrence(
        RecurrenceKind(kind) if kind in set(RecurrenceKind) else None,
        remarks.value(read_number, interval),
        PeriodUnit(unit) if unit in set(PeriodUnit) else None,
        None if count is None else int(count),
        next((remarks.value(read_day, each) for each in untils), None),
    )
    if found == Recurrence(None, None, None):
        remarks.warn("uncoded-renewal", "Répétition donnée en toutes lettres.", "La lire dans le texte.", element)
        return None
    return found


def write_specimen(given: Coding | None) -> Element:
    """FR-Prelevement: the nature of the specimen, HL7 table 0487; another system's code as a translation of none."""
    if given is None:
        code = make("code", nullFlavor="UNK")
    elif given.system == SPECIMENS:
        code = write_coding("code", given)
    else:
        code = make("code", write_coding("translation", given), nullFlavor="OTH")
    role = make("participantRole", make("id", nullFlavor="UNK"), make("playingEntity", code), classCode="SPEC")
    return make(
        "procedure",
        templates(TEMPLATES["specimen"]),
        make("effectiveTime", nullFlavor="UNK"),
        make("participant", role, typeCode="PRD"),
        classCode="PROC",
        moodCode="EVN",
    )


def read_specimens(act: Element) -> tuple[Coding, ...]:
    """The natures of specimen that are known."""
    codes = [
        code
        for procedure in children(act, "entryRelationship/procedure")
        if has_template(procedure, SPECIMEN_TEMPLATE)
        for code in children(procedure, "participant/participantRole/playingEntity/code")
    ]
    found = (read_coding(code) or read_coding(child(code, "translation")) for code in codes)
    return tuple(coding for coding in found if coding)


def said(elements: Iterable[Element], anchors: Anchors) -> list[str]:
    """The words these observations point at."""
    return [found for each in elements if (found := anchors.words(anchor_in(each)))]
