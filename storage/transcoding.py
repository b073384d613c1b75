"""The laboratories' catalogues, mappings and history in the base: the `TranscodingStore` port (terminology.md §7)."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import Connection, Engine, Select, delete, insert, select, update

from kernel.errors import Conflict
from storage.engine import transaction
from storage.tables import insert_if_absent
from storage.transcoding_rows import (
    catalogue_of,
    catalogue_row,
    history_row_of,
    history_values,
    item_row,
    key_columns,
    laboratory_of,
    mapping_of,
    mapping_values,
)
from storage.transcoding_tables import catalogues, columns_chosen, history, items, mappings
from terminology.impact import MappingImpact
from terminology.lab_catalogue import Laboratory
from terminology.release import Release
from terminology.transcoding.columns import Field
from terminology.transcoding.history import Change, HistoryQuery, HistoryRow
from terminology.transcoding.local_catalogue import LocalCatalogue
from terminology.transcoding.mapping import Mapping as LocalMapping
from terminology.transcoding.mapping import MappingChanged, MappingKey, MappingKind, MappingStatus
from terminology.transcoding.review import review_after

_IN_ONE_QUERY = 500
_MOST_KEPT = 16
_ADD_ROW = insert(history).returning(history.c.number)


class SqlTranscoding:
    """The store over one engine; safe to share between threads, and between processes that share the base.

    A version of a catalogue never changes, so the last ones read are kept, each for as long as it is the version held.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, LocalCatalogue] = {}

    def laboratories(self) -> tuple[Laboratory, ...]:
        """Those with a catalogue, by FINESS."""
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(laboratory_of, connection.execute(select(catalogues).order_by(catalogues.c.finess))))

    def find_catalogue(self, finess: str) -> LocalCatalogue | None:
        """The catalogue of a laboratory; None before its first import."""
        with transaction(self._engine, writing=False) as connection:
            head = connection.execute(select(catalogues).where(catalogues.c.finess == finess)).first()
            if head is None:
                return None
            kept = self._kept.get(finess)
            if kept is None or kept.version != head.version:
                query = select(items).where(items.c.finess == finess).order_by(items.c.place)
                kept = catalogue_of(head, connection.execute(query))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[finess] = kept
        return kept

    def catalogue_version(self, finess: str) -> int | None:
        """The version of the catalogue of a laboratory, at the cost of one row; None before its first import."""
        query = select(catalogues.c.version).where(catalogues.c.finess == finess)
        with transaction(self._engine, writing=False) as connection:
            return connection.scalar(query)

    def mappings(self, finess: str) -> tuple[LocalMapping, ...]:
        """All its mappings, by key."""
        query = select(mappings).where(mappings.c.finess == finess)
        with transaction(self._engine, writing=False) as connection:
            return tuple(sorted(map(mapping_of, connection.execute(query)), key=lambda m: m.key))

    def exam_mappings(self, finess: str, local_codes: Collection[str]) -> Mapping[str, LocalMapping]:
        """The mappings of some exams as such, by local code; those nothing is decided of are left out."""
        column = mappings.c
        as_such = (column.finess == finess) & (column.kind == MappingKind.ANALYSIS.value) & (column.value == "")
        with transaction(self._engine, writing=False) as connection:
            found = [
                mapping_of(row)
                for some in _in_batches(sorted(set(local_codes)))
                for row in connection.execute(select(mappings).where(as_such, column.local_code.in_(some)))
            ]
        return {mapping.key.local_code: mapping for mapping in found}

    def find_mapping(self, finess: str, key: MappingKey) -> LocalMapping | None:
        """One mapping; None while nothing is decided."""
        here = (mappings.c[name] == value for name, value in key_columns(finess, key).items())
        with transaction(self._engine, writing=False) as connection:
            row = connection.execute(select(mappings).where(*here)).first()
        return mapping_of(row) if row else None

    def save(self, finess: str, changes: Sequence[Change], catalogue: LocalCatalogue | None = None) -> None:
        """Applies all the changes and writes a row of history for each, or nothing."""
        with transaction(self._engine, writing=True) as connection:
            if catalogue is not None:
                _keep_catalogue(connection, finess, catalogue)
            for change in changes:
                number = connection.scalar(_ADD_ROW, {"finess": finess, **history_values(change)})
                _apply(connection, finess, change, number or 0)
            connection.commit()

    def columns(self, finess: str) -> Mapping[Field, str]:
        """The headers its user chose for its files; empty when none were."""
        query = select(columns_chosen.c.headers).where(columns_chosen.c.finess == finess)
        with transaction(self._engine, writing=False) as connection:
            kept = connection.scalar(query)
        return {Field(name): header for name, header in json.loads(kept or "{}").items()}

    def remember_columns(self, finess: str, columns: Mapping[Field, str]) -> None:
        """Keeps the headers chosen for the next imports."""
        headers = json.dumps({f.value: header for f, header in columns.items()}, ensure_ascii=False)
        with transaction(self._engine, writing=True) as connection:
            if not insert_if_absent(connection, columns_chosen, {"finess": finess, "headers": headers}):
                connection.execute(
                    update(columns_chosen).where(columns_chosen.c.finess == finess).values(headers=headers)
                )
            connection.commit()

    def history(self, query: HistoryQuery, limit: int | None = None, offset: int = 0) -> tuple[HistoryRow, ...]:
        """The rows asked for, the last first."""
        wanted = {
            history.c.finess: query.finess,
            history.c.local_code: query.local_code,
            history.c.author: query.author,
        }
        statement: Select[tuple[object, ...]] = select(history).order_by(history.c.number.desc())
        statement = statement.where(*(column == value for column, value in wanted.items() if value is not None))
        with transaction(self._engine, writing=False) as connection:
            return tuple(map(history_row_of, connection.execute(statement.limit(limit).offset(offset))))

    def mappings_using(self, codes: Collection[str]) -> tuple[MappingImpact, ...]:
        """The mappings, of every laboratory and status but `refuse`, whose target is one of `codes`."""
        columns = (mappings.c.finess, mappings.c.local_code, mappings.c.target_code)
        with transaction(self._engine, writing=False) as connection:
            found = [
                MappingImpact(*row)
                for some in _in_batches(sorted(set(codes)))
                for row in connection.execute(
                    select(*columns).where(
                        mappings.c.target_code.in_(some), mappings.c.status != MappingStatus.REFUSED.value
                    )
                )
            ]
        return tuple(sorted(set(found), key=lambda use: (use.finess, use.local_code, use.code)))

    def review_after(self, release: Release, by: str, now: datetime) -> int:
        """Puts `a-revoir` what an activated release puts in doubt here; how many mappings."""
        return sum(map(len, review_after(release, self, by, now).values()))


def _in_batches(codes: list[str]) -> Iterator[list[str]]:
    waiting = iter(codes)
    while some := list(islice(waiting, _IN_ONE_QUERY)):
        yield some


def _keep_catalogue(connection: Connection, finess: str, catalogue: LocalCatalogue) -> None:
    """The whole catalogue in place of the version before it, and of no other."""
    row = catalogue_row(catalogue)
    head = catalogues.c
    if catalogue.version == 1:
        kept = insert_if_absent(connection, catalogues, row)
    else:
        follows = (head.finess == finess) & (head.version == catalogue.version - 1)
        kept = connection.execute(update(catalogues).where(follows).values(**row)).rowcount == 1
    if not kept:
        raise Conflict.because(
            "catalogue-changed", "Le catalogue a changé pendant l'import.", "Refaire l'import.", "finess"
        )
    connection.execute(delete(items).where(items.c.finess == finess))
    rows = [item_row(finess, place, item) for place, item in enumerate(catalogue.items)]
    if rows:
        connection.execute(insert(items), rows)


def _apply(connection: Connection, finess: str, change: Change, number: int) -> None:
    """The mapping as the change leaves it; `MappingChanged` when it is not as the change found it."""
    key = key_columns(finess, change.key)
    here = [mappings.c[name] == value for name, value in key.items()]
    if change.before is None:
        values = {} if change.after is None else mapping_values(change.after, number)
        done = insert_if_absent(connection, mappings, {**key, **values})
    else:
        as_read = [*here, mappings.c.version == change.before.version]
        if change.after is None:
            done = connection.execute(delete(mappings).where(*as_read)).rowcount == 1
        else:
            values = mapping_values(change.after, number)
            done = connection.execute(update(mappings).where(*as_read).values(**values)).rowcount == 1
    if not done:
        current = connection.scalar(select(mappings.c.version).where(*here))
        raise MappingChanged.at_version(current or 0, change.key)
