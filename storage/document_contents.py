"""Bytes that are kept whole: documents and mails, sealed, each by its owner and its part."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select

from storage.document_sealing import LARGE, opened, place, sealed_columns
from storage.document_tables import contents
from storage.driver import Value
from storage.peppers import Peppers
from storage.tables import insert_if_absent


class SqlContents:
    """The bytes over one connection."""

    def __init__(self, connection: Connection, peppers: Peppers) -> None:
        self._connection = connection
        self._peppers = peppers

    def read(self, owner: str, part: str) -> bytes | None:
        """One part, None when it is not there."""
        query = select(contents).where(contents.c.owner == owner, contents.c.part == part)
        row = self._connection.execute(query).mappings().first()
        return None if row is None else opened(self._peppers, content_place(owner, part), row)

    def write(self, owner: str, part: str, content: bytes) -> None:
        """Keeps a part, unless there is one."""
        key: dict[str, Value] = {"owner": owner, "part": part}
        sealed = sealed_columns(self._peppers.current, content_place(owner, part), content, LARGE)
        insert_if_absent(self._connection, contents, key | sealed)

    def delete(self, owners: Sequence[str]) -> None:
        """Deletes all parts of these owners."""
        self._connection.execute(delete(contents).where(contents.c.owner.in_(owners)))


def content_place(owner: str, part: str) -> bytes:
    """What a part is tied to."""
    return place("content", owner, part)
