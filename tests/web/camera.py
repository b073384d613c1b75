"""A camera that films a printed sheet: Chromium's fake device shows the page of the PDF, as pdfium renders it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy
import pypdfium2
from playwright.sync_api import Browser, Playwright

from tests import chromium
from tests.api.service import Json
from tests.journeys.running import RunningService

WIDTH, HEIGHT = 1280, 720


def sheet(service: RunningService, order: Json, code: str) -> bytes:
    """The PDF of an order and its code."""
    head = order["entry"][0]["resource"]
    head["groupIdentifier"] = {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": code}
    printed = service.http.post("/fhir/Bundle/$print", json=order, headers={"Accept": "application/pdf"})
    assert printed.status_code == 200, printed.text
    return printed.content


def filmed(pdf: bytes, video: Path, *, top: bool) -> Path:
    """A video (YUV4MPEG2) of the top of the first page, where the INS is, or of its foot, where the order's code is."""
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        grey = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_numpy()
    seen = grey.reshape(grey.shape[:2])[:, :WIDTH]
    seen = seen[:HEIGHT] if top else seen[-HEIGHT:]
    assert seen.shape == (HEIGHT, WIDTH)
    colourless = numpy.full(WIDTH * HEIGHT // 2, 128, numpy.uint8).tobytes()
    frame = b"FRAME\n" + numpy.ascontiguousarray(seen).tobytes() + colourless
    video.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode() + frame * 2)
    return video


@contextmanager
def browser_with_camera(playwright: Playwright, video: Path, *, allowed: bool = True) -> Iterator[Browser]:
    """A browser whose camera shows a video, and whose user lets every page use it, or none."""
    answer = "--use-fake-ui-for-media-stream" + ("" if allowed else "=deny")
    shown = f"--use-file-for-fake-video-capture={video}"
    with chromium.running(playwright, "--use-fake-device-for-media-stream", shown, answer) as browser:
        yield browser
