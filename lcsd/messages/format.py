"""What the four messages share: the grammar of an entry, and what a builder and a parser are given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo

from hl7v2.codec import Segment
from lcsd.groups import EntryGroup
from lcsd.master_files import MasterFile
from lcsd.segments.keys import LocalCodeOf
from lcsd.segments.om1 import read_om1
from terminology.lab_catalogue import LabExam, Laboratory


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the grammar after OM1: a segment, whether it repeats, the one it cannot stand without."""

    name: str
    repeats: bool = False
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a builder needs beside the exam: the laboratory, and the key of every entry by local code."""

    laboratory: Laboratory
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser needs beside the group: local codes of the entries named, and the offset of the message."""

    local_code_of: LocalCodeOf
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class MessageFormat:
    """One message: its master file, the segments of an entry after MFE and OM1, its builder and its parser."""

    file: MasterFile
    slots: tuple[Slot, ...]
    build: Callable[[int, LabExam, Writing], list[Segment]]
    read: Callable[[EntryGroup, Reading], LabExam]


def general_part(group: EntryGroup, reading: Reading) -> LabExam:
    """The exam of the OM1 of a group whose grammar has been checked."""
    om1 = group.first("OM1")
    assert om1 is not None, "an entry without OM1 is refused before it is read"
    return read_om1(om1.segment, reading.local_code_of, reading.zone)
