"""Brings the tables of a base to the present version, from an empty file or from any earlier version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from storage.engine import transaction
from storage.locks import Lock, hold

_SCRIPTS = Path(__file__).with_name("migrations")


def upgrade(engine: Engine, to: str = "head") -> None:
    """Applies the migrations missing up to `to`, in one transaction; two processes at once wait for each other."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with transaction(engine, writing=True) as connection:
        hold(connection, Lock.MIGRATION)
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()
