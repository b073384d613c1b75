"""Documents: what leaves with an order, the store of documents, what the patients chose, the numbers by structure."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Makes the six tables."""
    _outbox()
    op.create_table(
        "document_shared",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("patient", sa.LargeBinary(32), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created", sa.Date, nullable=False),
        sa.Column("fed", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("reprints", sa.Integer, nullable=False),
        sa.Column("purge_after", sa.Date, nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("id", name="pk_document_shared"),
        sa.UniqueConstraint("lookup", name="uq_document_shared_lookup"),
    )
    op.create_index("ix_document_shared_patient_fed_id", "document_shared", ["patient", "fed", "id"])
    op.create_table(
        "document_content",
        sa.Column("owner", sa.String(32), nullable=False),
        sa.Column("part", sa.String(8), nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("owner", "part", name="pk_document_content"),
    )
    op.create_table(
        "document_choice",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("patient", sa.LargeBinary(32), nullable=False),
        sa.Column("act", sa.String(8), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("number", name="pk_document_choice"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_choice_patient_act_number", "document_choice", ["patient", "act", "number"])
    op.create_table(
        "document_activity",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("identity", sa.String(4), nullable=False),
        sa.Column("made", sa.Integer, nullable=False),
        sa.Column("fed", sa.Integer, nullable=False),
        sa.Column("mailed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("finess", "day", "identity", name="pk_document_activity"),
    )
    for table in ("dispatch", "departure", "shared", "content", "choice"):
        op.create_index(f"ix_document_{table}_kid", f"document_{table}", ["kid"])
    for table in ("dispatch", "shared"):
        op.create_index(f"ix_document_{table}_purge_after", f"document_{table}", ["purge_after"])


def _outbox() -> None:
    op.create_table(
        "document_dispatch",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("fresh", sa.Boolean, nullable=False),
        sa.Column("purge_after", sa.Date, nullable=False),
        *_sealed(),
        sa.PrimaryKeyConstraint("id", name="pk_document_dispatch"),
        sa.UniqueConstraint("lookup", name="uq_document_dispatch_lookup"),
    )
    op.create_index(
        "ix_document_dispatch_fresh",
        "document_dispatch",
        ["id"],
        sqlite_where=sa.text("fresh = 1"),
        postgresql_where=sa.text("fresh"),
    )
    op.create_table(
        "document_departure",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("dispatch", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("withdrawal", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("changed", sa.BigInteger, nullable=False),
        sa.Column("first_tried", sa.BigInteger),
        sa.Column("error", sa.String(64), nullable=False),
        sa.Column("receipt", sa.String(20)),
        *_sealed(),
        sa.PrimaryKeyConstraint("number", name="pk_document_departure"),
        sa.UniqueConstraint("id", name="uq_document_departure_id"),
        sa.ForeignKeyConstraint(["dispatch"], ["document_dispatch.id"], name="fk_document_departure_dispatch"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_departure_dispatch", "document_departure", ["dispatch"])
    op.create_index("ix_document_departure_state_due", "document_departure", ["state", "due"])


def _sealed() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("kid", sa.String(32), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(12), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
