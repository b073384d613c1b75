"""Writes that nobody waits for, since their outcome is certain: sent along with the next one that is waited for.

On PostgreSQL each way to the server and back costs about as much as the statement itself, and so they make one there
(`WITH … AS (INSERT …) INSERT …`). Before anything is read, and before the commit, what still waits is written.
"""

from collections.abc import Mapping

from sqlalchemy import Connection

from storage.driver import Prepared, Row, Together, Value

_Write = tuple[Prepared, Mapping[str, Value]]
_together: dict[tuple[Prepared, ...], Together] = {}


class Later:
    """The writes that wait in one transaction, in the order they came; none unless it `waits`, nor on SQLite."""

    def __init__(self, connection: Connection, *, waits: bool = False) -> None:
        self._connection = connection
        self._waits = waits and connection.dialect.name == "postgresql"
        self._waiting: list[_Write] = []

    def write(self, statement: Prepared, values: Mapping[str, Value]) -> None:
        """Writes, at the latest by the commit; it must not depend on what else waits."""
        self._waiting.append((statement, values))
        if not self._waits:
            self.flush()

    def row(self, statement: Prepared, values: Mapping[str, Value]) -> Row | None:
        """The first row that `statement` gives, written with all that waits; None when it gives none."""
        if not self._waiting:
            return statement.row(self._connection, values)
        writes, self._waiting = [*self._waiting, (statement, values)], []
        statements = tuple(each for each, _ in writes)
        joined = _together.get(statements)
        if joined is None:
            joined = _together[statements] = Together(statements)
        named = {f"{place}_{name}": value for place, (_, each) in enumerate(writes) for name, value in each.items()}
        return joined.row(self._connection, named)

    def flush(self) -> None:
        """Writes what waits."""
        waiting, self._waiting = self._waiting, []
        for statement, values in waiting:
            statement.run(self._connection, values)
