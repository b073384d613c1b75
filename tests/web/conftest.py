"""The service and the browser of this room's tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.chromium import browser as browser
from tests.chromium import playwright as playwright
from tests.journeys.running import RunningService
from tests.web.serving import service_on
from tests.web.visit import DESK, PHONE, Visit, visiting


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The service as a newcomer starts it: one site, INSi simulated, tokens of development.

    The room shares it: a test takes orders of its own, and asks nothing of those that are there.
    """
    with service_on(tmp_path_factory.mktemp("web")) as running:
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
