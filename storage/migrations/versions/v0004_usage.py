"""How often each exam is ordered, by month."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "usage_count",
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("code", "month", name="pk_usage_count"),
        sa.CheckConstraint("count >= 0", name="ck_usage_count_not_negative"),
    )
