"""Rows of the transcoding tables to the domain and back, both ways side by side."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Row

from storage.instants import from_micros, to_micros
from storage.json_codec import read_json, write_json
from terminology.lab_catalogue import LabExam, Laboratory
from terminology.transcoding.history import Change, HistoryRow
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem
from terminology.transcoding.mapping import Mapping as LocalMapping
from terminology.transcoding.mapping import MappingKey

Values = dict[str, str | int | None]
AnyRow = Row[tuple[object, ...]]


def catalogue_row(catalogue: LocalCatalogue) -> Values:
    """The head of a catalogue."""
    laboratory = catalogue.laboratory
    return {
        "finess": laboratory.finess,
        "name": laboratory.name,
        "mnemonic": laboratory.mnemonic,
        "application": laboratory.application,
        "version": catalogue.version,
        "effective_from": to_micros(catalogue.effective_from),
    }


def laboratory_of(row: AnyRow) -> Laboratory:
    """The laboratory of a catalogue's head."""
    return Laboratory(row.finess, row.name, row.mnemonic, row.application)


def catalogue_of(head: AnyRow, rows: Iterable[AnyRow]) -> LocalCatalogue:
    """A catalogue from its head and its items, in order."""
    effective = from_micros(head.effective_from)
    return LocalCatalogue(laboratory_of(head), head.version, effective, tuple(map(_item_of, rows)))


def item_row(finess: str, place: int, item: LocalItem) -> Values:
    """One item, `place` being its order."""
    return {
        "finess": finess,
        "local_code": item.exam.local_code,
        "place": place,
        "exam": write_json(item.exam).decode("utf-8"),
        "first_seen": to_micros(item.first_seen),
        "absent_since": to_micros(item.absent_since) if item.absent_since else None,
        "monthly_volume": item.monthly_volume,
    }


def _item_of(row: AnyRow) -> LocalItem:
    return LocalItem(
        exam=read_json(LabExam, row.exam.encode("utf-8")),
        first_seen=from_micros(row.first_seen),
        absent_since=None if row.absent_since is None else from_micros(row.absent_since),
        monthly_volume=row.monthly_volume,
    )


def key_columns(finess: str, key: MappingKey) -> dict[str, str]:
    """The key of a mapping."""
    return {"finess": finess, "local_code": key.local_code, "kind": key.kind.value, "value": key.value}


def mapping_values(mapping: LocalMapping, number: int) -> Values:
    """What is kept of a mapping beside its key; `number` is its version from now on."""
    return {
        "status": mapping.status.value,
        "target_code": mapping.target.code if mapping.target else None,
        "content": _written(mapping),
        "version": number,
    }


def mapping_of(row: AnyRow) -> LocalMapping:
    """A mapping at its version."""
    return replace(_read(row.content), version=row.version)


def history_values(change: Change) -> Values:
    """A change, for a row of history; its number is the base's to give."""
    return {
        "local_code": change.key.local_code,
        "kind": change.key.kind.value,
        "value": change.key.value,
        "action": change.action.value,
        "author": change.author,
        "at": to_micros(change.at),
        "reason": change.reason,
        "before": _written(change.before) if change.before else None,
        "after": _written(change.after) if change.after else None,
    }


def history_row_of(row: AnyRow) -> HistoryRow:
    """A row of history; the mapping it left bears its number."""
    after = replace(_read(row.after), version=row.number) if row.after else None
    before = _read(row.before) if row.before else None
    return HistoryRow(row.number, row.finess, Change(before, after, row.author, from_micros(row.at), row.reason))


def _written(mapping: LocalMapping) -> str:
    return write_json(mapping).decode("utf-8")


def _read(content: str) -> LocalMapping:
    return read_json(LocalMapping, content.encode("utf-8"))
