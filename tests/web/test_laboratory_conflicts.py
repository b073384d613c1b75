"""What stands between a laboratory and an order: other laboratories, time, the network; told so that one can act."""

import json
from dataclasses import replace
from threading import Event

import pytest
from playwright.sync_api import Request, Route, expect

from kernel.ins import Ins
from printing.ins_datamatrix import build
from tests.api.service import OTHER_LABORATORY, example, parameters
from tests.journeys.running import RunningService, headers
from tests.printing.orders import PATIENT
from tests.web.counter import BIOLOGIST, Counter, ask, line_id, sent, states, unknown_code
from tests.web.test_laboratory import CREATININE, HBA1C, POTASSIUM, TSH
from tests.web.visit import SCAN, Visit

MOVED = "L’ordonnance a changé depuis votre lecture : rien n’a été enregistré."


@pytest.fixture
def counter(visit: Visit) -> Counter:
    return Counter(visit).open()


def faults_but(visit: Visit, status: int) -> list[str]:
    """What went wrong in the page, but for the browser's own word on an answer of that status."""
    return [fault for fault in visit.faults if f"status of {status}" not in fault]


def test_an_order_that_moved_is_read_again_and_says_what_changed(counter: Counter, service: RunningService) -> None:
    """412: another laboratory has taken one line between the reading and the claim."""
    code = sent(service, example(3))
    counter.read(code)
    ask(service, "claim", code, 1, {"name": "line", "valueUri": line_id(service, code, POTASSIUM)})
    counter.press("Prendre en charge 5 lignes")
    told = counter.page.get_by_test_id("a-change")
    expect(told).to_contain_text(MOVED)
    expect(told.get_by_role("listitem")).to_have_text(["Potassium : à faire → prise en charge."])
    assert counter.visit.barriers() == []
    assert set(states(service, code).values()) == {"prescribed", "claimed"}
    counter.press("Prendre en charge 4 lignes")
    expect(counter.page.get_by_test_id("fait")).to_contain_text("4 lignes prises en charge")
    expect(told).to_have_count(0)
    assert faults_but(counter.visit, 412) == []


def test_an_order_that_another_laboratory_holds_is_taken_over_when_the_patient_is_there(
    counter: Counter, service: RunningService
) -> None:
    """409, and the lease of the other is told in the hour of this machine."""
    code = sent(service, example(3))
    ask(service, "claim", code, 1)
    counter.read(code)
    expect(counter.line(TSH)).to_contain_text("prise en charge")
    counter.press("Prendre en charge 5 lignes")
    expect(counter.dialog).to_contain_text("Déjà prise en charge par un autre laboratoire")
    expect(counter.dialog).not_to_contain_text("UTC")
    expect(counter.dialog).not_to_contain_text("takeover")
    assert counter.visit.barriers() == []
    counter.press("Ne rien changer", counter.dialog)
    expect(counter.line(TSH)).not_to_contain_text("à vous")
    counter.press("Prendre en charge 5 lignes")
    counter.press("Le patient est présent", counter.dialog)
    expect(counter.page.get_by_test_id("fait")).to_contain_text("5 lignes prises en charge jusqu’au")
    lost = parameters(code, {"name": "line", "valueUri": line_id(service, code, TSH)})
    sending = headers(OTHER_LABORATORY) | {"If-Match": 'W/"3"'}
    assert service.http.post("/fhir/$epu-release", json=lost, headers=sending).status_code == 409
    assert faults_but(counter.visit, 409) == []


def test_a_line_that_was_closed_meanwhile_is_shown_closed(counter: Counter, service: RunningService) -> None:
    """A report on a line that the other laboratory holds: 409, in words, and the order is read again."""
    code = sent(service, example(3))
    ask(service, "claim", code, 1)
    counter.read(code)
    counter.press("Réalisé…", counter.line(CREATININE))
    counter.answer("Enregistrer : réalisé")
    expect(counter.page.get_by_role("alert")).to_contain_text("par un autre laboratoire")
    assert states(service, code)[CREATININE] == "claimed"


def test_two_counters_at_once_lose_nothing(counter: Counter, service: RunningService) -> None:
    """Both read version 1; the other reports first. What the page shows afterwards is what the base holds."""
    code = sent(service, example(3))
    counter.read(code)
    counter.press("Prélevé…", counter.line(HBA1C))
    ask(service, "claim", code, 1, {"name": "line", "valueUri": line_id(service, code, HBA1C)})
    counter.answer("Enregistrer : prélevé")
    expect(counter.page.get_by_test_id("a-change")).to_contain_text("Hémoglobine glyquée : à faire → prise en charge.")
    assert states(service, code)[HBA1C] == "claimed"


def test_an_unknown_code_stays_in_the_field_and_is_no_address(counter: Counter) -> None:
    """404."""
    counter.enter(unknown_code().replace("U", "V"))
    field = counter.page.locator("cb-code-field")
    expect(field).to_contain_text("Aucune ordonnance pour ce code.")
    expect(counter.field).not_to_have_value("")
    expect(counter.field).to_be_focused()
    counter.enter("02S2 TBPZ 2JCN ZZYG HZ")
    expect(field).to_contain_text("Code d’un autre émetteur.")


def test_too_many_wrong_codes_say_how_long_to_wait(visit: Visit, service: RunningService) -> None:
    """429, for a caller of its own: the others of this module go on."""
    counter = Counter(visit).open(sign_in=False)
    counter.press("Se connecter")
    counter.dialog.get_by_label("FINESS du site").fill("750000036")
    counter.press("Se connecter", counter.dialog)
    sending = {"Authorization": "Bearer dev:biologist:89900000001:750000036"}
    for _ in range(60):
        assert service.http.post("/fhir/$epu-retrieve", json=parameters(unknown_code()), headers=sending).is_error
    counter.enter(sent(service, example(1)))
    expect(counter.page.locator("cb-code-field")).to_contain_text("Trop de codes inconnus essayés. Réessayer dans")


def test_an_expired_session_is_renewed_and_the_order_is_read(counter: Counter, service: RunningService) -> None:
    """401: what was scanned is read as soon as somebody is signed in again; nothing is scanned twice."""
    code = sent(service, example(1))
    counter.page.evaluate(
        """() => { const kept = JSON.parse(sessionStorage["circuitbio.session"]);
          sessionStorage["circuitbio.session"] = JSON.stringify({ ...kept, token: "expired" }); }"""
    )
    counter.enter(code)
    expect(counter.page.locator(".messages")).to_contain_text("Votre session a expiré")
    counter.press("Se connecter", counter.dialog)
    expect(counter.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()
    expect(counter.field).to_have_value("")


def test_two_sheets_mixed_up_are_seen_and_confirmed_or_not(counter: Counter, service: RunningService) -> None:
    """422: the INS at the counter is not the one the order was made for."""
    other = replace(PATIENT, ins=Ins("279035121519088", PATIENT.ins.authority)) if PATIENT.ins else PATIENT
    code = sent(service, example(3))
    counter.enter(build(other).text)
    counter.read(code)
    expect(counter.identity).to_contain_text("L’INS lu n’est pas celui de cette ordonnance.")
    assert counter.visit.barriers() == []
    counter.press("Prendre en charge 5 lignes")
    expect(counter.dialog).to_contain_text("deux feuilles ont pu être mêlées")
    counter.press("Ne rien changer", counter.dialog)
    assert set(states(service, code).values()) == {"prescribed"}
    counter.press("Prendre en charge 5 lignes")
    counter.press("J’ai vérifié", counter.dialog)
    expect(counter.page.get_by_test_id("fait")).to_contain_text("5 lignes prises en charge")


def test_a_slow_network_shows_that_it_is_asked_and_asks_once(counter: Counter, service: RunningService) -> None:
    code = sent(service, example(3))
    held: list[Route] = []
    page = counter.page
    page.route("**/fhir/$epu-retrieve", lambda route: held.append(route))
    counter.enter(code)
    expect(page.locator("cb-code-field")).to_contain_text("Lecture en cours…")
    held[0].continue_()
    page.unroute("**/fhir/$epu-retrieve")
    expect(counter.line(TSH)).to_be_visible()
    claims: list[Route] = []
    page.route("**/fhir/$epu-claim", lambda route: claims.append(route))
    counter.press("Prendre en charge 5 lignes")
    expect(counter.order.get_by_role("status").first).to_have_text("Enregistrement en cours…")
    counter.press("Prendre en charge 5 lignes")
    claims[0].continue_()
    expect(page.get_by_test_id("fait")).to_contain_text("5 lignes prises en charge")
    expect(counter.order.get_by_role("status").first).to_be_empty()
    assert len(claims) == 1


def test_what_is_scanned_before_the_first_answer_comes_is_not_lost(counter: Counter, service: RunningService) -> None:
    held: list[Route] = []
    code = sent(service, example(3))
    counter.page.route("**/api/ins/lire", lambda route: held.append(route))
    with counter.page.expect_request("**/api/ins/lire"):
        counter.enter(SCAN)
    counter.field.fill(code)
    held[0].continue_()
    expect(counter.page.get_by_role("heading", name="Identité lue")).to_be_visible()
    expect(counter.field).to_have_value(code)
    counter.field.press("Enter")
    expect(counter.order).to_contain_text(f"{code[:4]}…{code[-2:]}")


def test_a_lost_answer_does_nothing_twice(counter: Counter, service: RunningService) -> None:
    code = sent(service, example(3))
    counter.read(code)
    keys: list[str] = []
    lost = Event()

    def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if lost.is_set():
            route.continue_()
            return
        lost.set()
        route.fetch()
        route.abort()

    counter.page.route("**/fhir/$epu-claim", lose_the_first)
    counter.press("Prendre en charge 5 lignes")
    expect(counter.page.get_by_test_id("fait")).to_contain_text("5 lignes prises en charge")
    assert (len(keys), len(set(keys))) == (2, 1)


def test_a_code_is_kept_nowhere_and_goes_with_its_user(counter: Counter, service: RunningService) -> None:
    code = sent(service, example(3))
    addresses: list[str] = []
    bodies: list[str] = []

    def note(request: Request) -> None:
        addresses.append(request.url)
        bodies.append(request.post_data or "")

    counter.page.on("request", note)
    counter.page.on("framenavigated", lambda frame: addresses.append(frame.url))
    counter.enter(SCAN)
    expect(counter.identity).to_be_visible()
    counter.read(code)
    counter.press("Prendre en charge 5 lignes")
    expect(counter.page.get_by_test_id("fait")).to_be_visible()
    assert not [url for url in addresses if code in url]
    kept = counter.page.evaluate("[{...sessionStorage}, {...localStorage}, document.cookie]")
    assert code not in json.dumps(kept)
    assert "PAT-TROIS" not in json.dumps(kept)
    # Of the datamatrix, its content goes to be read, and then the INS alone is compared: no name travels with a code.
    assert not [body for body in bodies if code in body and "PAT-TROIS" in body]
    assert counter.visit.origins <= {counter.visit.url, "data", "blob"}
    assert counter.visit.faults == []
    counter.press("Se déconnecter")
    expect(counter.order).to_be_hidden()
    expect(counter.identity).to_be_hidden()
    assert code[:4] not in counter.page.locator("main").inner_text()
    expect(counter.page.get_by_text(BIOLOGIST)).to_have_count(0)
