"""Versions of catalogues that are published, the history of their mappings, subscribers and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_SQLITE = (
    *(
        f"CREATE TRIGGER lcsd_mapping_change_no_{move.lower()} BEFORE {move} ON lcsd_mapping_change"
        " BEGIN SELECT RAISE(ABORT, 'lcsd_mapping_change is append-only'); END"
        for move in ("UPDATE", "DELETE")
    ),
    "CREATE TRIGGER lcsd_version_is_whole BEFORE UPDATE OF content, sha256 ON lcsd_version"
    " WHEN OLD.published IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a published version never changes'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION lcsd_mapping_change_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'lcsd_mapping_change is append-only'; END $$",
    "CREATE TRIGGER lcsd_mapping_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lcsd_mapping_change"
    " FOR EACH STATEMENT EXECUTE FUNCTION lcsd_mapping_change_refuse()",
    "CREATE FUNCTION lcsd_version_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'a published version never changes'; END $$",
    "CREATE TRIGGER lcsd_version_is_whole BEFORE UPDATE OF content, sha256 ON lcsd_version"
    " FOR EACH ROW WHEN (OLD.published IS NOT NULL) EXECUTE FUNCTION lcsd_version_refuse()",
)


def upgrade() -> None:
    """Makes the four tables, and the triggers that keep what was published as it was."""
    _versions()
    _mapping_changes()
    op.create_table(
        "lcsd_subscriber",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finess", "name", name="pk_lcsd_subscriber"),
    )
    _deliveries()
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _versions() -> None:
    op.create_table(
        "lcsd_version",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("number", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("effective_from", sa.BigInteger, nullable=False),
        sa.Column("effective_to", sa.BigInteger),
        sa.Column("published", sa.BigInteger),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finess", "number", name="pk_lcsd_version"),
    )


def _mapping_changes() -> None:
    op.create_table(
        "lcsd_mapping_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("local_code", sa.Text, nullable=False),
        sa.Column("field", sa.String(16), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_lcsd_mapping_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lcsd_mapping_change_finess", "lcsd_mapping_change", ["finess"])


def _deliveries() -> None:
    op.create_table(
        "lcsd_delivery",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("subscriber", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("rank", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("identifier", sa.String(80), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("queued", sa.BigInteger, nullable=False),
        sa.Column("due", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("sent", sa.BigInteger),
        sa.Column("answered", sa.BigInteger),
        sa.Column("reply", sa.LargeBinary, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finess", "subscriber", "version", "rank", name="pk_lcsd_delivery"),
    )
