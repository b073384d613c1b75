"""The printed order beside its text alone, by reportlab, in the same run: `python -m benchmarks.printing [--orders N]`.

One page with QR code and datamatrix, PDF/A written. To hold: at most 2.5 times what reportlab takes to draw and write
the same texts in the same faces, at least 15 pages a second of one core; and N orders one after the other (10,000), no
two alike, in memory that stays flat. Times are those of the processor.
"""

import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from statistics import median

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from prescription.epu_code import EpuCode
from prescription.prescription import Prescription
from printing.elements import Page, Symbol, Text
from printing.faces import Face
from printing.options import PrintOptions
from printing.order_sheet import order_pages, render_order
from tests.printing.orders import CATALOGUE, PATIENT, ROUTINE

ROUNDS, PAGES = 9, 20
MOST_TIMES, LEAST_PAGES, MOST_GROWTH = 2.5, 15.0, 1.05
_ORDERS = 10_000
_SEED = 20261126


def main() -> int:
    """Measures, prints, and gives 1 when a limit is not held."""
    orders = int(sys.argv[sys.argv.index("--orders") + 1]) if "--orders" in sys.argv else _ORDERS
    pages = order_pages(ROUTINE, PATIENT, CATALOGUE, PrintOptions())
    symbols = [element for element in pages[0].elements if isinstance(element, Symbol)]
    assert (len(pages), len(symbols)) == (1, 2)
    own: list[float] = []
    alone: list[float] = []
    for _ in range(ROUNDS):  # in turn, so that what else the machine does weighs on both
        alone.append(_seconds(lambda: _texts_alone(pages)))
        own.append(_seconds(lambda: render_order(ROUTINE, CATALOGUE, PrintOptions())))
    times, rate = median(o / a for o, a in zip(own, alone, strict=True)), 1 / median(own)
    print(f"one page: {1000 * median(own):.1f} ms, its text alone {1000 * median(alone):.1f} ms: {times:.2f} times")
    print(f"{rate:.1f} pages a second of one core")
    growth = _growth(orders)
    return 0 if times <= MOST_TIMES and rate >= LEAST_PAGES and growth <= MOST_GROWTH else 1


def _seconds(make: Callable[[], object]) -> float:
    began = time.process_time()
    for _ in range(PAGES):
        make()
    return (time.process_time() - began) / PAGES


def _texts_alone(pages: list[Page]) -> bytes:
    """The texts of the pages, where and as they stand; nothing else, by reportlab as it comes."""
    with _as_it_comes():
        return _drawn(pages)


@contextmanager
def _as_it_comes() -> Iterator[None]:
    own, rl_config.useA85 = rl_config.useA85, 1
    try:
        yield
    finally:
        rl_config.useA85 = own


def _drawn(pages: list[Page]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, initialFontName=Face.REGULAR.value, pageCompression=1)
    for page in pages:
        for element in page.elements:
            if isinstance(element, Text):
                canvas.setFont(element.face.value, element.size)
                canvas.drawString(element.x * mm, A4[1] - element.y * mm, element.content)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _growth(orders: int) -> float:
    """The memory after all the orders, in times that after the first tenth of them."""
    chance = random.Random(_SEED)
    early, size = 0.0, 0
    began = time.monotonic()
    for number in range(1, orders + 1):
        size += len(render_order(_order(chance), CATALOGUE, PrintOptions()))
        if number == max(orders // 10, 1):
            early = _megabytes()
    late = _megabytes()
    print(
        f"{orders} orders: {orders / (time.monotonic() - began):.1f} a second, {size / orders / 1024:.0f} kB each; "
        f"{early:.0f} MB after a tenth of them, {late:.0f} MB after all"
    )
    return late / early


def _order(chance: random.Random) -> Prescription:
    """Another patient, another code."""
    name = "".join(chance.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=chance.randint(3, 20)))
    return replace(ROUTINE, patient=replace(PATIENT, birth_family_name=name), epu_code=EpuCode.generate())


def _megabytes() -> float:
    """The most this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
