"""The tables of the baskets: each as it now stands, and every version of it. Content is canonical JSON."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.tables import metadata

baskets = Table(
    "basket",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("owner_kind", String(16), nullable=False),
    Column("owner_id", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_basket_owner_kind_owner_id", "owner_kind", "owner_id"),
)

versions = Table(
    "basket_version",
    metadata,
    Column("id", ForeignKey(baskets.c.id), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("done_by", String(32), nullable=False),
)
