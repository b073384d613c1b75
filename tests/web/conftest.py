"""The service and the browser of this room's tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests import chromium
from tests.journeys.running import RunningService
from tests.web.visit import DESK, PHONE, Visit, visiting


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    path = chromium.program()
    if path is None:
        pytest.skip("Chromium n'est pas installé (apt-get install chromium-headless-shell)")
    with chromium.running(path) as started:
        yield started


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The service as a newcomer starts it: one site, INSi simulated, tokens of development."""
    with RunningService(tmp_path_factory.mktemp("web") / "data", CIRCUITBIO_INSI="simulated") as running:
        yield running


@pytest.fixture
def visit(browser: Browser, service: RunningService) -> Iterator[Visit]:
    """At a desk."""
    with visiting(browser, service.url, DESK) as one:
        yield one


@pytest.fixture
def phone(browser: Browser, service: RunningService) -> Iterator[Visit]:
    """On a phone of 360 pixels, by touch."""
    with visiting(browser, service.url, PHONE, has_touch=True, is_mobile=True) as one:
        yield one
