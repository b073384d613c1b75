"""The combobox of exams: what assistive technology reads of it, its keys, and answers that come late or not at all."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Route, expect

from tests.journeys.running import RunningService
from tests.web.serving import service_on
from tests.web.visit import Visit, visiting

NFS = "Numération formule sanguine"


def spoken(visit: Visit) -> Locator:
    """What the live region of the search says."""
    return visit.page.locator("cb-exam-search [role=status]")


def test_it_is_a_combobox_whose_list_is_walked_without_leaving_the_field(visit: Visit) -> None:
    visit.open()
    field, keys = visit.search, visit.page.keyboard
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_attribute("aria-autocomplete", "list")
    field.focus()
    keys.type("glyc")
    expect(field).to_have_attribute("aria-expanded", "true")
    options = visit.suggestions
    ids = options.evaluate_all("all => all.map(one => one.id)")
    assert len(ids) > 2
    assert field.get_attribute("aria-controls") == visit.page.get_by_role("listbox").get_attribute("id")
    assert field.get_attribute("aria-activedescendant") is None
    for key, place in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0)):
        keys.press(key)
        expect(field).to_have_attribute("aria-activedescendant", ids[place])
        selected = options.evaluate_all("all => all.map(one => one.getAttribute('aria-selected'))")
        assert selected == ["true" if each == place else "false" for each in range(len(ids))]
    keys.press("ArrowUp")
    keys.press("ArrowUp")
    expect(field).to_have_attribute("aria-activedescendant", ids[-1])
    for key in ("Home", "End", "ArrowLeft"):
        keys.press("ArrowDown")
        keys.press(key)
        assert field.get_attribute("aria-activedescendant") is None
    expect(field).to_be_focused()


def test_escape_closes_the_list_then_empties_the_field(visit: Visit) -> None:
    visit.open()
    visit.find("nfs", NFS)
    visit.search.press("Escape")
    expect(visit.search).to_have_attribute("aria-expanded", "false")
    expect(visit.search).to_have_value("nfs")
    visit.search.press("ArrowDown")
    expect(visit.search).to_have_attribute("aria-expanded", "true")
    visit.search.press("Escape")
    visit.search.press("Escape")
    expect(visit.search).to_have_value("")


def test_leaving_the_field_closes_the_list_and_chooses_nothing(visit: Visit) -> None:
    visit.open()
    visit.find("nfs", NFS)
    visit.search.press("ArrowDown")
    visit.search.press("Tab")
    expect(visit.suggestions).to_have_count(0)
    expect(visit.lines).to_have_count(0)


def test_what_matched_is_marked_and_said(visit: Visit) -> None:
    visit.open()
    option = visit.find("prl", "Prolactine")
    expect(option.locator("mark")).to_have_text("PRL")
    expect(option).to_contain_text("abréviation\u00a0: PRL")
    expect(option).to_contain_text("à préciser\u00a0: Date des dernières règles")
    expect(visit.find("prolac", "Prolactine").locator(".name mark")).to_have_text("Prolac")


def test_the_number_of_answers_is_said_and_nothing_found_says_what_to_do(visit: Visit) -> None:
    visit.open()
    visit.find("nfs", NFS)
    expect(spoken(visit)).to_have_text(re.compile(r"^\d+ examens? proposés?"))
    visit.search.fill("zzzzz")
    expect(spoken(visit)).to_have_text("Aucun examen ne correspond : la ligne peut être écrite en texte libre.")
    visit.search.press("Enter")
    expect(visit.line("zzzzz")).to_contain_text("texte libre")


def test_haste_writes_no_line_in_free_text(visit: Visit) -> None:
    """Enter before the answer is there walks to the first suggestion when it comes."""
    visit.open()
    visit.search.press_sequentially("nfs")
    visit.search.press("Enter")
    expect(visit.search).to_have_attribute("aria-activedescendant", re.compile("-0$"))
    expect(visit.lines).to_have_count(0)
    visit.search.press("Enter")
    expect(visit.line(NFS)).to_be_visible()


def test_the_same_exam_is_not_added_twice(visit: Visit) -> None:
    visit.open()
    visit.add("nfs", NFS)
    visit.find("nfs", NFS).click()
    expect(visit.page.get_by_test_id("annonces")).to_have_text(f"{NFS} est déjà dans l’ordonnance.")
    expect(visit.lines).to_have_count(1)


def test_an_answer_that_comes_after_a_newer_question_is_dropped(visit: Visit) -> None:
    visit.open()
    visit.page.route("**/api/examens?q=ferritine*", lambda _: None)  # held on its way, for ever
    with visit.page.expect_request("**/api/examens?q=ferritine*") as late:
        visit.search.fill("ferritine")
    visit.find("nfs", NFS)
    assert late.value.failure == "net::ERR_ABORTED"
    expect(visit.suggestions.first).to_contain_text(NFS)
    expect(visit.suggestions.filter(has_text="Ferritine")).to_have_count(0)


def test_a_burst_of_keys_asks_once(visit: Visit) -> None:
    visit.open()
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url) if "/api/examens" in request.url else None)
    visit.search.evaluate(
        """(field) => { for (const text of ["f", "fe", "fer", "ferr"]) {
          field.value = text; field.dispatchEvent(new InputEvent("input", { bubbles: true })); } }"""
    )
    expect(visit.suggestions.first).to_contain_text("Ferritine")
    assert [url.partition("q=")[2].partition("&")[0] for url in asked] == ["ferr"]


def test_a_slow_network_is_said_after_a_moment_and_not_before(visit: Visit) -> None:
    visit.open()
    visit.page.clock.install()
    held: list[Route] = []
    visit.page.route("**/api/examens*", lambda route: held.append(route))
    with visit.page.expect_request("**/api/examens*"):
        visit.search.fill("nfs")
        visit.page.clock.run_for(100)
    visit.page.clock.run_for(1400)
    expect(spoken(visit)).to_have_text("")
    visit.page.clock.run_for(200)
    expect(spoken(visit)).to_have_text("Recherche…")
    held[0].continue_()
    expect(visit.suggestions.first).to_contain_text(NFS)
    expect(spoken(visit)).to_have_text(re.compile("examen"))


@pytest.fixture(scope="module")
def degraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """A service whose search engine does not answer."""
    engine = {"CIRCUITBIO_ELASTICSEARCH_URL": "http://127.0.0.1:9"}
    with service_on(tmp_path_factory.mktemp("degraded"), **engine) as running:
        yield running


def test_a_stopped_search_engine_is_said_and_exams_are_still_found(browser: Browser, degraded: RunningService) -> None:
    assert degraded.http.get("/health/ready").json()["status"] == "degraded"
    with visiting(browser, degraded.url) as visit:
        visit.open().add("nfs", NFS)
        visit.find("prl", "Prolactine")
        expect(visit.page.locator(".search-state")).to_contain_text("mode dégradé")
        assert visit.barriers() == []
        assert visit.faults == []
