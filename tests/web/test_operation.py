"""The page of the catalogue and of operation, as the operator, the biologist and a phone see it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.lab_catalogue_json import write_lab_catalogue
from tests.journeys.running import RunningService, headers
from tests.lcsd.catalogues import WORKED_EXAMPLE
from tests.web.visit import Visit

SITE = "750000010"
BIOLOGIST = f"biologist:10005688798:{SITE}"
LOCAL = "Code;Libellé;NABM;Unité;Volume mensuel\nGLYJ;Glycémie à jeun;0552;mmol/L;900\nNFS;Numération;1104;;700\n"


@pytest.fixture(scope="module", autouse=True)
def _laboratory(service: RunningService) -> None:
    """A laboratory that has imported its catalogue for transcoding."""
    root = f"/api/transcodage/{SITE}"
    sent = {**headers(BIOLOGIST), "Content-Type": "text/csv"}
    done = service.http.post(f"{root}/import?nom=Laboratoire", content=LOCAL.encode(), headers=sent)
    assert done.status_code == 200, done.text


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit.open("/exploitation").page


def sign_in(page: Page, role: str) -> None:
    page.locator("cb-session").get_by_role("button", name="Se connecter").click()
    panel = page.get_by_role("dialog")
    panel.get_by_label("Fonction").select_option(role)
    panel.get_by_role("button", name="Se connecter").click()
    expect(panel).to_be_hidden()


def test_the_state_of_the_service_and_the_releases_are_shown_to_anyone(visit: Visit, page: Page) -> None:
    state = page.get_by_role("region", name="État du service")
    expect(state.get_by_role("status")).to_have_text("Prêt")
    expect(state).to_contain_text("demarrage-1 (jeu de démarrage)")
    expect(page.get_by_role("row").filter(has_text="demarrage-1")).to_contain_text("en service")
    expect(page.get_by_role("heading", name="Transcodage")).to_be_hidden()
    assert visit.barriers() == []
    assert visit.faults == []


def test_a_biologist_chooses_and_validates_a_code_for_an_exam(visit: Visit, page: Page) -> None:
    sign_in(page, "Biologiste médical")
    page.get_by_role("button", name="Choisir un code pour Glycémie à jeun").click()
    panel = page.get_by_role("dialog")
    assert visit.barriers() == []
    panel.get_by_role("button", name="Valider ce code").click()
    expect(panel).to_be_visible()  # no code is chosen beforehand, and none is validated by haste
    panel.get_by_role("radio", name="40193-5").check()
    panel.get_by_role("button", name="Valider ce code").click()
    expect(page.get_by_text("Examens validés")).to_contain_text("1 sur 2")
    page.get_by_label("Statut").select_option("Validé")
    expect(page.get_by_role("row").filter(has_text="GLYJ")).to_contain_text("40193-5")
    assert visit.faults == []


def test_the_catalogue_is_published_from_a_workbook_that_was_taken_and_sent_back(
    visit: Visit, page: Page, service: RunningService, tmp_path: Path
) -> None:
    _draft(service)
    sign_in(page, "Biologiste médical")
    with page.expect_download() as taken:
        page.get_by_role("button", name="Télécharger le brouillon de la version 1 en .xlsx").click()
    workbook = tmp_path / taken.value.suggested_filename
    taken.value.save_as(workbook)
    page.get_by_label("Classeur du catalogue").set_input_files(workbook)
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_role("region", name="Contrôles")).to_be_visible()
    expect(page.get_by_text("Brouillon de la version 1, vérifié sans erreur")).to_be_visible()
    page.get_by_role("button", name="Publier", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Publier").click()
    expect(page.get_by_role("row", name="1 publiée")).to_be_visible()
    assert visit.barriers() == []
    assert visit.faults == []


def test_a_file_that_is_no_workbook_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    sign_in(page, "Laboratoire")
    wrong = tmp_path / "catalogue.xlsx"
    wrong.write_bytes(b"not a workbook")
    page.get_by_label("Classeur du catalogue").set_input_files(wrong)
    page.get_by_role("button", name="Déposer").click()
    expect(page.get_by_role("alert")).to_contain_text("L’archive est tronquée ou abîmée")
    expect(page.get_by_role("button", name="Publier", exact=True)).to_be_hidden()


def test_the_operator_chooses_the_laboratory_and_decides_nothing_for_it(visit: Visit, page: Page) -> None:
    sign_in(page, "Exploitant")
    expect(page.get_by_label("FINESS du laboratoire")).to_have_value(SITE)
    expect(page.get_by_role("row").filter(has_text="NFS")).to_contain_text("Réservée au site")
    assert visit.faults == []


def test_on_a_phone_tables_scroll_within_themselves(phone: Visit) -> None:
    sign_in(phone.open("/exploitation").page, "Exploitant")
    expect(phone.page.get_by_role("region", name="Examens")).to_be_visible()
    assert phone.overflow() == 0
    assert phone.barriers() == []


def _draft(service: RunningService) -> None:
    sent = {**headers(BIOLOGIST), "If-None-Match": "*"}
    body = write_lab_catalogue(WORKED_EXAMPLE)
    done = service.http.put(f"/api/lcsd/{SITE}/brouillon", json=body, headers=sent)
    assert done.status_code == 201, done.text
