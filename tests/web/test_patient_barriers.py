"""Each state of the patient's page before axe-core, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningService
from tests.web.patient import OwnOrders, cancel, fed, new_matricule, ordered
from tests.web.visit import Visit


@pytest.fixture(params=["visit", "phone"])
def mine(request: pytest.FixtureRequest) -> OwnOrders:
    """The page in either size."""
    visit: Visit = request.getfixturevalue(request.param)
    return OwnOrders(visit)


def clear(mine: OwnOrders) -> None:
    assert mine.visit.barriers() == []
    assert mine.visit.overflow() == 0


def test_no_state_of_the_patient_s_page_has_a_barrier(mine: OwnOrders, service: RunningService) -> None:
    matricule, page = new_matricule(), mine.page
    cancelled, code = fed(service, ordered(matricule)), fed(service, ordered(matricule, "MED-1160", number=3))
    cancel(service, cancelled, matricule)
    mine.visit.open("/mon-ordonnance")
    clear(mine)  # nobody is signed in
    mine.press("Voir mes ordonnances")
    clear(mine)  # the panel
    mine.sign_in(matricule)
    expect(mine.openers).to_have_count(2)
    clear(mine)  # the list, a cancelled order in it
    mine.take(code)
    clear(mine)  # an order, urgent, with instructions
    mine.press("Afficher en plein écran")
    expect(mine.screen).to_be_visible()
    clear(mine)  # the code alone
    mine.press("Fermer")
    page.context.set_offline(True)
    mine.press("Réimprimer")
    expect(page.get_by_role("alert")).to_contain_text("Le service ne répond pas.")
    clear(mine)  # no network, and a fault
    page.context.set_offline(False)
    mine.press("‹ Mes ordonnances")
    mine.openers.last.click()
    expect(mine.order).to_contain_text("ne l’utilisez pas")
    clear(mine)  # cancelled


def test_the_page_can_be_skipped_through_and_is_in_french(visit: Visit) -> None:
    page = visit.open("/mon-ordonnance").page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert page.get_by_role("heading", level=1).count() == 1
    text = page.locator("body").inner_text()
    assert "'" not in text
    assert " :" not in text
    assert " ?" not in text
