"""What goes wrong, or is not there, in words that a patient understands."""

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.running import RunningService
from tests.journeys.waiting import awaited
from tests.printing.reading import squeezed, texts
from tests.web.patient import (
    OwnOrders,
    cancel,
    fed,
    hide,
    new_matricule,
    oppose,
    ordered,
    signed,
    situations,
)
from tests.web.visit import Visit


@pytest.fixture
def matricule() -> str:
    """A patient of this test alone."""
    return new_matricule()


def test_no_order_at_all_says_why_that_may_be(phone: Visit, matricule: str) -> None:
    mine = OwnOrders(phone).open(matricule)
    expect(phone.page.get_by_role("heading", name="Aucune ordonnance ici")).to_be_visible()
    expect(phone.page.locator("main")).to_contain_text("Votre ordonnance sur papier suffit toujours")
    assert phone.barriers() == []
    assert phone.overflow() == 0
    mine.press("Actualiser")
    expect(phone.page.get_by_role("heading", name="Aucune ordonnance ici")).to_be_focused()


def test_a_patient_who_is_opposed_finds_no_order_and_is_told_of_it(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    oppose(service, matricule)
    signed(service, ordered(matricule))
    OwnOrders(visit).open(matricule)
    expect(visit.page.locator("main")).to_contain_text("si vous avez refusé que vos ordonnances soient enregistrées")


def test_an_order_cancelled_since_it_was_opened_is_not_printed_again_and_loses_its_code(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    """409."""
    code = fed(service, ordered(matricule))
    mine = OwnOrders(visit).open(matricule)
    mine.take(code)
    cancel(service, code, matricule)
    mine.press("Réimprimer")
    expect(visit.page.get_by_role("alert")).to_contain_text("Votre prescripteur a annulé cette ordonnance")
    expect(visit.page.get_by_role("alert")).to_contain_text("Elle ne peut plus être réimprimée.")
    expect(mine.order.get_by_role("img")).to_have_count(0)
    assert mine.scanned() == []
    copy = squeezed(" ".join(texts(mine.saved("Télécharger la copie annulée"))))
    assert "ANNULÉE" in copy


def test_a_cancelled_order_says_so_in_the_list_and_once_opened(
    phone: Visit, service: RunningService, matricule: str
) -> None:
    current, cancelled = fed(service, ordered(matricule)), fed(service, ordered(matricule, number=3))
    cancel(service, cancelled, matricule)
    mine, page = OwnOrders(phone).open(matricule), phone.page
    expect(page.get_by_role("heading", level=2)).to_have_text(["Ordonnances à utiliser", "Annulées ou remplacées"])
    assert phone.barriers() == []
    assert phone.overflow() == 0
    mine.openers.last.click()
    expect(mine.title).to_be_focused()
    expect(mine.order).to_contain_text("ne l’utilisez pas")
    expect(mine.order.get_by_role("img")).to_have_count(0)
    expect(page.get_by_role("button", name="Réimprimer")).to_have_count(0)
    assert phone.barriers() == []
    assert phone.overflow() == 0
    page.go_back()
    mine.take(current)


def test_a_replaced_order_sends_to_the_one_that_takes_its_place(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    first = fed(service, ordered(matricule))
    corrected = ordered(matricule)
    system = "urn:oid:1.2.250.1.215.500.1.1"
    corrected["entry"][0]["resource"]["replaces"] = [{"identifier": {"system": system, "value": first}}]
    code = fed(service, corrected)
    mine = OwnOrders(visit).open(matricule)
    expect(mine.openers).to_have_count(2)
    mine.openers.last.click()
    expect(mine.order).to_contain_text("utilisez la plus récente")
    expect(mine.order.get_by_role("img")).to_have_count(0)
    visit.page.go_back()
    mine.take(code)


def test_an_order_that_is_hidden_meanwhile_is_no_longer_there(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    """404."""
    code = fed(service, ordered(matricule))
    mine = OwnOrders(visit).open(matricule)
    expect(mine.openers).to_have_count(1)
    hide(service, code)
    mine.openers.click()
    expect(visit.page.get_by_role("alert")).to_contain_text("Cette ordonnance n’est plus là")
    expect(visit.page.get_by_role("heading", name="Aucune ordonnance ici")).to_be_visible()
    assert visit.barriers() == []


def expire(visit: Visit) -> None:
    """The session is over, as the service sees it."""
    visit.page.evaluate(
        """() => { const kept = JSON.parse(sessionStorage["circuitbio.session"]);
          sessionStorage["circuitbio.session"] = JSON.stringify({ ...kept, token: "expired" }); }"""
    )


def test_an_expired_session_asks_to_sign_in_again_and_gives_the_order_back(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    """401; and to its patient alone."""
    code = fed(service, ordered(matricule))
    mine = OwnOrders(visit).open(matricule)
    mine.take(code)
    expire(visit)
    mine.press("Réimprimer")
    expect(visit.page.locator(".messages")).to_contain_text("Votre session a expiré")
    assert visit.barriers() == []
    mine.sign_in(matricule)
    expect(mine.title).to_be_focused()
    expire(visit)
    mine.press("Réimprimer")
    mine.sign_in(new_matricule())
    expect(visit.page.get_by_role("heading", name="Aucune ordonnance ici")).to_be_visible()
    expect(mine.order).to_have_count(0)


def test_a_slow_network_is_told_and_loses_nothing(visit: Visit, service: RunningService, matricule: str) -> None:
    code = fed(service, ordered(matricule))
    page = visit.page
    held = []
    page.clock.install()
    page.route("**/DocumentReference/_search", lambda route: held.append(route))
    mine = OwnOrders(visit).open(matricule)
    words = page.locator("cb-patient-orders").get_by_role("status")
    expect(words).to_have_text("Recherche de vos ordonnances…")
    page.clock.run_for(3000)
    expect(words).to_contain_text("Le réseau est lent")
    assert visit.barriers() == []
    held.pop().continue_()
    mine.take(code)


def test_a_lost_answer_counts_one_reprint(visit: Visit, service: RunningService, matricule: str) -> None:
    """The page asks again under the same key: the sheet says « n° 1 »."""
    code = fed(service, ordered(matricule))
    mine, lost = OwnOrders(visit).open(matricule), []

    def lose_the_first(route: Route) -> None:
        answer = route.fetch()
        lost.append(answer.status)
        if len(lost) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(response=answer)

    visit.page.route("**/$document-reprint", lose_the_first)
    mine.take(code)
    sheet = squeezed(" ".join(texts(mine.saved("Réimprimer"))))
    assert lost == [200, 200]
    assert "n°1" in sheet
    assert "n°2" not in sheet


def test_who_is_signed_in_as_a_professional_is_told_whose_page_it_is(visit: Visit) -> None:
    visit.open("/prescrire").sign_in()
    visit.open("/mon-ordonnance")
    expect(visit.page.locator("main")).to_contain_text("Cette page montre à un patient ses propres ordonnances.")
    assert visit.barriers() == []
    OwnOrders(visit).press("Se connecter comme patient")
    OwnOrders(visit).sign_in(new_matricule())
    expect(visit.page.get_by_role("heading", name="Aucune ordonnance ici")).to_be_visible()


def test_many_orders_come_page_by_page(visit: Visit, service: RunningService, matricule: str) -> None:
    """Of one order each here, of twenty otherwise."""
    codes = {signed(service, ordered(matricule)) for _ in range(2)}
    awaited(lambda: situations(service, matricule).keys() == codes)

    def of_one(route: Route) -> None:
        asked = [route.request.post_data, "_count=1"]
        route.continue_(post_data="&".join(filter(None, asked)))

    visit.page.route("**/DocumentReference/_search", of_one)
    mine = OwnOrders(visit).open(matricule)
    expect(mine.openers).to_have_count(1)
    mine.press("Ordonnances plus anciennes")
    expect(mine.openers).to_have_count(2)
    expect(mine.openers.last).to_be_focused()
    expect(visit.page.get_by_role("button", name="Ordonnances plus anciennes")).to_have_count(0)
