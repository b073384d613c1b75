"""What goes wrong between the page and the service, in the words of who reads it; nothing typed is ever lost."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.running import RunningService, headers
from tests.web.serving import service_on
from tests.web.visit import Visit, visiting

LABORATORY = "laboratory::750000010"
NFS = "Numération formule sanguine"
DONE_AT = "2026-01-15T09:30:00+01:00"


def signed(visit: Visit) -> str:
    """An order of one line, signed; its code."""
    visit.enter()
    visit.scan()
    visit.add("nfs", NFS)
    return visit.sign()


def by_the_laboratory(service: RunningService, name: str, code: str, version: int, *more: dict[str, object]) -> None:
    body = {"resourceType": "Parameters", "parameter": [{"name": "code", "valueString": code}, *more]}
    sent = headers(LABORATORY) | {"If-Match": f'W/"{version}"'}
    answer = service.http.post(f"/fhir/$epu-{name}", json=body, headers=sent)
    assert answer.status_code == 200, answer.text


def lines_of(service: RunningService, code: str) -> list[str]:
    body = {"resourceType": "Parameters", "parameter": [{"name": "code", "valueString": code}]}
    answer = service.http.post("/fhir/$epu-retrieve", json=body, headers=headers(LABORATORY)).json()
    order = next(one["resource"] for one in answer["parameter"] if one["name"] == "order")
    resources = [entry["resource"] for entry in order["entry"]]
    return [one["identifier"][0]["value"] for one in resources if one["resourceType"] == "ServiceRequest"]


def cancel(visit: Visit) -> None:
    """« Annuler », and yes."""
    visit.page.get_by_role("button", name="Annuler l’ordonnance de PAT-TROIS").click()
    visit.page.get_by_role("dialog").get_by_role("button", name="Annuler l’ordonnance").click()


def test_an_order_is_cancelled_after_a_question(visit: Visit) -> None:
    signed(visit)
    button = visit.page.get_by_role("button", name="Annuler l’ordonnance de PAT-TROIS")
    button.click()
    expect(visit.page.get_by_role("dialog")).to_contain_text("ne pourra plus être réalisée")
    assert visit.barriers() == []
    visit.page.keyboard.press("Escape")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    expect(button).to_be_focused()
    cancel(visit)
    expect(visit.page.get_by_role("row").filter(has_text="PAT-TROIS")).to_contain_text("annulée")
    assert visit.faults == []


def test_an_order_that_changed_meanwhile_is_read_again_and_says_so(visit: Visit, service: RunningService) -> None:
    """412."""
    code = signed(visit)
    expect(visit.page.get_by_role("row").filter(has_text="PAT-TROIS")).to_be_visible()
    by_the_laboratory(service, "claim", code, 1)
    cancel(visit)
    expect(visit.page.get_by_role("alert")).to_contain_text("Ce qui est affiché a changé depuis sa lecture")
    expect(visit.page.get_by_role("row").filter(has_text="PAT-TROIS")).to_contain_text("en cours au laboratoire")
    cancel(visit)
    expect(visit.page.get_by_role("row").filter(has_text="PAT-TROIS")).to_contain_text("annulée")


def test_what_the_laboratory_has_done_is_no_longer_cancelled(visit: Visit, service: RunningService) -> None:
    """409."""
    code = signed(visit)
    row = visit.page.get_by_role("row").filter(has_text="PAT-TROIS")
    expect(row).to_be_visible()
    (line,) = lines_of(service, code)
    parts = [{"name": "line", "valueUri": line}, {"name": "result", "valueCode": "sampled"}]
    report = {"name": "report", "part": [*parts, {"name": "performed", "valueDateTime": DONE_AT}]}
    by_the_laboratory(service, "report", code, 1, report)
    visit.page.get_by_role("button", name="Actualiser").click()
    expect(row).to_contain_text("en cours au laboratoire")
    cancel(visit)
    expect(visit.page.get_by_role("alert")).to_contain_text("L’état affiché n’est plus le bon.")
    visit.page.get_by_role("alert").get_by_role("button", name="Fermer").click()
    expect(visit.page.get_by_role("alert")).to_be_empty()


def test_an_expired_session_asks_to_sign_in_again_and_keeps_what_was_typed(visit: Visit) -> None:
    """401."""
    visit.enter()
    visit.scan()
    visit.page.evaluate(
        """() => { const kept = JSON.parse(sessionStorage["circuitbio.session"]);
          sessionStorage["circuitbio.session"] = JSON.stringify({ ...kept, token: "expired" }); }"""
    )
    visit.add("nfs", NFS)
    expect(visit.page.get_by_role("dialog", name="Se connecter")).to_be_visible()
    expect(visit.page.locator(".messages")).to_contain_text("Votre session a expiré")
    visit.page.get_by_role("dialog").get_by_role("button", name="Se connecter").click()
    expect(visit.line(NFS)).to_be_visible()
    expect(visit.page.get_by_label("Nom de naissance")).to_have_value("PAT-TROIS")
    visit.sign()


def test_signing_out_leaves_nothing_in_the_tab(visit: Visit) -> None:
    signed(visit)
    visit.scan()
    visit.page.get_by_role("button", name="Se déconnecter").click()
    expect(visit.page.get_by_label("Nom de naissance")).to_have_value("")
    expect(visit.page.locator(".epu-code")).to_have_count(0)
    assert visit.page.evaluate("sessionStorage.length") == 0
    expect(visit.page.get_by_text("Connectez-vous pour suivre vos ordonnances.")).to_be_visible()


def test_an_answer_that_comes_after_its_user_left_is_shown_to_no_one(visit: Visit) -> None:
    signed(visit)
    held: list[Route] = []
    visit.page.route("**/fhir/$epu-list", lambda route: held.append(route))
    with visit.page.expect_request("**/fhir/$epu-list"):
        visit.page.get_by_role("button", name="Actualiser").click()
    visit.page.get_by_role("button", name="Se déconnecter").click()
    with visit.page.expect_event("requestfinished"):
        held[0].continue_()
    expect(visit.page.get_by_text("Connectez-vous pour suivre vos ordonnances.")).to_be_visible()
    expect(visit.page.locator("cb-own-orders tbody tr")).to_have_count(0)


def test_a_lost_answer_makes_no_second_order(visit: Visit, service: RunningService) -> None:
    """The order arrives, its answer does not: the page sends the same bytes with the same key."""
    visit.enter()
    visit.scan()
    visit.add("nfs", NFS)
    sent: list[tuple[str | None, bytes | None]] = []

    def lose_the_first(route: Route) -> None:
        sent.append((route.request.header_value("idempotency-key"), route.request.post_data_buffer))
        answer = route.fetch()
        assert answer.ok
        if len(sent) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    visit.page.route("**/fhir/$epu-create", lose_the_first)
    before = how_many(service, visit.rpps)
    visit.sign()
    assert sent[0] == sent[1]
    assert len(sent) == 2
    assert how_many(service, visit.rpps) == before + 1


def how_many(service: RunningService, rpps: str) -> int:
    """Own orders of a prescriber."""
    body = {"resourceType": "Parameters", "parameter": [{"name": "count", "valueInteger": 100}]}
    sent = headers(f"prescriber:{rpps}:")
    listed = service.http.post("/fhir/$epu-list", json=body, headers=sent).json().get("parameter", [])
    return sum(one["name"] == "order" for one in listed)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[RunningService]:
    """A service of its own, to be killed."""
    with service_on(tmp_path) as running:
        yield running


def test_a_service_that_stops_is_said_and_the_order_stays_on_the_page(browser: Browser, mortal: RunningService) -> None:
    """The line that can no longer be searched for can still be written."""
    with visiting(browser, mortal.url) as visit:
        visit.enter()
        visit.scan()
        visit.add("nfs", NFS)
        sign = visit.page.get_by_role("button", name="Signer et imprimer")
        expect(visit.page.get_by_role("img", name="Projet de l’ordonnance")).to_be_visible()
        place = sign.bounding_box()
        mortal.kill()
        visit.search.fill("ferritine")
        expect(visit.page.locator(".search-state")).to_contain_text("Le service ne répond pas.")
        visit.search.press("Alt+l")
        expect(visit.line("ferritine")).to_be_visible()
        expect(visit.page.get_by_text("Pas d’aperçu")).to_be_visible()
        assert sign.bounding_box() == place, "the preview that goes moves the button under the hand"
        sign.click()
        expect(visit.page.get_by_role("alert")).to_contain_text("Le service ne répond pas.")
        expect(sign).to_be_enabled()
        expect(visit.line(NFS)).to_be_visible()
        expect(visit.line("ferritine")).to_be_visible()
        assert visit.barriers() == []


def test_a_refusal_of_the_order_is_told_in_the_service_s_words(visit: Visit) -> None:
    """422: a line in free text that is too long for the base is stopped by the field; a wrong RPPS is not."""
    visit.open()
    visit.page.get_by_role("button", name="Se connecter").click()
    dialog = visit.page.get_by_role("dialog")
    dialog.get_by_label("Nom", exact=True).fill("Thomas")
    dialog.get_by_role("button", name="Se connecter").click()
    visit.page.evaluate(
        """() => { const kept = JSON.parse(sessionStorage["circuitbio.session"]);
          sessionStorage["circuitbio.session"] = JSON.stringify({ ...kept, rpps: "10005688799" }); }"""
    )
    visit.scan()
    visit.add("nfs", NFS)
    visit.page.get_by_role("button", name="Signer et imprimer").click()
    expect(visit.page.locator(".messages .error")).to_contain_text("appelant")


def test_with_an_identity_provider_a_token_is_pasted_and_its_silence_is_said(browser: Browser, tmp_path: Path) -> None:
    provider = {
        "CIRCUITBIO_IDENTITY_ISSUER": "http://127.0.0.1:9/",
        "CIRCUITBIO_IDENTITY_AUDIENCE": "circuitbio",
        "CIRCUITBIO_IDENTITY_INTROSPECTION_URL": "http://127.0.0.1:9/introspect",
        "CIRCUITBIO_IDENTITY_CLIENT_ID": "circuitbio",
        "CIRCUITBIO_IDENTITY_CLIENT_SECRET": "essai",
    }
    with service_on(tmp_path, **provider) as service, visiting(browser, service.url) as visit:
        visit.open().page.get_by_role("button", name="Se connecter").click()
        dialog = visit.page.get_by_role("dialog")
        assert visit.barriers() == []
        expect(dialog.get_by_label("FINESS")).to_have_count(0)
        for label, text in (("Prénom", "Amélie"), ("Nom", "Thomas"), ("Numéro RPPS", "10005688798")):
            dialog.get_by_label(label, exact=label == "Nom").fill(text)
        dialog.get_by_label("Jeton d’accès").fill("un-jeton")
        dialog.get_by_role("button", name="Se connecter").click()
        expect(visit.page.locator("cb-own-orders")).to_contain_text("Le fournisseur d’identité ne répond pas.")
