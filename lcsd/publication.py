"""A catalogue as messages and back: the builder and the parser of a whole publication (`lcsd.md` §4 to §7)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from hl7v2.codec import Message
from hl7v2.timestamps import read_ts
from lcsd.entries import gather, split
from lcsd.groups import PLACEHOLDER, EntryGroup, MessageLayout, Placed
from lcsd.master_files import MasterFile, master_file
from lcsd.messages import FORMATS
from lcsd.messages.control import Emission, build_mfe, build_mfi, build_msh, read_control_id, read_entry_number
from lcsd.messages.format import Reading, Writing
from lcsd.overflow import rejoin, shorten
from lcsd.rules.scope import Scope
from lcsd.segments.keys import write_key
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue, LabExam, Laboratory, Measure, Nature, ValueType
from terminology.lab_catalogue_systems import UCUM


@dataclass(frozen=True, slots=True)
class NumberedEntry:
    """An entry and its place in the publication, from 1: the order of the catalogue, then the entries added."""

    number: int
    exam: LabExam


def build_messages(scope: Scope, emission: Emission) -> tuple[Message, ...]:
    """One message per master file that has entries, in emission order; texts moved to OM1-32 are reported (W06)."""
    entries = split(emission.catalogue.exams)
    writing = Writing(emission.catalogue.laboratory, {e.local_code: write_key(e) for e in entries})
    files: dict[MasterFile, list[NumberedEntry]] = {file: [] for file in FORMATS}
    for number, entry in enumerate(entries, 1):
        shortened, moved = shorten(entry)
        for text in moved:
            if text.marked:
                place = f"OM1-{text.field}"
                scope.of_entry(entry.local_code).warning("W06", place, "Texte trop long, déplacé entier en OM1-32")
        files[master_file(entry)].append(NumberedEntry(number, shortened))
    return tuple(_message(emission, file, numbered, writing) for file, numbered in files.items() if numbered)


def build_empty(emission: Emission, file: MasterFile) -> Message:
    """The message that empties a master file over MLLP, where a message needs an entry: a placeholder (§6.2)."""
    nature = {MasterFile.BATTERY: Nature.SUPERSET, MasterFile.CALCULATED: Nature.CALCULATED}.get(file, Nature.ATOMIC)
    value_types = {MasterFile.NUMERIC: (ValueType.NUMERIC,), MasterFile.CATEGORICAL: (ValueType.STRING,)}
    exam = LabExam(
        PLACEHOLDER,
        "Aucune entrée",
        value_types=value_types.get(file, ()),
        nature=nature,
        orderable=False,
        specimen_required=False,
        measure=Measure(unit=Coding(UCUM, "1", "sans unité")) if file is MasterFile.NUMERIC else None,
    )
    writing = Writing(emission.catalogue.laboratory, {PLACEHOLDER: write_key(exam)})
    return _message(emission, file, [NumberedEntry(1, exam)], writing)


def read_catalogue(scope: Scope, layouts: Sequence[MessageLayout], control_id: str) -> LabCatalogue:
    """The catalogue of messages without error; `control_id` is BHS-11. At least one message is needed."""
    local_codes = {g.key.identity: g.key.local_code for one in layouts for g in one.groups}
    numbered: list[tuple[int | None, LabExam]] = []
    for one in layouts:
        msh = _placed(one, "MSH")
        sent = read_ts(msh.segment.first(7).text())
        reading = Reading(lambda identity: local_codes.get(identity, identity[0]), sent.tzinfo if sent else None)
        file = MasterFile.of_trigger(one.trigger)
        assert file is not None, "an unknown event is refused before it is read"
        for group in one.groups:
            if not group.is_placeholder:
                exam = rejoin(FORMATS[file].read(group, reading))
                numbered.append((read_entry_number(group.mfe.segment.text(2)), _dated(exam, group, reading)))
    return LabCatalogue(
        laboratory=_laboratory(scope, layouts, control_id),
        version=_control(layouts, control_id)[1],
        effective_from=_effective(scope, layouts),
        exams=gather(_in_order(numbered)),
    )


def _message(emission: Emission, file: MasterFile, entries: Sequence[NumberedEntry], writing: Writing) -> Message:
    version = emission.catalogue.version
    segments = [build_msh(emission, file), build_mfi(emission, file)]
    for sequence, entry in enumerate(entries, 1):
        segments.append(build_mfe(version, entry.number, entry.exam))
        segments.extend(FORMATS[file].build(sequence, entry.exam, writing))
    return tuple(segments)


def _dated(exam: LabExam, group: EntryGroup, reading: Reading) -> LabExam:
    instant = read_ts(group.mfe.segment.first(3).text(), reading.zone)
    return replace(exam, effective_from=instant) if instant else exam


def _in_order(numbered: Sequence[tuple[int | None, LabExam]]) -> tuple[LabExam, ...]:
    """The order of MFE-2 when every entry tells one, and one only; else the order of the file."""
    numbers = [n for n, _ in numbered]
    if None in numbers or len(set(numbers)) < len(numbers):
        return tuple(e for _, e in numbered)
    return tuple(e for _, e in sorted(numbered, key=lambda pair: pair[0] or 0))


def _control(layouts: Sequence[MessageLayout], control_id: str) -> tuple[str, int]:
    """Mnemonic of the laboratory and version, from BHS-11, else MSH-10, else the sending application and 0."""
    msh = _placed(layouts[0], "MSH").segment
    return read_control_id(control_id) or read_control_id(msh.text(10)) or (msh.first(3).text(1), 0)


def _laboratory(scope: Scope, layouts: Sequence[MessageLayout], control_id: str) -> Laboratory:
    msh, mfi = _placed(layouts[0], "MSH").segment, _placed(layouts[0], "MFI").segment
    producers = list(dict.fromkeys(_producers(layouts)))
    if len(producers) > 1:
        scope.warning("E09", "OM1-5", f"{len(producers)} laboratoires producteurs, le premier est retenu")
    name = producers[0][1] if producers else ""
    return Laboratory(msh.first(4).text(1), name, _control(layouts, control_id)[0], mfi.first(2).text(1))


def _producers(layouts: Sequence[MessageLayout]) -> Iterator[tuple[str, str]]:
    for one in layouts:
        for group in one.groups:
            om1 = group.first("OM1")
            if om1 is not None:
                field = om1.segment.first(5)
                yield field.text(1), field.text(2)


def _effective(scope: Scope, layouts: Sequence[MessageLayout]) -> datetime:
    found: list[datetime] = []
    for one in layouts:
        sent = read_ts(_placed(one, "MSH").segment.first(7).text())
        instant = read_ts(_placed(one, "MFI").segment.first(5).text(), sent.tzinfo if sent else None)
        assert instant is not None, "a date that cannot be read is refused before it is read"
        found.append(instant)
    if len(set(found)) > 1:
        scope.warning("E09", "MFI-5", "Les messages n'ont pas la même date d'effet, la première est retenue")
    return found[0]


def _placed(one: MessageLayout, name: str) -> Placed:
    placed = one.first(name)
    assert placed is not None, "a message without head is refused before it is read"
    return placed
