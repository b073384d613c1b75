"""The service that a newcomer starts, once for the journeys that only use it, and the demo played against it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.running import RunningService, circuitbio


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service on a base of its own."""
    with RunningService(tmp_path_factory.mktemp("journeys") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def played(service: RunningService) -> tuple[Path, str]:
    """The folder the demo left, and what it said."""
    folder = service.data.parent / "demo"
    done = circuitbio("demo", "--out", str(folder), CIRCUITBIO_URL=service.url)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout
