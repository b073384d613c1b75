"""The tables of the documents: what leaves with an order, the store of documents, what the patients chose.

In clear: states, instants, days, sizes in steps. A code and a matricule are keyed digests, orders, addresses, documents
and who chose what are sealed (document_sealing.py). The numbers by structure and day say nothing of a person.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from storage.tables import metadata

_NUMBER = BigInteger().with_variant(Integer, "sqlite")


def _sealed() -> tuple[Column[object], ...]:
    """Under which pepper something is sealed, and what is sealed."""
    return (
        Column("kid", String(32), nullable=False, index=True),
        Column("salt", LargeBinary(32), nullable=False),
        Column("nonce", LargeBinary(12), nullable=False),
        Column("sealed", LargeBinary, nullable=False),
    )


# One for an order. `fresh` until its departures have rows of their own; an order nobody needs any more is sealed out.
dispatches = Table(
    "document_dispatch",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("lookup", LargeBinary(32), nullable=False, unique=True),
    Column("fresh", Boolean(create_constraint=False), nullable=False),
    Column("purge_after", Date, nullable=False, index=True),
    *_sealed(),
)
Index(
    "ix_document_dispatch_fresh",
    dispatches.c.id,
    sqlite_where=text("fresh = 1"),  # as the query says it: SQLite uses no other index
    postgresql_where=text("fresh"),
)

departures = Table(
    "document_departure",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("id", String(32), nullable=False, unique=True),
    Column("dispatch", ForeignKey(dispatches.c.id), nullable=False, index=True),
    Column("channel", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("withdrawal", Boolean(create_constraint=False), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("first_tried", BigInteger),
    Column("error", String(64), nullable=False),
    Column("receipt", String(20)),
    *_sealed(),
    Index("ix_document_departure_state_due", "state", "due"),
    sqlite_autoincrement=True,
)

# The store of documents embedded here; `created` is the day of the signature.
shared = Table(
    "document_shared",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("lookup", LargeBinary(32), nullable=False, unique=True),
    Column("patient", LargeBinary(32), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created", Date, nullable=False),
    Column("fed", BigInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("reprints", Integer, nullable=False),
    Column("purge_after", Date, nullable=False, index=True),
    *_sealed(),
    Index("ix_document_shared_patient_fed_id", "patient", "fed", "id"),
)

# Bytes, whole: `owner` is a dispatch, a departure or a shared document, `part` which of its bytes.
contents = Table(
    "document_content",
    metadata,
    Column("owner", String(32), primary_key=True),
    Column("part", String(8), primary_key=True),
    *_sealed(),
)

# Only ever added to.
choices = Table(
    "document_choice",
    metadata,
    Column("number", _NUMBER, primary_key=True),
    Column("patient", LargeBinary(32), nullable=False),
    Column("act", String(8), nullable=False),
    Column("at", BigInteger, nullable=False),
    *_sealed(),
    Index("ix_document_choice_patient_act_number", "patient", "act", "number"),
    sqlite_autoincrement=True,
)

activity = Table(
    "document_activity",
    metadata,
    Column("finess", String(9), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("identity", String(4), primary_key=True),
    Column("made", Integer, nullable=False),
    Column("fed", Integer, nullable=False),
    Column("mailed", Integer, nullable=False),
)
