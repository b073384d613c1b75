"""The catalogue a laboratory's messages make together, as it is in force at an instant (`lcsd.md` §7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hl7v2.batch import read_message
from lcsd.groups import MessageLayout, layout
from lcsd.master_files import MasterFile
from lcsd.publication import read_catalogue
from lcsd.rules.scope import Scope
from terminology.lab_catalogue import LabCatalogue, LabExam
from terminology.receiving.arrival import ReceivedMessage, holders, in_force
from terminology.receiving.ports import ReceivingStore


@dataclass(frozen=True, slots=True)
class Received:
    """Reads what is held of the laboratories that publish to us."""

    store: ReceivingStore

    def catalogue(self, finess: str, now: datetime) -> LabCatalogue | None:
        """The catalogue of a laboratory in force now, exams hidden here no longer orderable; None before the first.

        What an exam names and no master file in force holds stays named: what came is shown as it came.
        """
        messages = self._messages(in_force(self.store.arrivals(finess), now))
        layouts = _each_key_once([read_layout(message) for message in messages])
        if not any(not group.is_placeholder for one in layouts for group in one.groups):
            return None
        hidden = {note.local_code for note in self.store.notes(finess) if note.hidden}
        ordered = sorted(layouts, key=lambda one: _rank(one.trigger))
        read = read_catalogue(Scope(), ordered, messages[0].control_id)
        return replace(
            read,
            effective_from=max(message.effective for message in messages),
            exams=tuple(_hidden(exam) if exam.local_code in hidden else exam for exam in read.exams),
        )

    def beside(self, finess: str, event: str) -> tuple[MessageLayout, ...]:
        """The messages that hold the other master files than that of `event`: those that came last, due or not."""
        held = holders(self.store.arrivals(finess))
        messages = self._messages({each: number for each, number in held.items() if each != event})
        return tuple(map(read_layout, messages))

    def _messages(self, held: Mapping[str, int]) -> list[ReceivedMessage]:
        """One message a master file, by the arrival that holds each; the last that came first."""
        found: dict[str, ReceivedMessage] = {}
        for message in self.store.arrival_messages(tuple(set(held.values()))):
            if held.get(message.event) == message.arrival:
                found.setdefault(message.event, message)
        return list(found.values())


def read_layout(message: ReceivedMessage) -> MessageLayout:
    """The message that was accepted, read again."""
    segments, _ = read_message(message.data)
    assert segments is not None, "a message that cannot be read is not accepted"
    return layout(segments)


def _rank(trigger: str) -> int:
    file = MasterFile.of_trigger(trigger)
    return file.rank if file else 0


def _each_key_once(layouts: Sequence[MessageLayout]) -> list[MessageLayout]:
    """An exam that went from one master file to another is that of the message that came last."""
    seen: set[str] = set()
    kept = []
    for one in layouts:
        codes = [group.key.local_code for group in one.groups]
        groups = tuple(g for g, code in zip(one.groups, codes, strict=True) if code not in seen)
        seen.update(codes)
        kept.append(replace(one, groups=groups))
    return kept


def _hidden(exam: LabExam) -> LabExam:
    return replace(exam, orderable=False)
