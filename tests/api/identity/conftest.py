"""An identity provider, and a clock that is set by hand."""

from collections.abc import Iterator

import pytest

from kernel.clock import FixedClock
from tests.api.identity.provider import NOW, Provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)
