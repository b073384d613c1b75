"""The counter of a laboratory: orders that prescribers have sent, other laboratories, and who reads them."""

import copy
import re
import uuid
from typing import Any

import httpx2
from playwright.sync_api import Locator, expect

from tests.api.service import OTHER_LABORATORY, PRESCRIBER, example, parameters, value
from tests.journeys.running import RunningService, headers
from tests.web.visit import Visit

Json = dict[str, Any]
BASE = "https://circuit-biologie.invalid/fhir/StructureDefinition"
BIOLOGIST = "Dr Claude Martin"
_BIOLOGIST = {"role": "biologist", "finess": "750000010", "prefix": "Dr", "given": "Claude", "family": "Martin"}


def sent(service: RunningService, order: Json) -> str:
    """The code of an order that a prescriber has just sent."""
    made = service.http.post("/fhir/$epu-create", json=order, headers=headers(PRESCRIBER))
    assert made.status_code == 200, made.text
    code: str = value(made, "code")
    return code


def with_conditions() -> Json:
    """The order with two zones, an INR to keep between bounds, and a condition whose date is over."""
    order = copy.deepcopy(example(3))
    request = next(r for r in _requests(order) if r["code"].get("coding", [{}])[0].get("code") == "3016-3")
    request["extension"] = [
        {
            "url": f"{BASE}/precondition",
            "extension": [
                {"url": "text", "valueString": "si le traitement n'a pas changé"},
                {"url": "not-after", "valueDate": "2026-01-31"},
            ],
        },
        {
            "url": f"{BASE}/target",
            "valueRange": {"low": {"value": 0.4, "unit": "mUI/L"}, "high": {"value": 4, "unit": "mUI/L"}},
        },
    ]
    return order


def ask(
    service: RunningService, name: str, code: str, version: int, *more: Json, caller: str = OTHER_LABORATORY
) -> httpx2.Response:
    """An operation by another laboratory."""
    sending = headers(caller) | {"If-Match": f'W/"{version}"'}
    done = service.http.post(f"/fhir/$epu-{name}", json=parameters(code, *more), headers=sending)
    assert done.status_code == 200, done.text
    return done


def states(service: RunningService, code: str) -> dict[str, str]:
    """The state of each line, by the name of its exam; of two of a name, the last."""
    body = parameters(code)
    read = service.http.post("/fhir/$epu-retrieve", json=body, headers=headers(OTHER_LABORATORY))
    found = {}
    for request in _requests(value(read, "order")):
        coding = request["code"].get("coding", [{}])[0]
        state = next(e["valueCode"] for e in request["extension"] if e["url"] == f"{BASE}/line-state")
        found[coding.get("display") or request["code"]["text"]] = state
    return found


def line_id(service: RunningService, code: str, name: str) -> str:
    """The id of the line of an exam."""
    read = service.http.post("/fhir/$epu-retrieve", json=parameters(code), headers=headers(OTHER_LABORATORY))
    requests = _requests(value(read, "order"))
    found: str = next(r["identifier"][0]["value"] for r in requests if name in str(r["code"]))
    return found


def grouped(code: str) -> str:
    """As it is printed."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def unknown_code() -> str:
    """A code that nobody has."""
    return "01" + uuid.uuid4().hex[:16].upper()


class Counter:
    """The page of the laboratory in a visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.page = visit.page

    def open(self, sign_in: bool = True) -> "Counter":
        """Goes there, signed in as the fictive biologist unless told not to."""
        if sign_in:
            self.visit.enter("/laboratoire", _BIOLOGIST)
            expect(self.page.get_by_text(BIOLOGIST)).to_be_visible()
        else:
            self.visit.open("/laboratoire")
        return self

    @property
    def field(self) -> Locator:
        """The one field."""
        return self.page.get_by_role("textbox", name="QR code de l’ordonnance")

    @property
    def order(self) -> Locator:
        """The order on the counter."""
        return self.page.get_by_role("region", name="Ordonnance", exact=True)

    @property
    def identity(self) -> Locator:
        """The identity that was scanned."""
        return self.page.get_by_role("region", name="Identité lue")

    @property
    def dialog(self) -> Locator:
        """The open dialog."""
        return self.page.get_by_role("dialog")

    def line(self, name: str) -> Locator:
        """The line of an exam."""
        return self.page.locator("cb-lab-line").filter(has=self.page.get_by_role("heading", name=name))

    def enter(self, text: str) -> None:
        """Puts a text into the field, and Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def read(self, code: str) -> None:
        """Reads an order by its code, to the end."""
        self.enter(code)
        expect(self.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()

    def press(self, name: str, within: Locator | None = None) -> None:
        """Presses the button whose name begins so."""
        self.button(name, within).click()

    def button(self, name: str, within: Locator | None = None) -> Locator:
        """The button whose name begins so."""
        return (within or self.page).get_by_role("button", name=re.compile(f"^{re.escape(name)}"))

    def choose_exam(self, field: str, query: str, name: str) -> None:
        """Chooses an exam in the dialog."""
        self.dialog.get_by_role("combobox", name=field).fill(query)
        self.dialog.get_by_role("listbox").get_by_role("option", name=name).click()
        expect(self.dialog).to_contain_text(f"Choisi : {name}")

    def answer(self, yes: str, **choices: str) -> None:
        """Fills the lists of the dialog, by their name, and presses its button."""
        for name, choice in choices.items():
            self.dialog.locator(f"select[name={name}]").select_option(choice)
        self.press(yes, self.dialog)
        expect(self.dialog).to_have_count(0)


def _requests(order: Json) -> list[Json]:
    return [e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest"]
