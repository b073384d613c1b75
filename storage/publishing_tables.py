"""The tables of published catalogues: versions, history of mappings, subscribers, deliveries.

Content is canonical JSON, instants are microseconds since 1970. Triggers keep the history of mappings as it was
written, and the content of what is published.
"""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, String, Table, Text

from storage.tables import metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

versions = Table(
    "lcsd_version",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("author", String(80), nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("effective_from", BigInteger, nullable=False),
    Column("effective_to", BigInteger),
    Column("published", BigInteger),
    Column("sha256", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("content", Text, nullable=False),
)

mapping_changes = Table(
    "lcsd_mapping_change",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("finess", String(9), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("local_code", Text, nullable=False),
    Column("field", String(16), nullable=False),
    Column("action", String(16), nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("author", String(80), nullable=False),
    Column("at", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

subscribers = Table(
    "lcsd_subscriber",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("name", String(40), primary_key=True),
    Column("content", Text, nullable=False),
)

deliveries = Table(
    "lcsd_delivery",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("subscriber", String(40), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("rank", Integer, primary_key=True, autoincrement=False),
    Column("identifier", String(80), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("queued", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent", BigInteger),
    Column("answered", BigInteger),
    Column("reply", LargeBinary, nullable=False),
    Column("detail", Text, nullable=False),
)
