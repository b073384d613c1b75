"""Every row of one base into another, whichever databases they are: the tables are the same on both."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, func, insert, select, text

import storage.basket_tables
import storage.document_tables
import storage.publishing_tables
import storage.receiving_tables
import storage.transcoding_tables
import storage.usage_tables  # noqa: F401 - these make their tables known to `metadata`
from storage.tables import known_peppers, metadata

BATCH = 200  # a row of `release_document` may be some megabytes


def is_empty(base: Connection) -> bool:
    """Whether the base holds nothing; which peppers it was opened under does not count."""
    tables = (table for table in metadata.sorted_tables if table is not known_peppers)
    return all(base.execute(select(table).limit(1)).first() is None for table in tables)


def replace_rows(source: Connection, target: Connection) -> None:
    """Puts the rows of `source` in place of those of `target`, inside the transaction of each."""
    if target.dialect.name == "postgresql":
        _truncate(target)
    for table in metadata.sorted_tables:
        for rows in source.execute(select(table).execution_options(yield_per=BATCH)).mappings().partitions():
            target.execute(insert(table), [dict(row) for row in rows])
        if target.dialect.name == "postgresql":
            _count_on(target, table)


def _truncate(target: Connection) -> None:
    """Empties all tables at once, with the triggers that keep a history from it out of the way meanwhile."""
    names = [table.name for table in metadata.sorted_tables]
    for move in (*_triggers("DISABLE", names), f"TRUNCATE {', '.join(names)}", *_triggers("ENABLE", names)):
        target.execute(text(move))


def _triggers(move: str, names: Iterable[str]) -> list[str]:
    return [f"ALTER TABLE {name} {move} TRIGGER USER" for name in names]


def _count_on(target: Connection, table: Table) -> None:
    """The next number drawn is one more than the greatest there is."""
    column = table.autoincrement_column
    if column is not None:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        target.execute(select(func.setval(sequence, func.coalesce(func.max(column) + 1, 1), False)))
