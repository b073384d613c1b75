"""What a screen reader is given of each page, from the first key to the last, as a text to be read (RGAA)."""

from playwright.sync_api import expect

from tests.api.service import example
from tests.journeys.running import RunningService
from tests.web.counter import Counter, sent
from tests.web.patient import OwnOrders, fed, new_matricule, ordered
from tests.web.spoken import Spoken
from tests.web.visit import Visit


def test_what_a_prescriber_hears_of_a_line(visit: Visit) -> None:
    spoken = Spoken(visit.page)
    visit.open().sign_in()
    visit.search.focus()
    spoken.hear("focus")
    spoken.type("prl", said="proposé")
    spoken.press("ArrowDown")
    spoken.press("Enter", said="ajoutée")
    for _ in range(6):
        spoken.press("Tab")
    assert spoken.log == [
        "[focus] | combobox, Examen à prescrire, not expanded, Nom, abréviation ou code.",
        "[prl] | « 1 examen proposé. Flèches pour choisir. »"
        " | combobox, Examen à prescrire, prl, expanded, Nom, abréviation ou code.",
        "[ArrowDown] | option, Prolactine abréviation : PRL · Sérum · à préciser : Date des dernières règles, selected",
        "[Enter] | « Prolactine : ligne ajoutée. »"
        " | combobox, Examen à prescrire, not expanded, Nom, abréviation ou code.",
        "[Tab] | button, Écrire en texte libre (Alt+L)",
        "[Tab] | button, Retirer Prolactine",
        "[Tab] | checkbox, ALD : Prolactine, not checked",
        "[Tab] | checkbox, Urgent : Prolactine, not checked",
        "[Tab] | checkbox, Renouvelable : Prolactine, not checked",
        "[Tab] | Date, Date des dernières règles, Premier jour des dernières règles À préciser pour le biologiste,"
        " ou « inconnu » ; l’ordonnance peut partir sans.",
    ]


def test_what_a_laboratory_hears_of_an_order(visit: Visit, service: RunningService) -> None:
    code = sent(service, example(2))
    spoken = Spoken(visit.page)
    Counter(visit).open()
    spoken.hear("focus")
    visit.page.keyboard.type(code)
    spoken.press("Enter", said="lue")
    for _ in range(4):
        spoken.press("Tab")
    spoken.press("Enter", said="prise en charge")
    *before, last = spoken.log
    assert before == [
        "[focus] | textbox, QR code de l’ordonnance, code saisi, ou datamatrix INS,"
        " Douchette, caméra, ou les 18 caractères imprimés sous le QR code.",
        "[Enter] | « Ordonnance lue : Femme, 47 ans, 1 ligne. » | heading, Ordonnance",
        "[Tab] | button, Prendre en charge 1 ligne",
        "[Tab] | button, Ajouter un examen…",
        "[Tab] | button, Ordonnance suivante",
        "[Tab] | button, Prendre en charge : Prolactine",
    ]
    assert "« Prolactine : ligne prise en charge jusqu’au " in last
    assert last.endswith(" | heading, 1. Prolactine 2842-3")


def test_what_a_patient_hears_of_an_order(visit: Visit, service: RunningService) -> None:
    matricule = new_matricule()
    fed(service, ordered(matricule))
    spoken, mine = Spoken(visit.page), OwnOrders(visit)
    visit.open("/mon-ordonnance")
    mine.press("Voir mes ordonnances")
    mine.sign_in(matricule)
    expect(mine.openers).to_be_focused()
    spoken.hear("signed in", said="ordonnance.")
    visit.page.keyboard.press("Enter")
    expect(mine.title).to_be_focused()
    spoken.hear("Enter", said="Ouverture")
    spoken.press("Tab")
    spoken.press("Enter")
    assert spoken.log == [
        "[signed in] | « 1 ordonnance. » | button, Ouvrir l’ordonnance du 20 novembre 2026 à 09:30",
        "[Enter] | « Ouverture de l’ordonnance… » | heading, Ordonnance du 20 novembre 2026",
        "[Tab] | button, Afficher en plein écran",
        "[Enter] | button, Fermer",
    ]
