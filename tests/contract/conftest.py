"""Every implementation of the store that the contract is asked of; another database is one more parameter here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from prescription.ports import UnitOfWorkFactory
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import fixed_peppers, new_base


@pytest.fixture(params=["sqlite"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    engine = {"sqlite": new_base}[request.param](tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def units(base: Engine) -> UnitOfWorkFactory:
    return SqlUnitOfWorkFactory(base, fixed_peppers())


@pytest.fixture
def other_units(base: Engine) -> UnitOfWorkFactory:
    """A second worker on the same base."""
    return SqlUnitOfWorkFactory(base, fixed_peppers())
