"""The browser of the tests: Debian's headless Chromium, driven by Playwright, which brings none of its own.

The fixtures are imported by the `conftest.py` of a room that wants a browser; `barriers` is axe-core.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
_AXE = """(options) => axe.run(document, options).then(({ passes, violations }) => [
  passes.length, violations.map((one) => [one.id, one.nodes.map((node) => node.html)])])"""


def program() -> str | None:
    """Where Chromium is; None on a machine without it."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def running(playwright: Playwright, *switches: str) -> Iterator[Browser]:
    """A browser, closed in the end; `switches` of its command line. Skips the test on a machine without one."""
    path = program()
    if path is None:
        pytest.skip("Chromium n'est pas installé (apt-get install chromium-headless-shell)")
    browser = playwright.chromium.launch(executable_path=path, args=switches)
    try:
        yield browser
    finally:
        browser.close()


def barriers(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds in the state the page is in, by rule; nothing is expected.

    It writes down what it found alone: of what passes, it would describe every element.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_core())
    passed, violations = page.evaluate(_AXE, {"runOnly": _RULES, "resultTypes": ["violations"]})
    assert passed > 10
    return [(rule, nodes) for rule, nodes in violations]


@cache
def _axe_core() -> str:
    script: str = Axe().axe_script
    return script


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers of a room. It ends with the room: no event loop of others runs beside its own."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real browser, the same for the whole room: a test opens a session of its own in it."""
    with running(playwright) as started:
        yield started
