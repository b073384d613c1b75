"""The browser of the tests: Debian's headless Chromium, driven by Playwright, which brings none of its own.

The fixture `browser` is imported by the `conftest.py` of a room that wants one.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright


def program() -> str | None:
    """Where Chromium is; None on a machine without it."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@contextmanager
def running(path: str, *switches: str) -> Iterator[Browser]:
    """A browser, closed in the end; `switches` of its command line."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=switches)
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    path = program()
    if path is None:
        pytest.skip("Chromium n'est pas installé (apt-get install chromium-headless-shell)")
    with running(path) as started:
        yield started
