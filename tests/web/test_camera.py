"""A printed order before a real camera: what the page reads, and what it says when it cannot."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect

from tests.api.service import example
from tests.journeys.running import RunningService
from tests.web.camera import browser_with_camera, filmed, sheet
from tests.web.counter import Counter, sent
from tests.web.visit import visiting


@pytest.fixture(scope="module")
def code(service: RunningService) -> str:
    return sent(service, example(3))


@pytest.fixture(scope="module")
def foot(service: RunningService, code: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of where the code is."""
    return filmed(sheet(service, example(3), code), tmp_path_factory.mktemp("camera") / "foot.y4m", top=False)


@pytest.fixture(scope="module")
def before_the_code(playwright: Playwright, foot: Path) -> Iterator[Browser]:
    """A browser whose camera is held over it."""
    with browser_with_camera(playwright, foot) as browser:
        yield browser


def test_the_camera_reads_the_code_of_a_printed_order(
    service: RunningService, code: str, before_the_code: Browser
) -> None:
    with visiting(before_the_code, service.url) as visit:
        asked: list[str] = []
        visit.page.on("request", lambda request: asked.append(request.url))
        counter = Counter(visit).open()
        assert [url for url in asked if "barcode" in url or "wasm" in url] == []  # nothing before it is asked for
        counter.press("Lire avec la caméra")
        expect(counter.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()
        expect(counter.page.get_by_label("Image de la caméra")).to_be_hidden()
        assert counter.page.evaluate("document.querySelector('video').srcObject") is None
        loaded = [url for url in asked if "barcode" in url or "wasm" in url]
        assert [url.partition("?")[0] for url in loaded] == [
            f"{service.url}/static/barcode-reader.js",
            f"{service.url}/static/zxing_reader.wasm",
        ]
        assert all("?v=" in url for url in loaded)
        assert visit.origins <= {visit.url, "data", "blob"}
        assert visit.faults == []


def test_the_camera_reads_the_ins_of_a_printed_order(
    service: RunningService, code: str, playwright: Playwright, tmp_path: Path
) -> None:
    video = filmed(sheet(service, example(3), code), tmp_path / "top.y4m", top=True)
    with browser_with_camera(playwright, video) as browser, visiting(browser, service.url) as visit:
        counter = Counter(visit).open()
        counter.press("Lire avec la caméra")
        expect(counter.identity).to_contain_text("PAT-TROIS DOMINIQUE MARIE-LOUISE")
        assert visit.faults == []


def test_a_refused_camera_says_what_else_there_is(service: RunningService, playwright: Playwright, foot: Path) -> None:
    with browser_with_camera(playwright, foot, allowed=False) as browser, visiting(browser, service.url) as visit:
        counter = Counter(visit).open()
        counter.press("Lire avec la caméra")
        told = counter.page.locator("cb-scanner").get_by_role("status")
        expect(told).to_contain_text("L’accès à la caméra est refusé.")
        expect(told).to_contain_text("saisissez le code imprimé sous le QR code")
        expect(counter.page.get_by_role("button", name="Lire avec la caméra")).to_be_focused()
        assert visit.barriers() == []


def test_a_reader_that_does_not_come_says_so(service: RunningService, before_the_code: Browser) -> None:
    with visiting(before_the_code, service.url) as visit:
        counter = Counter(visit).open()
        visit.page.route("**/*.wasm*", lambda route: route.abort())
        counter.press("Lire avec la caméra")
        expect(counter.page.locator("cb-scanner")).to_contain_text("Le lecteur de codes n’a pas pu être chargé.")
