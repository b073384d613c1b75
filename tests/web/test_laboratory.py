"""The counter of a laboratory, from the scan to the report: by mouse, by keyboard alone, on a phone."""

import pytest
from playwright.sync_api import expect

from tests.api.service import example
from tests.journeys.running import RunningService
from tests.web.counter import Counter, sent, states, with_conditions
from tests.web.test_prescriber_journey import reach
from tests.web.visit import SCAN, Visit

HBA1C, CREATININE, POTASSIUM, TSH = "Hémoglobine glyquée", "Créatinine", "Potassium", "TSH"
TUBE = "Conserver un tube de sérum en sérothèque"


@pytest.fixture
def counter(visit: Visit) -> Counter:
    return Counter(visit).open()


def test_by_mouse(counter: Counter, service: RunningService) -> None:
    code = sent(service, example(3))
    counter.read(code)
    expect(counter.order).to_contain_text("Femme, 47 ans")
    expect(counter.order).to_contain_text("Dr Amélie Thomas")
    expect(counter.order).to_contain_text("URGENT : 1 ligne")
    expect(counter.line(POTASSIUM)).to_contain_text("URGENT")
    expect(counter.line(POTASSIUM)).to_contain_text("dans les 120 min")
    expect(counter.line(HBA1C)).to_contain_text("ALD")
    expect(counter.line(HBA1C)).to_contain_text("renouvelable, 4 fois, tous les 3 mois")

    counter.press("Prendre en charge 5 lignes")
    expect(counter.page.get_by_test_id("fait")).to_contain_text("5 lignes prises en charge jusqu’au")
    expect(counter.line(TSH)).to_contain_text("à vous jusqu’au")
    assert set(states(service, code).values()) == {"claimed"}

    counter.page.reload()  # a page that has forgotten everything is told what its laboratory holds
    counter.read(code)
    expect(counter.line(TSH)).to_contain_text("à vous jusqu’au")

    counter.press("Remplacer…", counter.line(TSH))
    counter.choose_exam("Examen qui le remplace", "crp", "Protéine C réactive")
    counter.answer("Remplacer", reason="clinical-situation", contact="agreed")
    expect(counter.line("Protéine C réactive")).to_contain_text("Remplace TSH")
    expect(counter.line("Protéine C réactive")).to_contain_text("ajoutée par un laboratoire")
    expect(counter.line("Protéine C réactive")).to_contain_text("asthénie")
    counter.press("Retirer…", counter.line(TUBE))
    counter.answer("Retirer", reason="good-practice-recommendation", contact="not-needed")
    expect(counter.line(TUBE)).to_contain_text("retirée")
    counter.press("Ajouter un examen…")
    counter.choose_exam("Examen à ajouter", "nfs", "Numération formule sanguine")
    counter.answer("Ajouter", reason="specimen", contact="informed")
    expect(counter.line("Numération formule sanguine")).to_be_visible()

    counter.press("Prélevé…", counter.line(POTASSIUM))
    counter.answer("Enregistrer : prélevé")
    expect(counter.line(POTASSIUM)).to_contain_text("prélevée")
    counter.press("En partie…", counter.line(CREATININE))
    counter.dialog.get_by_label("La suite est encore attendue").check()
    counter.answer("Enregistrer : réalisé en partie", reason="specimen-unsuitable")
    expect(counter.line(CREATININE)).to_contain_text("réalisée en partie")
    counter.press("Non réalisé…", counter.line("Protéine C réactive"))
    counter.dialog.get_by_label("Précision (facultatif)").fill("tube cassé")
    counter.answer("Enregistrer : non réalisé", reason="other")
    expect(counter.line("Protéine C réactive")).to_contain_text("non réalisée")
    counter.press("Réalisé…", counter.line(HBA1C))
    counter.answer("Enregistrer : réalisé")
    expect(counter.page.get_by_test_id("fait")).to_contain_text("prochaine réalisation le")
    assert states(service, code) == {
        HBA1C: "prescribed",
        CREATININE: "partially-done",
        POTASSIUM: "sampled",
        TSH: "replaced",
        TUBE: "removed",
        "Protéine C réactive": "not-done",
        "Numération formule sanguine": "claimed",
    }
    counter.press("Rendre", counter.line("Numération formule sanguine"))
    expect(counter.page.get_by_test_id("fait")).to_contain_text("1 ligne rendue")
    counter.press("Ordonnance suivante")
    expect(counter.order).to_be_hidden()
    expect(counter.field).to_be_focused()
    assert counter.visit.faults == []


def test_by_keyboard_alone(visit: Visit, service: RunningService) -> None:
    code = sent(service, example(3))
    counter = Counter(visit).open(sign_in=False)
    page, keys = visit.page, visit.page.keyboard
    expect(counter.field).to_be_focused()
    keys.type(code)
    keys.press("Enter")
    reach(page, "Se connecter")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Ordonnance", exact=True)).to_be_focused()
    reach(page, "Prendre en charge 5 lignes")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Ordonnance", exact=True)).to_be_focused()
    reach(page, f"Non réalisé… : {CREATININE}")
    keys.press("Enter")
    expect(counter.dialog).to_be_visible()
    reach(page, "Motif")
    keys.type("Patient")
    keys.press("Escape")
    expect(page.get_by_role("button", name=f"Non réalisé… : {CREATININE}")).to_be_focused()
    keys.press("Enter")
    reach(page, "Motif")
    keys.type("Patient")
    reach(page, "Enregistrer : non réalisé")
    keys.press("Enter")
    expect(counter.line(CREATININE)).to_contain_text("non réalisée")
    expect(page.get_by_role("heading", name=CREATININE)).to_be_focused()
    reach(page, f"Remplacer… : {TSH}")
    keys.press("Enter")
    keys.type("crp")
    suggested = counter.dialog.get_by_role("option", name="Protéine C réactive")
    expect(suggested).to_be_visible()
    keys.press("Enter")  # walks to the first
    expect(suggested).to_have_attribute("aria-selected", "true")
    keys.press("Enter")
    expect(counter.dialog).to_contain_text("Choisi : Protéine C réactive")
    reach(page, "Motif")
    keys.type("Accord")
    reach(page, "Avis du prescripteur")
    keys.type("Informé")
    reach(page, "Remplacer")
    keys.press("Enter")
    expect(page.get_by_role("heading", name=TSH)).to_be_focused()
    assert states(service, code) | {HBA1C: "", POTASSIUM: "", TUBE: ""} == {
        HBA1C: "",
        POTASSIUM: "",
        TUBE: "",
        CREATININE: "not-done",
        TSH: "replaced",
        "Protéine C réactive": "claimed",
    }
    assert visit.faults == []


def test_on_a_phone(phone: Visit, service: RunningService) -> None:
    code = sent(service, example(2))
    counter = Counter(phone).open()
    counter.read(code)
    expect(counter.line("Prolactine")).to_contain_text("À demander au patient ou au prescripteur")
    expect(counter.line("Prolactine")).to_contain_text("Date des dernières règles")
    assert phone.overflow() == 0
    phone.page.get_by_role("button", name="Prendre en charge 1 ligne").tap()
    expect(counter.line("Prolactine")).to_contain_text("à vous jusqu’au")
    counter.button("Réalisé…", counter.line("Prolactine")).tap()
    assert phone.overflow() == 0
    counter.answer("Enregistrer : réalisé")
    expect(counter.order).to_contain_text("terminée")
    assert states(service, code) == {"Prolactine": "done"}
    assert phone.faults == []


def test_what_is_missing_or_conditional_is_seen_at_once(counter: Counter, service: RunningService) -> None:
    counter.read(sent(service, with_conditions()))
    tsh = counter.line(TSH)
    expect(tsh).to_contain_text("Condition : si le traitement n'a pas changé")
    expect(tsh).to_contain_text("Inutile après le 31/01/2026 : date dépassée.")
    expect(tsh).to_contain_text("0,4–4 mUI/L")
    counter.read(sent(service, example(2)))
    expect(counter.order).to_contain_text("À demander : 1 ligne")
    expect(counter.line("Prolactine").locator(".is-required")).to_have_text("Date des dernières règles")


def test_the_identity_is_compared_with_the_order_s_and_with_what_is_typed(
    counter: Counter, service: RunningService
) -> None:
    counter.enter(SCAN)
    expect(counter.identity).to_contain_text("Lisez maintenant l’ordonnance")
    counter.read(sent(service, example(3)))
    expect(counter.identity).to_contain_text("L’INS lu est celui pour lequel cette ordonnance a été faite.")
    expect(counter.identity).to_contain_text("28/03/1979 ✓ concorde")
    counter.identity.get_by_text("Comparer avec une pièce d’identité").click()
    for label, typed, told in (
        ("Nom de naissance", "Pat Trois", "✓ concorde"),
        ("Premier prénom", "dominique", "✓ concorde"),
        ("Date de naissance", "1979-03-27", "✗ diffère du datamatrix"),
    ):
        counter.identity.get_by_label(label).fill(typed)
        counter.identity.get_by_label(label).blur()
        expect(counter.identity.locator(".field").filter(has_text=label)).to_contain_text(told)
    # Another order, of an anonymous patient: the identity goes with the one it agreed with.
    counter.read(sent(service, example(2)))
    expect(counter.identity).to_be_hidden()


def test_a_laboratory_without_a_biologist_is_told_who_adapts(visit: Visit, service: RunningService) -> None:
    code = sent(service, example(1))
    counter = Counter(visit).open(sign_in=False)
    counter.press("Se connecter")
    counter.dialog.get_by_label("Fonction").select_option("laboratory")
    counter.press("Se connecter", counter.dialog)
    counter.read(code)
    counter.press("Prendre en charge 1 ligne")
    expect(counter.line("Numération")).to_contain_text("à vous jusqu’au")
    counter.press("Retirer…", counter.line("Numération"))
    counter.answer("Retirer", reason="other", contact="not-needed")
    expect(counter.page.get_by_role("alert")).to_contain_text("Seul un biologiste peut adapter une ordonnance.")
