"""The service of this room's tests."""

from collections.abc import Iterator

import pytest

from tests.api.service import Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for the tests of a module; each test makes its own orders."""
    with Service(tmp_path_factory.mktemp("data"), insi="simulated") as running:
        yield running
