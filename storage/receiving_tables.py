"""The tables of catalogues received from laboratories: suppliers, arrivals, messages, local notes.

Instants are microseconds since 1970. A trigger keeps the bytes of what was accepted.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text

from storage.tables import metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")

suppliers = Table(
    "lcsd_supplier",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("application", String(20), nullable=False),
    Column("name", Text, nullable=False),
    Column("processing", String(1), nullable=False),
)

arrivals = Table(
    "lcsd_arrival",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("finess", String(9), nullable=False, index=True),
    Column("effective", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("events", String(40), nullable=False),
    sqlite_autoincrement=True,
)

messages = Table(
    "lcsd_message",
    metadata,
    Column("id", _NUMBER, primary_key=True),
    Column("finess", String(9), nullable=False),
    Column("application", String(20), nullable=False),
    Column("control_id", String(20), nullable=False),
    Column("event", String(3), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("effective", BigInteger, nullable=False),
    Column("code", String(2), nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Column("detail", Text, nullable=False),
    Column("arrival", BigInteger, nullable=False, index=True),
    Index("uq_lcsd_message_sender", "finess", "application", "control_id", unique=True),
    sqlite_autoincrement=True,
)

notes = Table(
    "lcsd_exam_note",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("local_code", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
)
