"""Processes that purge a base order by order and are killed while they do. They take the folder of the base."""

from pathlib import Path

from storage import purge as purging
from storage.engine import sqlite_engine
from tests.storage.orders import NOW, fixed_peppers
from tests.storage.victims import fork_on_demand


def purge_in(folder: str) -> None:
    purging.BATCH = 1
    purging.purge(sqlite_engine(Path(folder) / "base.db"), fixed_peppers(), NOW.replace(year=2031), "Alex")


if __name__ == "__main__":
    fork_on_demand(purge_in)
