"""The browser of the tests: Debian's headless Chromium, driven by Playwright, which brings none of its own."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

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
