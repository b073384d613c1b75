"""Every implementation of the store that the contracts are asked of; another database is one more parameter here."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from prescription.ports import UnitOfWorkFactory
from storage.engine import engine_for
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.orders import fixed_peppers


@pytest.fixture(params=DATABASES)
def base_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture
def base(base_url: str) -> Iterator[Engine]:
    engine = engine_for(base_url)
    yield engine
    engine.dispose()


@pytest.fixture
def units(base: Engine) -> UnitOfWorkFactory:
    return SqlUnitOfWorkFactory(base, fixed_peppers())


@pytest.fixture
def other_units(base_url: str) -> Iterator[UnitOfWorkFactory]:
    """A second worker on the same base, with connections of its own."""
    engine = engine_for(base_url)
    yield SqlUnitOfWorkFactory(engine, fixed_peppers())
    engine.dispose()
