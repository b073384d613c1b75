"""The services of this room, on data nobody changes: what ships, and two official releases."""

from collections.abc import Iterator

import pytest

from tests.api.operations.releases import NEWER, OLDER, WITHDRAWN, activate, withdraw
from tests.api.service import Service


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The starter catalogue."""
    with Service(tmp_path_factory.mktemp("starter")) as running:
        yield running


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The newer release active, the older one held, a third one withdrawn."""
    data = tmp_path_factory.mktemp("official")
    activate(data, WITHDRAWN, OLDER, NEWER)
    withdraw(data, WITHDRAWN.name)
    with Service(data) as running:
        yield running
