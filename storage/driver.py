"""Statements handed to the driver as they are: the few that every call on an order runs.

SQLAlchemy writes their text once a dialect and number of values; running it through SQLAlchemy each time costs two to
three times what the driver takes. Values are bytes, texts, numbers, dates; errors are those of SQLAlchemy.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias, cast

import psycopg
from sqlalchemy import Connection, exc, null
from sqlalchemy.sql.expression import ClauseElement

from storage.postgres import says_lost, without_values

Row: TypeAlias = tuple[Any, ...]
Value: TypeAlias = bytes | str | int | date | None
_DRIVER_ERRORS = (psycopg.Error, sqlite3.Error)


class Prepared:
    """One statement, whose values always have the same names."""

    def __init__(self, statement: ClauseElement) -> None:
        self._statement = statement
        self._texts: dict[str, tuple[str, tuple[str, ...]]] = {}

    def row(self, connection: Connection, values: Mapping[str, Value]) -> Row | None:
        """The first row it gives, None when it gives none."""
        cursor = self._executed(connection, values)
        try:
            found: Row | None = cursor.fetchone()
            return found
        finally:
            cursor.close()

    def run(self, connection: Connection, values: Mapping[str, Value]) -> int:
        """How many rows it wrote."""
        cursor = self._executed(connection, values)
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def run_all(self, connection: Connection, rows: Sequence[Mapping[str, Value]]) -> None:
        """Writes each of the rows, of which there is one at least."""
        self._executed(connection, rows[0], rows).close()

    def _executed(
        self, connection: Connection, values: Mapping[str, Value], rows: Sequence[Mapping[str, Value]] | None = None
    ) -> Any:
        dialect = connection.dialect
        text, names = self.text(connection, values)
        if not connection.in_transaction():  # after a commit the next one begins by itself, as with SQLAlchemy
            connection.begin()
        driver = connection.connection.driver_connection
        assert driver is not None
        try:
            if rows is not None:
                cursor = driver.cursor()
                given = [[_plain(row[name]) for name in names] for row in rows] if dialect.positional else rows
                cursor.executemany(text, given)
                return cursor
            if dialect.positional:
                return driver.execute(text, [_plain(values[name]) for name in names])
            return driver.execute(text, values)
        except _DRIVER_ERRORS as error:
            without_values(error)
            lost = says_lost(error) or dialect.is_disconnect(cast("Any", error), driver, None)
            if lost:
                connection.invalidate(error)
                connection.engine.dispose()  # the others the pool keeps are of the same server
            raise exc.DBAPIError.instance(
                None,
                None,
                error,
                dialect.loaded_dbapi.Error,
                hide_parameters=True,
                connection_invalidated=lost,
                dialect=dialect,
            ) from None

    def text(self, connection: Connection, names: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        """The text for this kind of base, and the order of the values where they have no names."""
        known = self._texts.get(connection.dialect.name)
        if known is None:
            known = self._texts[connection.dialect.name] = self._written(connection, list(names))
        return known

    def _written(self, connection: Connection, names: list[str]) -> tuple[str, tuple[str, ...]]:
        compiled = self._statement.compile(dialect=connection.dialect, column_keys=names)
        return str(compiled), tuple(getattr(compiled, "positiontup", None) or ())


class Together(Prepared):
    """Several writes as one statement of PostgreSQL, which gives the rows of the last. The values of each bear its
    place before their names: `0_lookup`."""

    def __init__(self, statements: Sequence[Prepared]) -> None:
        super().__init__(null())
        self._statements = statements

    def _written(self, connection: Connection, names: list[str]) -> tuple[str, tuple[str, ...]]:
        texts = []
        for place, statement in enumerate(self._statements):
            own = [name.removeprefix(f"{place}_") for name in names if name.startswith(f"{place}_")]
            texts.append(statement.text(connection, own)[0].replace("%(", f"%({place}_"))
        *others, last = texts
        return f"WITH {', '.join(f'w{place} AS ({text})' for place, text in enumerate(others))} {last}", ()


def _plain(value: Value) -> Value:
    """SQLite has no dates: SQLAlchemy keeps them as texts."""
    return value.isoformat() if isinstance(value, date) else value
