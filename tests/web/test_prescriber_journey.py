"""The prescriber's whole way, from the empty page to the printed order: by mouse, by keyboard alone, on a phone."""

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.running import RunningService, headers
from tests.printing.reading import squeezed
from tests.web.visit import SCAN, Visit

LABORATORY = "laboratory::750000010"


def printed_words(page: Page) -> str:
    """The words of the file that « Enregistrer » gives."""
    with page.expect_download() as saved:
        page.get_by_role("link", name="Enregistrer").click()
    assert saved.value.suggested_filename == "ordonnance.pdf"
    with pypdfium2.PdfDocument(saved.value.path().read_bytes()) as document:
        return squeezed(" ".join(one.get_textpage().get_text_range() for one in document))


def retrieved(service: RunningService, code: str) -> dict[str, object]:
    """The order as a laboratory reads it."""
    body = {"resourceType": "Parameters", "parameter": [{"name": "code", "valueString": code}]}
    answer = service.http.post("/fhir/$epu-retrieve", json=body, headers=headers(LABORATORY))
    assert answer.status_code == 200, answer.text
    return {one["name"]: one.get("resource", one.get("valueString")) for one in answer.json()["parameter"]}


def requests_of(service: RunningService, code: str) -> list[dict[str, object]]:
    order = retrieved(service, code)["order"]
    assert isinstance(order, dict)
    resources = [entry["resource"] for entry in order["entry"]]
    return [one for one in resources if one["resourceType"] == "ServiceRequest"]


def test_by_mouse(visit: Visit, service: RunningService) -> None:
    page = visit.open().page
    visit.sign_in()
    visit.scan()
    expect(page.get_by_text("Identité récupérée", exact=True)).to_be_visible()
    page.get_by_label("Pièce d’identité à haut niveau de confiance contrôlée").check()
    expect(page.get_by_text("Identité qualifiée", exact=True)).to_be_visible()
    visit.add("prl", "Prolactine")
    visit.add("nfs", "Numération formule sanguine")
    prolactine = visit.line("Prolactine")
    prolactine.get_by_label("Date des dernières règles", exact=True).fill("2026-11-02")
    prolactine.get_by_role("checkbox", name="ALD").check()
    prolactine.get_by_role("checkbox", name="Renouvelable").check()
    prolactine.get_by_label("Nombre de fois").fill("3")
    visit.line("Numération").get_by_role("checkbox", name="Urgent").check()
    visit.line("Numération").get_by_label("Téléphone où donner le résultat urgent").fill("01 02 03 04 05")
    visit.line("Numération").get_by_text("Contexte clinique", exact=True).click()
    visit.line("Numération").get_by_label("Contexte clinique de cet examen").fill("asthénie")
    visit.search.fill("recherche d'un parasite rare")
    page.get_by_role("button", name="Écrire en texte libre").click()
    expect(visit.lines).to_have_count(3)
    visit.drag(visit.line("recherche d'un parasite rare").locator(".handle"), visit.line("Prolactine").locator("h3"))
    assert visit.titles()[0] == "1. recherche d'un parasite rare"
    expect(page.get_by_role("img", name="Projet de l’ordonnance")).to_be_visible()
    code = visit.sign()
    printed = printed_words(page)
    assert squeezed("PAT-TROIS") in printed
    assert squeezed("recherche d'un parasite rare") in printed
    assert squeezed("279035121518989") in printed
    free, prolactine_sent, nfs = requests_of(service, code)
    assert free["code"] == {"text": "recherche d'un parasite rare"}
    assert prolactine_sent["occurrenceTiming"] == {
        "repeat": {"count": 3, "frequency": 1, "period": 1, "periodUnit": "mo"}
    }
    assert {"url": _extension("ald"), "valueBoolean": True} in prolactine_sent["extension"]  # type: ignore[operator]
    assert (nfs["priority"], nfs["reasonCode"]) == ("urgent", [{"text": "asthénie"}])
    followed = page.get_by_role("row").filter(has_text="PAT-TROIS")
    expect(followed).to_contain_text("confiée, pas encore prise en charge")
    expect(visit.lines).to_have_count(0)
    assert visit.faults == []


def _extension(name: str) -> str:
    return f"https://circuit-biologie.invalid/fhir/StructureDefinition/{name}"


def test_by_keyboard_alone(visit: Visit, service: RunningService) -> None:
    page = visit.open().page
    keys = page.keyboard
    reach(page, "Se connecter")
    keys.press("Enter")
    reach(page, "Se connecter")
    keys.press("Enter")
    expect(page.get_by_text("Dr Amélie Thomas")).to_be_visible()
    reach(page, "Datamatrix INS")
    keys.insert_text(SCAN)
    keys.press("Enter")
    expect(page.get_by_label("Nom de naissance")).to_have_value("PAT-TROIS")
    reach(page, "Examen à prescrire")
    keys.type("prl")
    expect(visit.suggestions).not_to_have_count(0)
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(visit.lines).to_have_count(1)
    keys.type("nfs")
    expect(visit.suggestions).not_to_have_count(0)
    keys.press("Enter")  # walks to the first
    keys.press("Enter")
    expect(visit.lines).to_have_count(2)
    keys.type("bilan chez mon voisin")
    keys.press("Alt+l")
    expect(visit.lines).to_have_count(3)
    reach(page, "Descendre Prolactine")
    keys.press("Enter")
    assert [title[3:] for title in visit.titles()][:2] == ["Numération formule sanguine", "Prolactine"]
    expect(page.get_by_role("button", name="Descendre Prolactine")).to_be_focused()
    reach(page, "Inconnu : Date des dernières règles")
    keys.press("Space")
    expect(visit.line("Prolactine").locator(".is-missing")).to_have_count(0)
    reach(page, "Retirer bilan chez mon voisin")
    keys.press("Enter")
    expect(visit.lines).to_have_count(2)
    assert page.evaluate("document.activeElement !== document.body")
    reach(page, "Signer et imprimer")
    keys.press("Enter")
    shown = page.locator(".epu-code")
    expect(shown).to_be_visible()
    expect(page.locator(".done-panel")).to_be_focused()
    reach(page, "Ouvrir pour imprimer (PDF)")
    nfs, prolactine = requests_of(service, shown.inner_text().replace("\xa0", ""))
    assert [one["code"]["coding"][0]["code"] for one in (nfs, prolactine)] == ["57022-6", "2842-3"]  # type: ignore[index]
    assert visit.faults == []


def reach(page: Page, name: str) -> None:
    """Goes on by Tab to the control of that name; fails after one turn around the page."""
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(_NAME_OF_FOCUSED) == name:
            return
    pytest.fail(f"not reached by Tab: {name}")


_NAME_OF_FOCUSED = """() => {
  const one = document.activeElement;
  const words = one.getAttribute("aria-label") ?? one.labels?.[0]?.innerText ?? one.innerText ?? "";
  return words.replace(/\\s+/g, " ").trim();
}"""


def test_on_a_phone(phone: Visit, service: RunningService) -> None:
    page = phone.open().page
    phone.sign_in()
    page.get_by_label("Nom de naissance").fill("DURAND")
    page.get_by_label("Prénoms de naissance").fill("ANNE")
    page.get_by_label("Date de naissance").fill("1985-07-09")
    page.get_by_label("Sexe").select_option("female")
    phone.find("ferritine", "Ferritine").tap()
    phone.find("tsh", "TSH").tap()
    page.get_by_role("button", name="Monter TSH").tap()
    assert [title[:3] for title in phone.titles()] == ["1. ", "2. "]
    assert "TSH" in phone.titles()[0]
    page.get_by_text("Paniers", exact=True).tap()
    page.get_by_role("button", name="Insérer le panier Bilan rénal").tap()
    expect(phone.lines).to_have_count(6)
    expect(page.get_by_role("img", name="Projet de l’ordonnance")).to_be_visible()
    assert phone.overflow() == 0
    code = phone.sign()
    assert len(requests_of(service, code)) == 6
    assert phone.overflow() == 0
    assert phone.faults == []


def test_a_basket_is_dropped_on_the_order_and_adds_nothing_twice(visit: Visit) -> None:
    page = visit.enter().page
    visit.add("creatinine", "Créatinine")
    before = visit.lines.count()
    page.get_by_text("Paniers", exact=True).click()
    visit.drag(page.locator('[data-basket="bilan-renal"] strong'), visit.line("Créatinine").locator("h3"))
    expect(page.locator('[data-basket="bilan-renal"] .told')).to_contain_text("ajoutée")
    titles = [title[3:] for title in visit.titles()]
    assert len(titles) == len(set(titles)) > before


def test_a_remark_and_a_suggestion_are_put_aside_in_one_gesture(visit: Visit) -> None:
    visit.rpps = "10005688798"  # its key is wrong
    page = visit.enter().page
    visit.scan()
    visit.add("nfs", "Numération formule sanguine")
    remark = page.locator(".alert").filter(has_text="La clé du numéro RPPS")
    remark.get_by_role("button", name="Écarter").click()
    expect(remark).to_have_count(0)
    suggestion = page.get_by_role("button", name="Écarter la suggestion Créatinine")
    suggestion.click()
    visit.add("prl", "Prolactine")
    expect(page.locator(".alert").filter(has_text="Prolactine")).to_be_visible()
    expect(remark).to_have_count(0)
    expect(suggestion).to_have_count(0)


def test_a_suggestion_becomes_a_line(visit: Visit) -> None:
    page = visit.enter().page
    visit.add("nfs", "Numération formule sanguine")
    page.get_by_role("button", name="Ajouter Créatinine").click()
    expect(visit.line("Créatinine")).to_be_visible()


def test_what_signing_lacks_is_said_and_found(visit: Visit) -> None:
    page = visit.enter().page
    page.get_by_role("button", name="Signer et imprimer").click()
    expect(page.get_by_role("alert")).to_contain_text("le nom de naissance, la date de naissance, une ligne au moins")
    expect(page.get_by_label("Nom de naissance")).to_be_focused()


def test_a_man_is_not_asked_for_his_last_menses(visit: Visit) -> None:
    page = visit.open().page
    visit.add("prl", "Prolactine")
    question = page.get_by_label("Date des dernières règles", exact=True)
    expect(question).to_be_visible()
    page.get_by_label("Sexe").select_option("male")
    expect(question).to_have_count(0)


def test_a_trait_changed_by_hand_is_no_longer_insi_s(visit: Visit) -> None:
    page = visit.enter().page
    visit.scan()
    expect(page.locator(".identity-status")).to_contain_text("Matricule INS")
    page.get_by_label("Nom de naissance").fill("AUTRE")
    page.get_by_label("Nom de naissance").blur()
    expect(page.locator(".identity-status")).to_have_text("Identité provisoire")


def test_an_identity_is_recovered_from_insi(visit: Visit) -> None:
    page = visit.enter().page
    page.get_by_label("Nom de naissance").fill("Pat-Trois")
    page.get_by_label("Prénoms de naissance").fill("Dominique")
    page.get_by_label("Date de naissance").fill("1979-03-28")
    page.get_by_label("Sexe").select_option("female")
    page.get_by_role("button", name="Interroger INSi").click()
    expect(page.locator(".identity-status")).to_contain_text("Identité récupérée")
    expect(page.get_by_label("Code du lieu de naissance")).to_have_value("51215")


AZERTY = str.maketrans("0123456789AQZWM-'", "à&é\"'(-è_çQAWZ?)ù")


@pytest.mark.parametrize(
    "typed",
    [
        SCAN.replace("\x1d", "<GS>"),
        SCAN.replace("\x1d", "␝"),
        SCAN.replace("\x1d", "{GS}"),
        SCAN.translate(AZERTY).replace(".", ":"),
    ],
    ids=["letters", "symbol", "braces", "american scanner on a French keyboard"],
)
def test_a_scanner_that_types_other_signs_is_understood(visit: Visit, typed: str) -> None:
    page = visit.enter().page
    field = page.get_by_label("Datamatrix INS")
    field.fill(typed)
    field.press("Enter")
    expect(page.get_by_label("Nom de naissance")).to_have_value("PAT-TROIS")
    expect(page.get_by_label("Prénoms de naissance")).to_have_value("DOMINIQUE MARIE-LOUISE")
    expect(page.get_by_label("Code du lieu de naissance")).to_have_value("51215")


def test_a_scanner_that_types_its_separator_as_a_control_key_is_understood(visit: Visit) -> None:
    page = visit.enter().page
    page.get_by_label("Datamatrix INS").focus()
    for place, part in enumerate(SCAN.split("\x1d")):
        if place:
            page.keyboard.press("Control+]")
        page.keyboard.insert_text(part)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Nom de naissance")).to_have_value("PAT-TROIS")


def test_another_barcode_is_refused_in_words(visit: Visit) -> None:
    page = visit.enter().page
    page.get_by_label("Datamatrix INS").fill("3400930000000")
    page.get_by_role("button", name="Lire").click()
    expect(page.locator("cb-patient .error")).to_be_visible()
