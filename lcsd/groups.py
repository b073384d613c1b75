"""A message cut into its head and its entries, each segment with the place that locates a finding."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from hl7v2.codec import Segment
from lcsd.segments.keys import EntryKey, read_key

PLACEHOLDER = "VIDE"


@dataclass(frozen=True, slots=True)
class Placed:
    """A segment and its occurrence among those of its name in the message, from 1."""

    segment: Segment
    occurrence: int

    def at(self, field: int = 0, component: int = 0, repetition: int = 0) -> str:
        """`segment(occurrence)-field.component[repetition]`, absent parts left out."""
        place = f"{self.segment.name}({self.occurrence})"
        if field:
            place += f"-{field}" + (f".{component}" if component else "") + (f"[{repetition}]" if repetition else "")
        return place


@dataclass(frozen=True, slots=True)
class EntryGroup:
    """A MFE and the segments up to the next one."""

    mfe: Placed
    parts: tuple[Placed, ...]

    def named(self, name: str) -> tuple[Placed, ...]:
        """The segments of the group with this name."""
        return tuple(p for p in self.parts if p.segment.name == name)

    def first(self, name: str) -> Placed | None:
        """The first segment of the group with this name."""
        return next((p for p in self.parts if p.segment.name == name), None)

    @property
    def key(self) -> EntryKey:
        """The key of OM1-2, or of MFE-4 when the group has no OM1."""
        om1 = self.first("OM1")
        return read_key(om1.segment.first(2) if om1 else self.mfe.segment.first(4))

    @property
    def is_placeholder(self) -> bool:
        """Whether it is the `VIDE` entry that empties a master file over MLLP (`lcsd.md` §6.2)."""
        om1 = self.first("OM1")
        return om1 is not None and om1.segment.raw(12) == "N" and self.key.local_code == PLACEHOLDER


@dataclass(frozen=True, slots=True)
class MessageLayout:
    """A message: what stands before the first MFE, then the groups."""

    head: tuple[Placed, ...]
    groups: tuple[EntryGroup, ...]

    def first(self, name: str) -> Placed | None:
        """The first segment of the head with this name."""
        return next((p for p in self.head if p.segment.name == name), None)

    @property
    def trigger(self) -> str:
        """MSH-9.2."""
        msh = self.first("MSH")
        return msh.segment.first(9).raw_component(2) if msh else ""

    @property
    def title(self) -> str:
        """`MFN^M08`, as it opens the path of every finding."""
        msh = self.first("MSH")
        return f"{msh.segment.first(9).raw_component(1)}^{self.trigger}" if msh else "?"


def layout(message: Sequence[Segment]) -> MessageLayout:
    """The message with every segment placed."""
    seen: Counter[str] = Counter()
    head: list[Placed] = []
    groups: list[tuple[Placed, list[Placed]]] = []
    for segment in message:
        seen[segment.name] += 1
        placed = Placed(segment, seen[segment.name])
        if segment.name == "MFE":
            groups.append((placed, []))
        elif groups:
            groups[-1][1].append(placed)
        else:
            head.append(placed)
    return MessageLayout(tuple(head), tuple(EntryGroup(mfe, tuple(parts)) for mfe, parts in groups))
