"""One base per test, on each of the databases the product knows."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.engine import sqlite_engine
from storage.migrate import upgrade
from tests.postgres import PostgresServer

DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty base that the migrations made, to be copied."""
    path = tmp_path_factory.mktemp("template") / "base.db"
    engine = sqlite_engine(path)
    upgrade(engine)
    engine.dispose()
    return path


@contextmanager
def new_base_url(database: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of an empty base with the tables of the product."""
    if database == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "base.db")
        yield sqlite_url(folder)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.new_base() as name:
            yield server.url(name)


@contextmanager
def empty_database_url(database: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of a database without a table."""
    if database == "sqlite":
        yield sqlite_url(folder)
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        with server.empty_database() as name:
            yield server.url(name)


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'base.db'}"
