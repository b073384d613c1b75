"""The first page: a newcomer goes through the whole circuit without writing anything but a few letters."""

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningService
from tests.journeys.waiting import awaited
from tests.web.patient import situations
from tests.web.visit import Visit


def tour(visit: Visit) -> None:
    page = visit.open("/").page
    expect(page).to_have_url(f"{visit.url}/bienvenue")
    assert visit.barriers() == []
    sign = page.get_by_role("button", name="Signer l’ordonnance")
    expect(sign).to_be_disabled()
    visit.find("nfs", "Numération formule sanguine").click()
    expect(page.get_by_role("list", name="Lignes de l’ordonnance")).to_contain_text("LOINC 57022-6")
    sign.click()
    expect(page.get_by_role("img", name="L’ordonnance imprimée")).to_be_visible()
    hers = page.get_by_role("link", name="ouvrir sa page, avec le matricule proposé (nouvel onglet)")
    assert (hers.get_attribute("href"), hers.get_attribute("target")) == ("/mon-ordonnance", "_blank")
    page.get_by_role("button", name="Le laboratoire lit le QR code").click()
    expect(page.get_by_role("list", name="Lignes reçues")).to_contain_text("Numération formule sanguine (57022-6)")
    page.get_by_role("button", name="Marquer les examens faits").click()
    heading = page.get_by_role("heading", name="Le médecin voit où en est son ordonnance")
    expect(heading).to_be_focused()
    expect(page.get_by_text("État\u00a0: terminée.")).to_be_visible()
    assert visit.barriers() == []
    assert visit.overflow() == 0
    assert visit.origins <= {visit.url, "data", "blob"}
    assert visit.faults == []
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_the_tour_goes_from_the_first_letters_to_the_laboratory(visit: Visit) -> None:
    tour(visit)


def test_what_the_doctor_of_the_tour_signs_is_on_the_page_of_the_patient(visit: Visit, service: RunningService) -> None:
    page = visit.open("/bienvenue").page
    visit.find("nfs", "Numération formule sanguine").click()
    page.get_by_role("button", name="Signer l’ordonnance").click()
    code = page.locator(".epu-code").inner_text()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="ouvrir sa page").click()
    awaited(lambda: code.replace("\xa0", "") in situations(service, "279035121518989"))
    hers = opened.value
    hers.get_by_role("button", name="Voir mes ordonnances").click()
    hers.get_by_role("dialog").get_by_role("button", name="Se connecter").click()
    hers.get_by_role("button", name="Ouvrir l’ordonnance du ").first.click()
    expect(hers.locator(".code-letters")).to_contain_text(code)
    assert visit.faults == []


def test_the_tour_on_a_phone(phone: Visit) -> None:
    tour(phone)


@pytest.mark.parametrize("path", ["/catalogue", "/catalogue/version?nom=active"])
def test_the_pages_that_the_service_writes_wear_the_same_dress_and_the_same_links(visit: Visit, path: str) -> None:
    links = visit.open("/bienvenue").page.get_by_role("navigation").get_by_role("link")
    wanted = links.evaluate_all("all => all.map(one => [one.getAttribute('href'), one.textContent])")
    visit.open(path)
    assert links.evaluate_all("all => all.map(one => [one.getAttribute('href'), one.textContent])") == wanted
    assert visit.barriers() == []
    assert visit.overflow() == 0
    assert visit.faults == []
