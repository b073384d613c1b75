"""MFN^M11, calculated observations: `MFE OM1 [OM6 OM2]`, the two together, no container (`lcsd.md` §2)."""

from dataclasses import replace

from hl7v2.codec import Segment
from lcsd.groups import EntryGroup
from lcsd.master_files import MasterFile
from lcsd.messages.format import MessageFormat, Reading, Slot, Writing, general_part
from lcsd.segments.om1 import build_om1
from lcsd.segments.om2 import build_om2, read_om2
from lcsd.segments.om6 import build_om6, read_om6
from terminology.lab_catalogue import LabExam


def build_entry(sequence: int, exam: LabExam, writing: Writing) -> list[Segment]:
    """The segments of a calculated exam after its MFE."""
    segments = [build_om1(sequence, exam, writing.laboratory, writing.keys)]
    if exam.derivation_rule or exam.measure is not None:
        segments += [build_om6(sequence, exam.derivation_rule), build_om2(sequence, exam.measure)]
    return segments


def read_entry(group: EntryGroup, reading: Reading) -> LabExam:
    """The exam of a group."""
    om6, om2 = group.first("OM6"), group.first("OM2")
    return replace(
        general_part(group, reading),
        derivation_rule=read_om6(om6.segment) if om6 else "",
        measure=read_om2(om2.segment) if om2 else None,
    )


MFN_M11 = MessageFormat(
    MasterFile.CALCULATED, (Slot("OM6", needs="OM2"), Slot("OM2", needs="OM6")), build_entry, read_entry
)
