"""Each state of the page before axe-core, at a desk and on a phone, and what axe cannot see of it."""

import pytest
from playwright.sync_api import expect

from tests.web.visit import Visit

SIZES = ["visit", "phone"]


@pytest.fixture(params=SIZES)
def page_of(request: pytest.FixtureRequest) -> Visit:
    """A visit of either size."""
    visit: Visit = request.getfixturevalue(request.param)
    return visit


def clear(visit: Visit) -> None:
    assert visit.barriers() == []
    assert visit.overflow() == 0


def test_no_state_of_the_prescriber_s_page_has_a_barrier(page_of: Visit) -> None:
    visit, page = page_of, page_of.open().page
    clear(visit)  # nobody is signed in
    page.get_by_role("button", name="Se connecter").click()
    clear(visit)  # the panel
    visit.answer_panel()
    visit.scan()
    clear(visit)  # an identity
    visit.find("glyc", "Glucose")
    visit.search.press("ArrowDown")
    clear(visit)  # suggestions, one walked to
    visit.search.press("Escape")
    visit.search.press("Escape")
    visit.add("prl", "Prolactine")
    visit.add("inr", "INR")
    visit.lines.first.get_by_role("checkbox", name="Urgent").check()
    visit.lines.first.get_by_role("checkbox", name="Renouvelable").check()
    visit.lines.first.get_by_text("Contexte clinique", exact=True).click()
    visit.search.fill("une ligne écrite")
    page.get_by_role("button", name="Écrire en texte libre").click()
    page.get_by_text("Paniers", exact=True).click()
    expect(page.get_by_role("button", name="Insérer le panier Bilan rénal")).to_be_visible()
    expect(page.locator(".alert").filter(has_text="Prolactine")).to_be_visible()
    expect(page.get_by_role("img", name="Projet de l’ordonnance")).to_be_visible()
    clear(visit)  # an order under way: questions, remarks, suggestions, baskets, preview
    page.get_by_label("Nom de naissance").fill("")
    page.get_by_label("Nom de naissance").blur()
    page.get_by_role("button", name="Signer et imprimer").click()
    expect(page.get_by_role("alert")).to_contain_text("il manque")
    clear(visit)  # a fault
    visit.scan()
    visit.sign()
    expect(page.get_by_role("row").filter(has_text="PAT-TROIS")).to_be_visible()
    clear(visit)  # signed
    assert visit.faults == []


def test_the_page_can_be_skipped_through_and_is_in_french(visit: Visit) -> None:
    page = visit.open().page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Aller au contenu")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    assert page.locator("html").get_attribute("lang") == "fr"
    assert page.get_by_role("heading", level=1).count() == 1


def test_twice_the_text_size_loses_nothing(phone: Visit) -> None:
    """WCAG 1.4.4, 1.4.10: 320 CSS pixels wide is 1280 at 400 %."""
    phone.page.set_viewport_size({"width": 320, "height": 640})
    phone.enter()
    phone.scan()
    phone.add("prl", "Prolactine")
    assert phone.overflow() == 0


def test_french_signs_stand_with_their_spaces(visit: Visit) -> None:
    text = visit.open().page.locator("body").inner_text()
    assert "'" not in text
    assert " :" not in text
    assert " ?" not in text
