"""Brings the tables of a base to the present version, from an empty file or from any earlier version."""

from pathlib import Path

from sqlalchemy import Engine, column, inspect, select, table

from storage.engine import transaction
from storage.locks import Lock, hold

_SCRIPTS = Path(__file__).with_name("migrations")
HEAD = max(path.stem for path in (_SCRIPTS / "versions").glob("v*.py")).removeprefix("v").partition("_")[0]
_VERSION = table("alembic_version", column("version_num"))


def upgrade(engine: Engine, to: str = "head") -> None:
    """Applies the migrations missing up to `to`, in one transaction; two processes at once wait for each other."""
    if to == "head" and _is_at_head(engine):
        return
    from alembic import command  # most starts find nothing to apply, and do without it
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    with transaction(engine, writing=True) as connection:
        hold(connection, Lock.MIGRATION)
        config.attributes["connection"] = connection
        command.upgrade(config, to)
        connection.commit()


def _is_at_head(engine: Engine) -> bool:
    with transaction(engine, writing=False) as connection:
        return inspect(connection).has_table(_VERSION.name) and connection.scalar(select(_VERSION)) == HEAD
