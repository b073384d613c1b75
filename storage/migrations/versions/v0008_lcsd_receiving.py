"""Catalogues received from laboratories: who may send, what came, when it switches, what is added locally."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_KEPT = "what was accepted never changes"
_SQLITE = (
    "CREATE TRIGGER lcsd_message_is_kept BEFORE UPDATE OF data, sha256, control_id, arrival ON lcsd_message"
    f" WHEN OLD.arrival <> 0 BEGIN SELECT RAISE(ABORT, '{_KEPT}'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION lcsd_message_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_KEPT}'; END $$",
    "CREATE TRIGGER lcsd_message_is_kept BEFORE UPDATE OF data, sha256, control_id, arrival ON lcsd_message"
    " FOR EACH ROW WHEN (OLD.arrival <> 0) EXECUTE FUNCTION lcsd_message_refuse()",
)


def upgrade() -> None:
    """Makes the four tables, and the trigger that keeps what was accepted."""
    op.create_table(
        "lcsd_supplier",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("application", sa.String(20), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("processing", sa.String(1), nullable=False),
        sa.PrimaryKeyConstraint("finess", name="pk_lcsd_supplier"),
    )
    op.create_table(
        "lcsd_arrival",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("effective", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("whole", sa.Boolean, nullable=False),
        sa.Column("events", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_lcsd_arrival"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lcsd_arrival_finess", "lcsd_arrival", ["finess"])
    _messages()
    op.create_table(
        "lcsd_exam_note",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("local_code", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("hidden", sa.Boolean, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("finess", "local_code", name="pk_lcsd_exam_note"),
    )
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _messages() -> None:
    op.create_table(
        "lcsd_message",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("application", sa.String(20), nullable=False),
        sa.Column("control_id", sa.String(20), nullable=False),
        sa.Column("event", sa.String(3), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("received", sa.BigInteger, nullable=False),
        sa.Column("effective", sa.BigInteger, nullable=False),
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("reply", sa.LargeBinary, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("arrival", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lcsd_message"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_lcsd_message_sender", "lcsd_message", ["finess", "application", "control_id"], unique=True)
    op.create_index("ix_lcsd_message_arrival", "lcsd_message", ["arrival"])
