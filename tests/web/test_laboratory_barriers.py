"""Each state of the laboratory's page before axe-core, at a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.journeys.running import RunningService
from tests.web.counter import Counter, ask, sent, with_conditions
from tests.web.visit import SCAN, Visit


@pytest.fixture(params=["visit", "phone"])
def counter(request: pytest.FixtureRequest) -> Counter:
    """A counter of either size."""
    visit: Visit = request.getfixturevalue(request.param)
    return Counter(visit)


def clear(counter: Counter) -> None:
    assert counter.visit.barriers() == []
    assert counter.visit.overflow() == 0


def test_no_state_of_the_laboratory_s_page_has_a_barrier(counter: Counter, service: RunningService) -> None:
    code = sent(service, with_conditions())
    counter.open(sign_in=False)
    clear(counter)  # nobody is signed in
    counter.press("Se connecter")
    clear(counter)  # the panel, with its roles
    counter.press("Se connecter", counter.dialog)
    counter.press("Lire avec la caméra")
    expect(counter.page.locator("cb-scanner")).to_contain_text("Ce poste n’a pas de caméra.")
    clear(counter)
    counter.enter(SCAN)
    expect(counter.identity).to_be_visible()
    counter.identity.get_by_text("Comparer avec une pièce d’identité").click()
    counter.identity.get_by_label("Nom de naissance").fill("Autre")
    counter.identity.get_by_label("Nom de naissance").blur()
    clear(counter)  # an identity, which differs from what is typed
    counter.read(code)
    clear(counter)  # an order, urgent, with a condition that no longer holds
    counter.press("Prendre en charge 5 lignes")
    expect(counter.page.get_by_test_id("fait")).to_be_visible()
    clear(counter)  # claimed
    counter.press("Non réalisé…", counter.line("TSH"))
    clear(counter)  # a report to be made
    counter.page.keyboard.press("Escape")
    counter.press("Remplacer…", counter.line("TSH"))
    counter.dialog.get_by_role("combobox", name="Examen qui le remplace").fill("crp")
    expect(counter.dialog.get_by_role("listbox").get_by_role("option")).not_to_have_count(0)
    clear(counter)  # an adaptation, with suggestions
    counter.press("Annuler", counter.dialog)
    counter.press("Réalisé…", counter.line("Créatinine"))
    counter.answer("Enregistrer : réalisé")
    expect(counter.line("Créatinine")).to_contain_text("réalisée")
    clear(counter)  # a closed line
    other = sent(service, with_conditions())
    ask(service, "claim", other, 1)
    counter.read(other)
    clear(counter)  # an order of another laboratory's
