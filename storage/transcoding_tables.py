"""The tables of the laboratories' catalogues and of their mappings; triggers keep the history as it was written.

Instants are microseconds since 1970. A version of a mapping is the number of the last row of its history. Content is
canonical JSON (`json_codec.py`).
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from storage.tables import metadata

_KEY = 200
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

catalogues = Table(
    "lab_catalogue",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("name", Text, nullable=False),
    Column("mnemonic", String(20), nullable=False),
    Column("application", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("effective_from", BigInteger, nullable=False),
)

items = Table(
    "lab_item",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("local_code", String(_KEY), primary_key=True),
    Column("place", Integer, nullable=False),
    Column("exam", Text, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("absent_since", BigInteger),
    Column("monthly_volume", Integer),
)

columns_chosen = Table(
    "lab_columns",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("headers", Text, nullable=False),
)

mappings = Table(
    "lab_mapping",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("local_code", String(_KEY), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("value", String(_KEY), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("target_code", String(64), index=True),
    Column("content", Text, nullable=False),
    Column("version", BigInteger, nullable=False),
)

history = Table(
    "lab_mapping_history",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("finess", String(9), nullable=False),
    Column("local_code", String(_KEY), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("value", String(_KEY), nullable=False),
    Column("action", String(16), nullable=False),
    Column("author", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Index("ix_lab_mapping_history_item", "finess", "local_code"),
    Index("ix_lab_mapping_history_author", "author"),
    sqlite_autoincrement=True,
)
