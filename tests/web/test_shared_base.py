"""Before a shared base, orders are made anonymous in the browser: no trait of the patient leaves with them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Request, expect

from api.fhir.order_bundle import read_order, write_order
from kernel.canonical import DEFAULT_BASE
from prescription.anonymise import anonymise
from tests.journeys.running import RunningService
from tests.web.serving import service_on
from tests.web.visit import Visit, visiting

TRAITS = ("PAT-TROIS", "DOMINIQUE", "MARIE", "279035121518989", "1979-03-28", "51215")
CONTEXTS = (
    "vue avec Dominique PAT-TROIS ce jour",
    "Mme Pat-Trois, matricule 2 79 03 51 215 189 89",
    "PAT TROIS DOMINIQUE : asthénie ; pat-trois seul reste",
    "rien à dire",
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A base that takes anonymous orders only."""
    service = service_on(tmp_path_factory.mktemp("shared"))
    service.environment["CIRCUITBIO_EPU_ACCEPT_FULL"] = "false"
    with service as running:
        yield running


@pytest.fixture
def visit(browser: Browser, shared: RunningService) -> Iterator[Visit]:
    with visiting(browser, shared.url) as one:
        yield one


def order_in(request: Request, name: str) -> dict[str, Any]:
    body = json.loads(request.post_data or "")
    found: dict[str, Any] = next(one["resource"] for one in body["parameter"] if one["name"] == name)
    return found


def signing(visit: Visit, *contexts: str) -> dict[str, dict[str, Any]]:
    """Signs an order with these contexts; the last order sent to each operation."""
    sent: dict[str, dict[str, Any]] = {}
    names = {"$epu-create": "order", "Bundle/$assist": "resource", "Bundle/$print": "order"}

    def note(request: Request) -> None:
        operation = request.url.partition("/fhir/")[2]
        if operation in names:
            sent[operation] = order_in(request, names[operation])

    visit.page.on("request", note)
    visit.enter()
    visit.scan()
    for query, label, context in zip(
        ("nfs", "ferritine", "tsh", "crp"), ("Numération", "Ferritine", "TSH", "CRP"), contexts, strict=False
    ):
        visit.find(query, label).click()
        line = visit.lines.last
        line.get_by_text("Contexte clinique", exact=True).click()
        line.get_by_label("Contexte clinique de cet examen").fill(context)
        line.get_by_label("Contexte clinique de cet examen").blur()
    with visit.page.expect_response("**/fhir/Bundle/$assist"):
        pass
    visit.sign()
    return sent


def test_no_trait_leaves_for_the_base(visit: Visit) -> None:
    sent = signing(visit, "vue avec Dominique PAT-TROIS ce jour")
    for operation in ("$epu-create", "Bundle/$assist"):
        text = json.dumps(sent[operation], ensure_ascii=False).upper()
        assert [trait for trait in TRAITS if trait in text] == [], operation
    patient = next(e["resource"] for e in sent["$epu-create"]["entry"] if e["resource"]["resourceType"] == "Patient")
    assert set(patient) == {"resourceType", "extension", "gender"}
    expect(visit.page.locator(".done-panel")).to_contain_text("Un trait du patient a été retiré d’un texte envoyé")


def test_the_browser_strikes_what_the_server_would(visit: Visit) -> None:
    """What is printed is the full order; made anonymous by the server, it is what the browser sent, to the letter."""
    sent = signing(visit, *CONTEXTS)
    full = read_order(_without_code(sent["Bundle/$print"]), DEFAULT_BASE).prescription
    ours = read_order(sent["$epu-create"], DEFAULT_BASE).prescription
    assert full is not None
    assert ours is not None
    assert full.authored_on is not None
    theirs, _ = anonymise(full, full.authored_on.date())
    assert [line.clinical_context for line in ours.lines] == [line.clinical_context for line in theirs.lines]
    assert (ours.patient, ours.lines) == (theirs.patient, theirs.lines)
    assert write_order(ours, DEFAULT_BASE) == write_order(theirs, DEFAULT_BASE)


def _without_code(order: dict[str, Any]) -> dict[str, Any]:
    order["entry"][0]["resource"].pop("groupIdentifier", None)
    return order


@pytest.mark.parametrize(
    ("born", "age"),
    [
        ("2026-11-10", {"value": 1, "comparator": "<", "code": "mo"}),
        ("2026-10-27", {"value": 1, "code": "mo"}),
        ("2023-11-28", {"value": 35, "code": "mo"}),
        ("2023-11-27", {"value": 3, "code": "a"}),
        ("1979-11-28", {"value": 46, "code": "a"}),
    ],
)
def test_the_age_is_in_months_under_three_years(visit: Visit, born: str, age: dict[str, Any]) -> None:
    visit.page.clock.set_fixed_time("2026-11-27T10:00:00+01:00")
    visit.enter()
    visit.page.get_by_label("Nom de naissance").fill("DURAND")
    visit.page.get_by_label("Date de naissance").fill(born)
    with visit.page.expect_request("**/fhir/Bundle/$assist") as asked:
        visit.add("nfs", "Numération formule sanguine")
    patient = next(
        entry["resource"]
        for entry in order_in(asked.value, "resource")["entry"]
        if entry["resource"]["resourceType"] == "Patient"
    )
    told = patient["extension"][0]["valueAge"]
    assert {key: told[key] for key in told if key not in ("unit", "system")} == age


def test_a_single_site_s_base_gets_the_whole_order_so_that_it_can_bind_it(
    browser: Browser, service: RunningService
) -> None:
    with visiting(browser, service.url) as visit:
        sent = signing(visit, "rien à dire")
        assert "PAT-TROIS" in json.dumps(sent["$epu-create"])
