"""The baskets of the prescribers, and every version of them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "basket",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_kind", sa.String(16), nullable=False),
        sa.Column("owner_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_basket"),
    )
    op.create_index("ix_basket_owner_kind_owner_id", "basket", ["owner_kind", "owner_id"])
    op.create_table(
        "basket_version",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("done_by", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", "version", name="pk_basket_version"),
        sa.ForeignKeyConstraint(["id"], ["basket.id"], name="fk_basket_version_id"),
    )
