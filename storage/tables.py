"""The tables of the base: the sealed orders and what goes with them, then the releases of the value set.

Nothing of an order can be read without its code, or tells who a patient or a prescriber is; releases are public.
Digests are 32 bytes; days are dates; instants are microseconds since 1970 (`instants.py`). The migrations make
the same tables; a test compares the two.
"""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.driver import Prepared, Value

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

records = Table(
    "epu_record",
    metadata,
    Column("lookup", LargeBinary(32), primary_key=True),
    Column("kid", String(32), nullable=False, index=True),
    Column("salt", LargeBinary(32), nullable=False),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", Integer, nullable=False),
    Column("owner", LargeBinary(32), nullable=False),
    Column("handle", String(64), nullable=False, unique=True),
    Column("status", String(16), nullable=False),
    Column("n_lines", Integer, nullable=False),
    Column("n_closed", Integer, nullable=False),
    Column("created", Date, nullable=False),
    Column("valid_until", Date, nullable=False),
    Column("purge_after", Date, nullable=False, index=True),
    Index("ix_epu_record_owner_created_handle", "owner", "created", "handle"),
)

# `position` and `chain` are filled once, in order, by the one sealer of the audit (audit.py).
audit = Table(
    "epu_audit",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("operation", String(64), nullable=False),
    Column("outcome", String(64), nullable=False),
    Column("lookup_prefix", String(8)),
    Column("kid", String(32), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("position", BigInteger, unique=True),
    Column("chain", LargeBinary(32)),
    sqlite_autoincrement=True,
)
Index(
    "ix_epu_audit_unsealed",
    audit.c.id,
    sqlite_where=audit.c.position.is_(None),
    postgresql_where=audit.c.position.is_(None),
)

misses = Table(
    "epu_miss",
    metadata,
    Column("who", LargeBinary(32), primary_key=True),
    Column("full_at", BigInteger, nullable=False),
)

# How many codes nobody holds were tried in each minute, by all callers together; `minute` counts from 1970.
miss_minutes = Table(
    "epu_miss_minute",
    metadata,
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("count", Integer, nullable=False),
)

# The names of the secrets this base was opened under: whoever lacks one of them may not open it (pepper_check.py).
known_peppers = Table("epu_pepper", metadata, Column("kid", String(32), primary_key=True))

answers = Table(
    "epu_answer",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("kid", String(32), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    Column("nonce", LargeBinary(12), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("expires", BigInteger, nullable=False, index=True),
)

# What is kept about a release, then the release itself, which never changes: docs/decisions/0006.
releases = Table(
    "release_record",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("label", String(64), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("published", Date, nullable=False),
    Column("source_name", Text, nullable=False),
    Column("source_format", String(16), nullable=False),
    Column("source_bytes", BigInteger, nullable=False),
    Column("source_sha256", String(64), nullable=False, unique=True),
    Column("imported_at", BigInteger, nullable=False),
    Column("imported_by", Text, nullable=False),
    Column("report_hash", String(64), nullable=False),
    Column("errors", Integer, nullable=False),
    Column("refusals", Text, nullable=False),
    Column("content_sha256", String(64), nullable=False),
    Column("withdrawn", Boolean(create_constraint=False), nullable=False),
    UniqueConstraint("label", "revision"),
)

documents = Table(
    "release_document",
    metadata,
    Column("name", ForeignKey(releases.c.name), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("report", LargeBinary, nullable=False),
)

active = Table(
    "release_active",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("name", ForeignKey(releases.c.name), nullable=False),
    Column("activation", Integer, nullable=False),
    Column("activated_at", BigInteger, nullable=False),
    Column("activated_by", Text, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

# Only ever added to.
release_events = Table(
    "release_event",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("done_by", Text, nullable=False),
    Column("action", String(16), nullable=False),
    Column("name", ForeignKey(releases.c.name), nullable=False),
    sqlite_autoincrement=True,
)

# The row is the lock of the import under way (staging.py).
staging = Table(
    "release_staging",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("token", String(32), nullable=False),
    Column("source_name", Text, nullable=False),
    Column("started_by", Text, nullable=False),
    Column("alive_at", BigInteger, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)


def insert_if_absent(connection: Connection, table: Table, row: Mapping[str, Value]) -> bool:
    """Inserts a row, always with the same columns for a table, unless its key is taken, without spoiling the
    transaction; whether it was inserted."""
    return adding_if_absent(connection.dialect.name, table).row(connection, row) is not None


@cache
def adding_if_absent(dialect: str, table: Table) -> Prepared:
    """The statement for it: it gives a row when it inserted one."""
    made = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    return Prepared(made.on_conflict_do_nothing().returning(*table.primary_key.columns))
