"""MFN^M08, numeric observations: `MFE OM1 [OM2] [OM3] [OM4]`, one container at most (`lcsd.md` §2)."""

from dataclasses import replace

from hl7v2.codec import Segment
from lcsd.groups import EntryGroup
from lcsd.master_files import MasterFile
from lcsd.messages.format import MessageFormat, Reading, Slot, Writing, general_part
from lcsd.segments.om1 import build_om1
from lcsd.segments.om2 import build_om2, read_om2
from lcsd.segments.om3 import build_om3, has_answers, with_om3
from lcsd.segments.om4 import build_om4, read_om4
from terminology.lab_catalogue import LabExam


def build_entry(sequence: int, exam: LabExam, writing: Writing) -> list[Segment]:
    """The segments of a numeric exam after its MFE."""
    segments = [build_om1(sequence, exam, writing.laboratory, writing.keys)]
    if exam.measure is not None:
        segments.append(build_om2(sequence, exam.measure))
    if has_answers(exam):
        segments.append(build_om3(sequence, exam))
    segments.extend(build_om4(sequence, c) for c in exam.containers)
    return segments


def read_entry(group: EntryGroup, reading: Reading) -> LabExam:
    """The exam of a group."""
    exam = general_part(group, reading)
    om2, om3 = group.first("OM2"), group.first("OM3")
    if om3 is not None:
        exam = with_om3(exam, om3.segment)
    return replace(
        exam,
        measure=read_om2(om2.segment) if om2 else None,
        containers=tuple(read_om4(p.segment) for p in group.named("OM4")),
    )


MFN_M08 = MessageFormat(MasterFile.NUMERIC, (Slot("OM2"), Slot("OM3"), Slot("OM4")), build_entry, read_entry)
