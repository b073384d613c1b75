"""The releases of the value set, which of them is active, what was done to them, and the import under way."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes the five tables."""
    _releases()
    op.create_table(
        "release_active",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("activation", sa.Integer, nullable=False),
        sa.Column("activated_at", sa.BigInteger, nullable=False),
        sa.Column("activated_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_release_active"),
        sa.ForeignKeyConstraint(["name"], ["release_record.name"], name="fk_release_active_name"),
        sa.CheckConstraint("id = 1", name="ck_release_active_one_row"),
    )
    op.create_table(
        "release_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("done_by", sa.Text, nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_release_event"),
        sa.ForeignKeyConstraint(["name"], ["release_record.name"], name="fk_release_event_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "release_staging",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("started_by", sa.Text, nullable=False),
        sa.Column("alive_at", sa.BigInteger, nullable=False),
        sa.Column("done", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_release_staging"),
        sa.CheckConstraint("id = 1", name="ck_release_staging_one_row"),
    )


def _releases() -> None:
    op.create_table(
        "release_record",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("published", sa.Date, nullable=False),
        sa.Column("source_name", sa.Text, nullable=False),
        sa.Column("source_format", sa.String(16), nullable=False),
        sa.Column("source_bytes", sa.BigInteger, nullable=False),
        sa.Column("source_sha256", sa.String(64), nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("imported_by", sa.Text, nullable=False),
        sa.Column("report_hash", sa.String(64), nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("refusals", sa.Text, nullable=False),
        sa.Column("content_sha256", sa.String(64), nullable=False),
        sa.Column("withdrawn", sa.Boolean(create_constraint=False), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_release_record"),
        sa.UniqueConstraint("label", "revision", name="uq_release_record_label_revision"),
        sa.UniqueConstraint("source_sha256", name="uq_release_record_source_sha256"),
    )
    op.create_table(
        "release_document",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("report", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_release_document"),
        sa.ForeignKeyConstraint(["name"], ["release_record.name"], name="fk_release_document_name"),
    )
