"""The secrets a base is sealed under, by name, and the unknown codes of each minute."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "epu_pepper",
        sa.Column("kid", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("kid", name="pk_epu_pepper"),
    )
    op.create_table(
        "epu_miss_minute",
        sa.Column("minute", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("minute", name="pk_epu_miss_minute"),
    )
