"""The table of usage counts: a code, a month, a number, and nothing else (terminology.md §2)."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table

from storage.tables import metadata

usage_counts = Table(
    "usage_count",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("month", String(7), primary_key=True),  # YYYY-MM
    Column("count", Integer, nullable=False),
    CheckConstraint("count >= 0", name="not_negative"),
)
