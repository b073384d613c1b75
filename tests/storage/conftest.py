"""One empty base per test, in a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.peppers import Peppers
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import fixed_peppers, new_base


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = new_base(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def peppers() -> Peppers:
    return fixed_peppers()


@pytest.fixture
def units(engine: Engine, peppers: Peppers) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(engine, peppers)
