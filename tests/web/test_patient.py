"""A patient's whole way: by mouse, by keyboard alone, on a phone; and what the page says of the order."""

import pytest
from playwright.sync_api import Browser, Page, expect

from printing import patient_wording
from tests.document.documents import CASES, document_of
from tests.journeys.running import RunningService, headers
from tests.printing.reading import squeezed, texts
from tests.web.patient import FASTING, OwnOrders, fasting, fed, new_matricule, ordered
from tests.web.visit import PHONE, Visit, visiting

NFS = "Numération formule sanguine"


@pytest.fixture
def matricule() -> str:
    """A patient of this test alone."""
    return new_matricule()


def original(service: RunningService, matricule: str) -> bytes:
    """The printed order as the store holds it."""
    caller = headers(f"patient:{matricule}:")
    (entry,) = service.http.post("/fhir/DocumentReference/_search", data={}, headers=caller).json()["entry"]
    return service.http.get(f"/fhir/Binary/{entry['resource']['id']}-pdf", headers=caller).content


def test_by_mouse(visit: Visit, service: RunningService, matricule: str) -> None:
    code = fed(service, ordered(matricule))
    mine = OwnOrders(visit)
    visit.open("/mon-ordonnance")
    mine.press("Voir mes ordonnances")
    mine.sign_in(matricule)
    expect(mine.openers).to_be_focused()
    expect(visit.page.get_by_role("listitem")).to_contain_text("Dr Amélie Thomas")
    expect(visit.page.get_by_role("listitem")).to_contain_text("À montrer au laboratoire")
    mine.take(code)
    expect(mine.order).to_contain_text("DOMINIQUE PAT-TROIS")
    expect(mine.order).to_contain_text("Ne montrez ce code qu’à votre laboratoire ou à votre préleveur.")
    expect(mine.order.get_by_role("list").first).to_contain_text(NFS)
    assert mine.scanned() == [code]
    mine.press("Afficher en plein écran")
    expect(mine.screen).to_be_visible()
    assert mine.scanned() == [code]
    mine.press("Fermer")
    expect(visit.page.get_by_role("button", name="Afficher en plein écran")).to_be_focused()
    assert mine.saved("Télécharger l’ordonnance d’origine") == original(service, matricule)
    again = squeezed(" ".join(texts(mine.saved("Réimprimer"))))
    assert "RÉIMPRESSION" in again
    assert code in again
    mine.press("‹ Mes ordonnances")
    expect(mine.openers).to_be_focused()
    expect(mine.order).to_have_count(0)
    assert visit.faults == []
    assert visit.origins <= {visit.url, "data", "blob"}


def reach(page: Page, name: str) -> None:
    """Tabs to a control."""
    wanted = page.get_by_role("button", name=name, exact=True)
    for _ in range(25):
        if wanted.count() and wanted.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_by_keyboard_alone(visit: Visit, service: RunningService, matricule: str) -> None:
    code = fed(service, ordered(matricule))
    mine, keys = OwnOrders(visit), visit.page.keyboard
    visit.open("/mon-ordonnance")
    reach(visit.page, "Voir mes ordonnances")
    keys.press("Enter")
    keys.press("Control+A")
    keys.type(matricule)
    keys.press("Enter")
    expect(mine.openers).to_be_focused()
    keys.press("Enter")
    expect(mine.title).to_be_focused()
    reach(visit.page, "Afficher en plein écran")
    keys.press("Enter")
    expect(visit.page.get_by_role("button", name="Fermer")).to_be_focused()
    assert mine.scanned() == [code]
    keys.press("Escape")
    expect(mine.screen).to_have_count(0)
    expect(visit.page.get_by_role("button", name="Afficher en plein écran")).to_be_focused()
    with visit.page.expect_download() as given:
        reach(visit.page, "Réimprimer")
        keys.press("Enter")
    assert given.value.suggested_filename.startswith("reimpression-")
    visit.page.go_back()
    expect(mine.openers).to_be_focused()
    assert visit.faults == []


def test_on_a_phone(phone: Visit, service: RunningService, matricule: str) -> None:
    code = fed(service, ordered(matricule))
    mine = OwnOrders(phone).open(matricule)
    mine.openers.tap()
    expect(mine.title).to_be_focused()
    assert mine.scanned() == [code]  # in sight, with nothing scrolled
    phone.page.set_viewport_size({"width": 320, "height": 640})
    assert phone.overflow() == 0
    phone.page.set_viewport_size(PHONE)
    phone.page.get_by_role("button", name="Afficher en plein écran").tap()
    expect(mine.screen).to_be_visible()
    assert mine.scanned() == [code]
    width = mine.screen.get_by_role("img").evaluate("one => one.getBoundingClientRect().width")
    assert (width >= 320, width % 33) == (True, 0)  # whole pixels a module
    phone.page.get_by_role("button", name="Fermer").tap()
    expect(mine.screen).to_have_count(0)
    assert phone.faults == []


def test_a_browser_that_cannot_go_full_screen_covers_its_page(
    browser: Browser, service: RunningService, matricule: str
) -> None:
    code = fed(service, ordered(matricule))
    with visiting(browser, service.url, PHONE, has_touch=True, is_mobile=True) as visit:
        visit.page.add_init_script("delete Element.prototype.requestFullscreen")
        mine = OwnOrders(visit).open(matricule)
        mine.take(code)
        mine.press("Afficher en plein écran")
        assert mine.screen.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
        assert mine.scanned() == [code]
        assert visit.barriers() == []
        mine.press("Fermer")
        expect(visit.page.get_by_role("button", name="Afficher en plein écran")).to_be_focused()


def test_instructions_are_told_in_the_words_of_the_patient_sheet(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    code = fed(service, ordered(matricule, *patient_wording.CODED))
    mine = OwnOrders(visit).open(matricule)
    mine.take(code)
    before = mine.order.get_by_role("region", name="Avant les examens")
    for words in (*patient_wording.CODED.values(), patient_wording.MEDICINES, patient_wording.ASK_LABORATORY):
        expect(before).to_contain_text(words)
    expect(before).not_to_contain_text("MED-")


def test_the_catalogue_says_how_to_prepare_where_the_order_does_not(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    """Asked without a token: the question does not tell whose exams they are."""
    fed(service, fasting(matricule))
    asked = []
    visit.page.on("request", lambda one: asked.append((one.url, one.headers.get("authorization"))))
    mine = OwnOrders(visit).open(matricule)
    mine.openers.click()
    before = mine.order.get_by_role("region", name="Avant les examens")
    expect(before).to_contain_text("Être à jeun depuis 8 heures\u202f; boire de l’eau est permis.")
    expect(mine.order.get_by_role("region", name="Vos examens")).to_contain_text(FASTING)
    catalogue = [token for url, token in asked if "Definition/_search" in url]
    assert catalogue == [None, None]
    assert [url for url, _ in asked if matricule in url or "40193" in url] == []


def test_what_is_not_a_patient_s_to_read_is_not_on_the_page(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    """Neither context nor code of exam: as on the patient sheet."""
    code = fed(service, ordered(matricule))
    mine = OwnOrders(visit).open(matricule)
    mine.take(code)
    text = visit.page.locator("body").inner_text()
    assert ("routine" in text, "57022-6" in text, "LOINC" in text) == (False, False, False)
    assert "'" not in text
    assert " :" not in text
    assert " ?" not in text


def test_of_all_that_a_document_may_hold_what_the_patient_needs_is_told(
    visit: Visit, service: RunningService, matricule: str
) -> None:
    """A document of another software's, in the place of the one that was fed."""
    fed(service, ordered(matricule))
    other = document_of(CASES["everything"])
    visit.page.route("**/fhir/Binary/*-cda", lambda route: route.fulfill(content_type="text/xml", body=other))
    mine = OwnOrders(visit).open(matricule)
    mine.openers.click()
    for words in (
        "Le prélèvement se fait chez vous.",
        "À faire à partir du 20 janvier 2022.",
        "Cet examen n’est pas remboursé par l’Assurance maladie.",
        "Pour l’examen 1\xa0: Attention\xa0: hors fièvre (au plus tard le 1er mars 2022)",
        "boire de l’eau",
        "Recherche d'agglutinines irrégulières",
        "URGENT",
        "Maison de santé des Tilleuls",
        "01\xa039\xa000\xa012\xa034",
        "DOMINIQUE DURAND",
        "11 janvier 2023",
    ):
        expect(mine.order).to_contain_text(words)
    text = visit.page.locator("body").inner_text()
    kept_back = (
        "aménorrhée",
        "ALD",
        "dossier 12",
        "Régulier",
        "kilogrammes",
        "CPAM",
        "frissons",
        "PRL",
        "Clinique",
        "depuis vingt minutes",
    )
    assert [words for words in kept_back if words in text] == []
    assert visit.barriers() == []
    assert visit.faults == []
