"""MFN^M10, batteries: `MFE OM1 [OM5 [{OM4}]]` (`lcsd.md` §2)."""

from dataclasses import replace

from hl7v2.codec import Segment
from lcsd.groups import EntryGroup
from lcsd.master_files import MasterFile
from lcsd.messages.format import MessageFormat, Reading, Slot, Writing, general_part
from lcsd.segments.om1 import build_om1
from lcsd.segments.om4 import build_om4, read_om4
from lcsd.segments.om5 import build_om5, read_om5
from terminology.lab_catalogue import LabExam


def build_entry(sequence: int, exam: LabExam, writing: Writing) -> list[Segment]:
    """The segments of a battery after its MFE."""
    return [
        build_om1(sequence, exam, writing.laboratory, writing.keys),
        build_om5(sequence, exam, writing.keys),
        *(build_om4(sequence, c) for c in exam.containers),
    ]


def read_entry(group: EntryGroup, reading: Reading) -> LabExam:
    """The battery of a group."""
    om5 = group.first("OM5")
    return replace(
        general_part(group, reading),
        members=read_om5(om5.segment, reading.local_code_of) if om5 else (),
        containers=tuple(read_om4(p.segment) for p in group.named("OM4")),
    )


MFN_M10 = MessageFormat(
    MasterFile.BATTERY, (Slot("OM5"), Slot("OM4", repeats=True, needs="OM5")), build_entry, read_entry
)
