"""The laboratories' catalogues, their mappings, and the history that only grows."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_SQLITE = tuple(
    f"CREATE TRIGGER lab_mapping_history_no_{move.lower()} BEFORE {move} ON lab_mapping_history"
    " BEGIN SELECT RAISE(ABORT, 'lab_mapping_history is append-only'); END"
    for move in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    "CREATE FUNCTION lab_mapping_history_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'lab_mapping_history is append-only'; END $$",
    "CREATE TRIGGER lab_mapping_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lab_mapping_history"
    " FOR EACH STATEMENT EXECUTE FUNCTION lab_mapping_history_refuse()",
)


def upgrade() -> None:
    """Makes the five tables, and the triggers that keep the history as it was written."""
    _catalogues()
    op.create_table(
        "lab_columns",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("finess", name="pk_lab_columns"),
    )
    op.create_table(
        "lab_mapping",
        *_key(),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("target_code", sa.String(64)),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("finess", "local_code", "kind", "value", name="pk_lab_mapping"),
    )
    op.create_index("ix_lab_mapping_target_code", "lab_mapping", ["target_code"])
    _history()


def _key() -> list[sa.Column[str]]:
    return [
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("local_code", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
    ]


def _catalogues() -> None:
    op.create_table(
        "lab_catalogue",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("mnemonic", sa.String(20), nullable=False),
        sa.Column("application", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("effective_from", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("finess", name="pk_lab_catalogue"),
    )
    op.create_table(
        "lab_item",
        sa.Column("finess", sa.String(9), nullable=False),
        sa.Column("local_code", sa.String(200), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("exam", sa.Text, nullable=False),
        sa.Column("first_seen", sa.BigInteger, nullable=False),
        sa.Column("absent_since", sa.BigInteger),
        sa.Column("monthly_volume", sa.Integer),
        sa.PrimaryKeyConstraint("finess", "local_code", name="pk_lab_item"),
    )


def _history() -> None:
    op.create_table(
        "lab_mapping_history",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        *_key(),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("author", sa.String(80), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.PrimaryKeyConstraint("number", name="pk_lab_mapping_history"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_lab_mapping_history_item", "lab_mapping_history", ["finess", "local_code"])
    op.create_index("ix_lab_mapping_history_author", "lab_mapping_history", ["author"])
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)
