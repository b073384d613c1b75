"""The sealed orders, their audit, the misses and the kept answers."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the four tables."""
    _records()
    _audit()
    op.create_table(
        "epu_miss",
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        sa.Column("full_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("who", name="pk_epu_miss"),
    )
    op.create_table(
        "epu_answer",
        sa.Column("id", sa.LargeBinary(32), nullable=False),
        *_sealed(),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_epu_answer"),
    )
    op.create_index("ix_epu_answer_expires", "epu_answer", ["expires"])


def _sealed() -> list[sa.Column[str] | sa.Column[bytes]]:
    return [
        sa.Column("kid", sa.String(32), nullable=False),
        sa.Column("salt", sa.LargeBinary(32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(12), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    ]


def _records() -> None:
    op.create_table(
        "epu_record",
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        *_sealed(),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owner", sa.LargeBinary(32), nullable=False),
        sa.Column("handle", sa.String(64), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("n_lines", sa.Integer, nullable=False),
        sa.Column("n_closed", sa.Integer, nullable=False),
        sa.Column("created", sa.Date, nullable=False),
        sa.Column("valid_until", sa.Date, nullable=False),
        sa.Column("purge_after", sa.Date, nullable=False),
        sa.PrimaryKeyConstraint("lookup", name="pk_epu_record"),
        sa.UniqueConstraint("handle", name="uq_epu_record_handle"),
    )
    op.create_index("ix_epu_record_kid", "epu_record", ["kid"])
    op.create_index("ix_epu_record_purge_after", "epu_record", ["purge_after"])
    op.create_index("ix_epu_record_owner_created_handle", "epu_record", ["owner", "created", "handle"])


def _audit() -> None:
    op.create_table(
        "epu_audit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("operation", sa.String(64), nullable=False),
        sa.Column("outcome", sa.String(64), nullable=False),
        sa.Column("lookup_prefix", sa.String(8)),
        *_sealed(),
        sa.Column("position", sa.BigInteger),
        sa.Column("chain", sa.LargeBinary(32)),
        sa.PrimaryKeyConstraint("id", name="pk_epu_audit"),
        sa.UniqueConstraint("position", name="uq_epu_audit_position"),
        sqlite_autoincrement=True,
    )
    unsealed = sa.text("position IS NULL")
    op.create_index("ix_epu_audit_unsealed", "epu_audit", ["id"], sqlite_where=unsealed, postgresql_where=unsealed)
