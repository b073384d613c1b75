"""One empty base per test, in a file."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.engine import sqlite_engine
from storage.peppers import Peppers
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import fixed_peppers


@pytest.fixture
def engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    engine = sqlite_engine(shutil.copy(sqlite_template, tmp_path / "base.db"))
    yield engine
    engine.dispose()


@pytest.fixture
def peppers() -> Peppers:
    return fixed_peppers()


@pytest.fixture
def units(engine: Engine, peppers: Peppers) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(engine, peppers)
