"""A visit of the pages by a person: a browser's page on the real service, and what it asked of whom."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, expect

from printing.ins_datamatrix import build
from tests import chromium
from tests.printing.orders import PATIENT

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
SCAN = build(PATIENT).text
"""What a scanner types of the INS datamatrix of the published test identity."""
PRESCRIBER = {"role": "prescriber", "finess": "", "prefix": "Dr", "given": "Amélie", "family": "Thomas"}
"""The fictive person whom the panel offers, as the tab keeps them."""
_VISITORS = itertools.count(1)


@dataclass
class Visit:
    """A page of the service at `url`; `origins` are those it asked anything of, `faults` what went wrong in it.

    `rpps`, nobody's, is of this visit alone: its own orders are not lost among those of other visits.
    """

    page: Page
    url: str
    origins: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    rpps: str = field(default_factory=lambda: f"{next(_VISITORS):011}")

    def open(self, path: str = "/prescrire") -> "Visit":
        """Goes to a page."""
        self.page.goto(self.url + path)
        return self

    def enter(self, path: str = "/prescrire", who: dict[str, str] = PRESCRIBER) -> "Visit":
        """Goes to a page where this person is signed in already, as after `sign_in`."""
        token = f"dev:{who['role']}:{self.rpps}:{who['finess']}"
        kept = json.dumps({**who, "rpps": self.rpps, "token": token})
        self.page.add_init_script(f"sessionStorage['circuitbio.session'] ??= {json.dumps(kept)}")
        return self.open(path)

    def sign_in(self, name: str = "Dr Amélie Thomas") -> None:
        """« Se connecter » as the fictive person whom the panel offers: the prescriber, unless told another."""
        self.page.get_by_role("button", name="Se connecter").click()
        self.answer_panel(name)

    def answer_panel(self, name: str = "Dr Amélie Thomas") -> None:
        """The same when the panel is open."""
        panel = self.page.get_by_role("dialog")
        panel.get_by_label("Numéro RPPS").fill(self.rpps)
        panel.get_by_role("button", name="Se connecter").click()
        expect(self.page.get_by_text(name)).to_be_visible()

    @property
    def search(self) -> Locator:
        """The combobox of exams."""
        return self.page.get_by_role("combobox", name="Examen à prescrire")

    @property
    def suggestions(self) -> Locator:
        """What it suggests."""
        return self.page.get_by_role("listbox", name="Examens").get_by_role("option")

    @property
    def lines(self) -> Locator:
        """The lines of the order."""
        return self.page.locator("cb-line")

    def line(self, text: str) -> Locator:
        """The line of an exam."""
        return self.lines.filter(has=self.page.get_by_role("heading", name=text))

    def titles(self) -> list[str]:
        """The lines in order: `1. Prolactine`."""
        return [one.split("  ")[0].rstrip() for one in self.lines.locator("h3").evaluate_all(_OWN_TEXT)]

    def find(self, query: str, label: str) -> Locator:
        """Types a query, and gives the suggestion of that name."""
        self.search.fill(query)
        found = self.suggestions.filter(has_text=label).first
        expect(found).to_be_visible()
        return found

    def add(self, query: str, label: str) -> None:
        """Adds an exam by the mouse."""
        self.find(query, label).click()
        expect(self.line(label)).to_be_visible()

    def drag(self, held: Locator, onto: Locator) -> None:
        """Holds one thing and lets it go over another. The drag has begun before anything scrolls."""
        held.hover()
        self.page.mouse.down()
        box = held.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + 12, box["y"] + 12, steps=3)
        onto.hover()
        self.page.mouse.up()

    def scan(self) -> None:
        """The datamatrix of the test identity, by a scanner that types it and ends with Enter."""
        field = self.page.get_by_role("textbox", name="Datamatrix INS")
        field.fill(SCAN)
        field.press("Enter")
        expect(self.page.get_by_label("Nom de naissance")).to_have_value("PAT-TROIS")

    def sign(self) -> str:
        """« Signer et imprimer »; the code."""
        self.page.get_by_role("button", name="Signer et imprimer").click()
        shown = self.page.locator(".epu-code")
        expect(shown).to_be_visible()
        return shown.inner_text().replace("\xa0", "")

    def barriers(self) -> list[tuple[str, list[str]]]:
        """What axe-core finds in the state the page is in; nothing is expected."""
        return chromium.barriers(self.page)

    def overflow(self) -> int:
        """How many pixels the page is wider than the screen."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return width


_OWN_TEXT = "all => all.map(one => one.firstChild.textContent)"


@contextmanager
def visiting(browser: Browser, url: str, viewport: Any = None, **options: Any) -> Iterator[Visit]:
    """A visit in a session of its own, in French, in Paris."""
    context = browser.new_context(viewport=viewport or DESK, locale="fr-FR", timezone_id="Europe/Paris", **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    visit = Visit(page, url)
    page.on("request", lambda request: visit.origins.add(_origin(request.url)))
    page.on("pageerror", lambda error: visit.faults.append(str(error)))
    page.on("console", lambda said: visit.faults.append(said.text) if said.type == "error" else None)
    yield visit
    context.close()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else parts.scheme
