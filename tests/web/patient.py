"""A patient at the page of own orders, and the orders whose documents have reached the store."""

import copy
import json
import re
import secrets
from io import BytesIO
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, expect

from kernel.ins import matricule_key
from tests.api.service import PRESCRIBER, example, parameters, value
from tests.journeys.running import RunningService, headers
from tests.journeys.waiting import awaited
from tests.printing.reading import symbols
from tests.web.counter import BASE, grouped
from tests.web.visit import Visit

Json = dict[str, Any]
INSTRUCTIONS = "urn:oid:1.2.250.1.213.1.1.4.322"
FASTING = "Glycémie à jeun"
SHELL = {"/mon-ordonnance", "/static/mon-ordonnance.js", "/static/mon-ordonnance.css"}


def new_matricule() -> str:
    """A matricule of the test authority that no other test has."""
    body = f"2790351{secrets.randbelow(10**6):06d}"
    return f"{body}{matricule_key(body):02d}"


def ordered(matricule: str, *instructions: str, number: int = 1) -> Json:
    """An example order, for this patient, with coded instructions on its first exam."""
    order = copy.deepcopy(example(number))
    resources = [entry["resource"] for entry in order["entry"]]
    _identifier(order)["value"] = matricule
    request = next(one for one in resources if one["resourceType"] == "ServiceRequest")
    url = f"{BASE}/patient-instruction"
    asked = [{"coding": [{"system": INSTRUCTIONS, "code": code}]} for code in instructions]
    given = [{"url": url, "valueCodeableConcept": concept} for concept in asked]
    if given:
        request["extension"] = [*request.get("extension", []), *given]
    return order


def matricule_of(order: Json) -> str:
    """Whose order it is."""
    matricule: str = _identifier(order)["value"]
    return matricule


def _identifier(order: Json) -> Json:
    patient = next(e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "Patient")
    identifier: Json = patient["identifier"][0]
    return identifier


def fasting(matricule: str) -> Json:
    """An order of an exam that the catalogue asks to come fasting for, on which nothing is said."""
    order = ordered(matricule)
    request = next(e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest")
    request["code"] = {"coding": [{"system": "http://loinc.org", "code": "40193-5", "display": FASTING}]}
    return order


def signed(service: RunningService, order: Json) -> str:
    """The code of an order that was just signed."""
    made = service.http.post("/fhir/$epu-create", json=order, headers=headers(PRESCRIBER))
    assert made.status_code == 200, made.text
    code: str = value(made, "code")
    return code


def fed(service: RunningService, order: Json) -> str:
    """The same, once its document is in the store."""
    code = signed(service, order)
    awaited(lambda: situations(service, matricule_of(order)).get(code))
    return code


def situations(service: RunningService, matricule: str) -> dict[str, str]:
    """How the store says that a patient's orders stand, by code."""
    asking = {"Authorization": f"Bearer dev:patient:{matricule}:"}
    told = service.http.post("/fhir/DocumentReference/_search", data={"_count": "100"}, headers=asking)
    assert told.status_code == 200, told.text
    found = (entry["resource"] for entry in told.json().get("entry", []))
    return {one["masterIdentifier"]["value"]: one["extension"][0]["valueCode"] for one in found}


def cancel(service: RunningService, code: str, matricule: str) -> None:
    """The prescriber cancels an order, and its document follows."""
    sending = headers(PRESCRIBER) | {"If-Match": 'W/"1"'}
    done = service.http.post("/fhir/$epu-cancel", json=parameters(code), headers=sending)
    assert done.status_code == 200, done.text
    awaited(lambda: situations(service, matricule)[code] == "cancelled")


def hide(service: RunningService, code: str) -> None:
    """The prescriber keeps the document from the patient until it has been told of."""
    hidden = {"name": "visibility", "valueCode": "invisible-patient"}
    done = service.http.post("/fhir/$document-visibility", json=parameters(code, hidden), headers=headers(PRESCRIBER))
    assert done.status_code == 200, done.text


def oppose(service: RunningService, matricule: str) -> None:
    """The patient is opposed to what feeds Mon espace santé."""
    patient = {"name": "patient", "valueIdentifier": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": matricule}}
    said = {"act": "feed", "answer": "opposed", "how": "portal"}
    told = [patient, *({"name": name, "valueCode": code} for name, code in said.items())]
    body = {"resourceType": "Parameters", "parameter": told}
    done = service.http.post("/fhir/$document-choice", json=body, headers=headers(f"patient:{matricule}:"))
    assert done.status_code == 200, done.text


class OwnOrders:
    """The page of the patient in a visit."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.page = visit.page

    def open(self, matricule: str) -> "OwnOrders":
        """Goes there, signed in already as this patient."""
        kept = json.dumps({"token": f"dev:patient:{matricule}:", "role": "patient"})
        self.page.add_init_script(f"sessionStorage['circuitbio.session'] ??= {json.dumps(kept)}")
        self.visit.open("/mon-ordonnance")
        expect(self.page.locator(".who")).to_have_text("Patient")
        return self

    def sign_in(self, matricule: str) -> None:
        """Fills the panel that is open."""
        dialog = self.page.get_by_role("dialog", name="Se connecter")
        dialog.get_by_label("Matricule INS").fill(matricule)
        dialog.get_by_role("button", name="Se connecter").click()
        expect(self.page.locator(".who")).to_have_text("Patient")

    @property
    def openers(self) -> Locator:
        """The buttons that open an order."""
        return self.page.get_by_role("button", name=re.compile("^Ouvrir l’ordonnance du "))

    @property
    def order(self) -> Locator:
        """The order that is open."""
        return self.page.locator("cb-patient-order .order")

    @property
    def screen(self) -> Locator:
        """The code, full screen."""
        return self.page.get_by_role("dialog", name="Code de votre ordonnance")

    @property
    def title(self) -> Locator:
        """The title of the order that is open."""
        return self.order.get_by_role("heading", level=2)

    def take(self, code: str) -> None:
        """Opens the one order of the list."""
        self.openers.first.click()
        expect(self.order).to_contain_text(grouped(code).replace(" ", "\xa0"))
        expect(self.title).to_be_focused()

    def press(self, name: str) -> None:
        """Presses a button."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def saved(self, name: str) -> bytes:
        """The file that a button gives."""
        with self.page.expect_download() as given:
            self.press(name)
        assert re.fullmatch(r"[a-z-]+-\d{8}\.pdf", given.value.suggested_filename)
        return given.value.path().read_bytes()

    def scanned(self) -> list[str]:
        """What a scanner reads on the screen as it is."""
        picture = Image.open(BytesIO(self.page.screenshot())).convert("L")
        return [one.content.decode() for one in symbols(np.array(picture))]

    def traces(self) -> Json:
        """What the browser holds of this visit, apart from the files of the page."""
        held: Json = self.page.evaluate(
            """async () => {
              const of = async (name) => (await caches.open(name)).keys();
              const shelves = await Promise.all((await caches.keys()).map(of));
              return {
                storage: Object.entries(localStorage).flat().concat(Object.entries(sessionStorage).flat()),
                bases: (await indexedDB.databases()).map((base) => base.name),
                kept: shelves.flat().map((request) => new URL(request.url).pathname),
                cookies: document.cookie,
                words: document.body.textContent + document.title + location.href + JSON.stringify(history.state),
              };
            }"""
        )
        return held
