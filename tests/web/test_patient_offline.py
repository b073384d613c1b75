"""Once it is opened, an order needs no network; and of what was opened nothing stays behind."""

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningService
from tests.web.patient import SHELL, OwnOrders, fed, new_matricule, ordered
from tests.web.visit import Visit

NAME = "PAT-TROIS"


@pytest.fixture
def matricule() -> str:
    """A patient of this test alone."""
    return new_matricule()


def test_an_opened_order_stays_whole_without_a_network(phone: Visit, service: RunningService, matricule: str) -> None:
    code = fed(service, ordered(matricule))
    mine, page = OwnOrders(phone).open(matricule), phone.page
    mine.take(code)
    page.context.set_offline(True)
    expect(page.get_by_role("status").filter(has_text="hors connexion")).to_contain_text("reste visible")
    assert mine.scanned() == [code]
    mine.press("Afficher en plein écran")
    expect(mine.screen).to_be_visible()
    assert mine.scanned() == [code]
    mine.press("Fermer")
    assert mine.saved("Télécharger l’ordonnance d’origine").startswith(b"%PDF-")
    mine.press("Réimprimer")
    expect(page.get_by_role("alert")).to_contain_text("Le service ne répond pas. Vérifiez votre connexion")
    expect(mine.order).to_be_visible()
    assert phone.barriers() == []
    assert phone.overflow() == 0
    page.context.set_offline(False)
    expect(page.get_by_text("hors connexion")).to_have_count(0)
    assert mine.saved("Réimprimer").startswith(b"%PDF-")


def test_opened_anew_without_a_network_the_page_says_that_nothing_was_kept(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    code = fed(service, ordered(matricule))
    mine, page = OwnOrders(visit).open(matricule), visit.page
    mine.take(code)
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.context.set_offline(True)
    page.reload()
    told = page.get_by_role("status").filter(has_text="hors connexion")
    expect(told).to_contain_text("Vos ordonnances ne sont pas gardées dans cet appareil")
    expect(page.get_by_role("button", name="Réessayer")).to_be_visible()
    expect(mine.openers).to_have_count(0)
    assert (NAME in page.content(), code in page.content()) == (False, False)
    assert visit.barriers() == []
    page.context.set_offline(False)
    mine.take(code)


def clean(mine: OwnOrders, code: str, matricule: str) -> None:
    """No trace of the order; the files of the page alone are kept."""
    held = mine.traces()
    assert (held["storage"], held["bases"], held["cookies"]) == ([], [], "")
    assert set(held["kept"]) <= SHELL
    for secret in (code, " ".join(code), matricule, NAME, "Amélie"):
        assert secret not in held["words"].replace("\xa0", "")


def test_signing_out_leaves_nothing(visit: Visit, service: RunningService, matricule: str) -> None:
    code = fed(service, ordered(matricule))
    mine = OwnOrders(visit).open(matricule)
    mine.take(code)
    picture = mine.order.get_by_role("img").get_attribute("src")
    during = mine.traces()
    assert [text for text in during["storage"] if code in text or NAME in text] == []
    assert (during["bases"], set(during["kept"]) <= SHELL) == ([], True)
    mine.press("Se déconnecter")
    expect(visit.page.get_by_role("button", name="Voir mes ordonnances")).to_be_visible()
    clean(mine, code, matricule)
    gone = visit.page.evaluate(
        """address => new Promise((told) => {
          const picture = new Image();
          picture.onload = () => told(false);
          picture.onerror = () => told(true);
          picture.src = address;
        })""",
        picture,
    )
    assert gone
    visit.page.go_back()
    clean(mine, code, matricule)


def test_a_page_that_is_left_is_emptied(visit: Visit, service: RunningService, matricule: str) -> None:
    """What the browser would keep for its own way back holds no order."""
    code = fed(service, ordered(matricule))
    mine, page = OwnOrders(visit).open(matricule), visit.page
    mine.take(code)
    mine.press("Afficher en plein écran")
    expect(mine.screen).to_be_visible()
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    held = page.content().replace("\xa0", "").replace("&nbsp;", "").replace(" ", "")
    assert (NAME in held, code in held) == (False, False)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(mine.openers).to_have_count(1)


def test_the_next_patient_on_the_same_screen_sees_nothing_of_the_first(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    code = fed(service, ordered(matricule))
    mine, page = OwnOrders(visit).open(matricule), visit.page
    mine.take(code)
    mine.press("Se déconnecter")
    mine.press("Voir mes ordonnances")
    mine.sign_in(new_matricule())
    expect(page.get_by_role("heading", name="Aucune ordonnance ici")).to_be_visible()
    assert (NAME in page.content(), code in page.content()) == (False, False)


def test_the_service_worker_lets_every_call_pass(visit: Visit, service: RunningService, matricule: str) -> None:
    fed(service, ordered(matricule))
    page = visit.open("/mon-ordonnance").page
    page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    page.reload()
    answers = {}
    page.on("response", lambda one: answers.setdefault(one.url.removeprefix(visit.url), one.from_service_worker))
    mine = OwnOrders(visit).open(matricule)
    mine.openers.click()
    expect(mine.order).to_be_visible()
    assert answers["/mon-ordonnance"]
    assert {url for url, through in answers.items() if through and url.startswith(("/fhir", "/api"))} == set()
    assert set(mine.traces()["kept"]) == SHELL
