"""The patient sheet, on paper and as a page: what it says, what it never says, and that nothing of it is lost."""

import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescription.context import Answer, TextAnswer
from prescription.epu_code import EpuCode
from prescription.line import (
    Coverage,
    Flags,
    FreeTextExam,
    Instruction,
    PeriodUnit,
    Precondition,
    Recurrence,
    RecurrenceKind,
    Target,
)
from prescription.people import Organization, Patient, Practitioner, PractitionerRole
from prescription.prescription import Prescription, UseCase, Validity
from printing.documents import Document, Form, render
from printing.options import PrintOptions
from printing.patient_schedule import ticks_of
from printing.patient_sheet_content import patient_sheet
from printing.patient_wording import FOUR_WAYS
from terminology.catalogue import Catalogue
from terminology.coding import Coding
from tests.printing.orders import (
    CATALOGUE,
    DEMO,
    PATIENT,
    PATIENT_CODES,
    REPRINTED_AT,
    ROUTINE,
    TWO_ZONE,
    exam,
    line,
    long_order,
)
from tests.printing.page_reading import drawn, read_page
from tests.printing.reading import Read, pages, squeezed, symbols, texts

FINAL = PrintOptions()
FASTING = Instruction(coding=Coding(PATIENT_CODES, "MED-1160", "À jeun"))


def pdf(order: Prescription, options: PrintOptions = FINAL, catalogue: Catalogue = CATALOGUE) -> bytes:
    return render(Document.PATIENT_SHEET, Form.PDF, order, catalogue, options)


def page(order: Prescription, options: PrintOptions = FINAL, catalogue: Catalogue = CATALOGUE) -> bytes:
    return render(Document.PATIENT_SHEET, Form.HTML, order, catalogue, options)


def said(order: Prescription, options: PrintOptions = FINAL, catalogue: Catalogue = CATALOGUE) -> dict[Form, str]:
    """All the text of the sheet in each form, without white space."""
    (body,) = read_page(page(order, options, catalogue)).all("body")
    return {
        Form.PDF: squeezed("".join(texts(pdf(order, options, catalogue)))),
        Form.HTML: squeezed(body.text),
    }


def assert_both_say(order: Prescription, *sentences: str, options: PrintOptions = FINAL) -> None:
    for form, text in said(order, options).items():
        for sentence in sentences:
            assert squeezed(sentence) in text, (form, sentence)


def test_the_sheet_tells_the_patient_what_to_do_and_what_to_bring() -> None:
    assert_both_say(
        replace(ROUTINE, lines=(replace(ROUTINE.lines[0], patient_instructions=(FASTING,)),)),
        "Vos examens de biologie : fiche de consignes",
        "Pour : DOMINIQUE PAT-TROIS",
        "Ordonnance du 11 janvier 2022 – Dr Amélie Thomas",
        "À utiliser de préférence avant le 11 janvier 2023",
        "Montrez ce code au laboratoire de votre choix",
        "01S2 TBPZ 2JCN ZZYG HZ",
        "Numération formule sanguine",
        "À faire une fois – Fait le :",
        "À jeun. Venez à jeun, c’est-à-dire sans avoir mangé.",
        "N’arrêtez aucun médicament sans l’avis de votre médecin.",
        "votre carte Vitale",
        "votre carte de mutuelle (complémentaire santé)",
        *FOUR_WAYS,
        "Tél. : 01 39 00 12 34",
        "Responsable du traitement : Maison de santé des Tilleuls.",
    )


def test_an_instruction_is_said_once_and_names_the_exams_it_is_for() -> None:
    own = replace(
        CATALOGUE.release,
        requests=tuple(replace(r, patient_instructions=("Rester au repos.",)) for r in CATALOGUE.release.requests),
    )
    exams = tuple(line(number, exam(code)) for number, code in enumerate(("57022-6", "2842-3", "4548-4"), start=1))
    order = replace(
        ROUTINE,
        lines=(
            replace(exams[0], patient_instructions=(FASTING,)),
            replace(exams[1], preconditions=(Precondition("inutile si fébrile"),)),
            replace(exams[2], patient_instructions=(FASTING,), patient_instruction_text="Boire de l'eau est permis"),
        ),
    )
    for text in said(order, FINAL, Catalogue(own)).values():
        assert text.count(squeezed("Rester au repos.")) == 1
        assert squeezed("Pour les examens 1 et 3 : À jeun. Venez à jeun") in text
        assert squeezed("Pour l’examen 2 : Attention : inutile si fébrile") in text
        assert squeezed("Pour l’examen 3 : Boire de l'eau est permis") in text


def test_neither_context_nor_diagnosis_nor_marks_of_the_prescriber_reach_the_sheet() -> None:
    secret = "SECRET"
    full = line(
        1,
        exam("6301-6"),
        clinical_context=secret,
        answers=(Answer("treatment", TextAnswer(secret)),),
        target=Target(Decimal("2.25"), Decimal("3.75"), "INR"),
        detail=secret,
        sampling_instructions=(Instruction(secret),),
        work_accident_detail=secret,
        flags=Flags(ald=True, prevention=True, work_accident=True),
        coverages=(Coverage("ALD", secret),),
        note=secret,
        body_site=Coding("urn:x", "x", secret),
    )
    order = replace(
        ROUTINE,
        lines=(full,),
        general_context=(Instruction(secret, Coding("urn:x", "x", secret)),),
        result_copies=(Organization(secret),),
    )
    for text in said(order).values():
        for absent in (secret, "2,25", "ALD", "AT/MP", "Prévention", "AFFECTION", "Contexte", "279035121518989"):
            assert absent not in text, absent


@pytest.mark.parametrize("order", DEMO.values(), ids=DEMO)
def test_the_code_of_the_sheet_is_that_of_the_order(order: Prescription) -> None:
    assert order.epu_code is not None
    expected = [Read("QRCode", order.epu_code.value.encode())]
    for dpi in (150, 200, 300):
        assert symbols(pages(pdf(order), dpi)[0]) == expected
    (svg,) = read_page(page(order)).all("svg")
    assert symbols(drawn(svg)) == expected


def test_a_sheet_that_may_not_be_used_bears_no_code_and_says_why() -> None:
    for order, options, reason in (
        (replace(ROUTINE, signed=False, authored_on=None), PrintOptions(draft=True), "PROJET"),
        (replace(ROUTINE, cancelled=True), PrintOptions(copy_for_record=True), "ANNULÉE"),
    ):
        assert_both_say(order, f"{reason} :", "N’utilisez pas cette fiche.", options=options)
        for text in said(order, options).values():
            assert "01S2TBPZ" not in text
            assert "Montrez" not in text
        assert symbols(pages(pdf(order, options), 200)[0]) == []
        assert read_page(page(order, options)).all("svg") == []


def test_an_order_without_code_sends_the_patient_with_the_paper_alone() -> None:
    for order in (replace(ROUTINE, epu_code=None), replace(ROUTINE, epu_code=None, use_case=UseCase.B3)):
        assert_both_say(order, "Cette fiche ne porte pas de code.", "Sur papier : donnez votre ordonnance")
        assert all("DMP" not in text for text in said(order).values())


def test_price_reimbursement_urgency_home_sampling_and_reprint_are_told() -> None:
    order = replace(
        ROUTINE,
        home_sampling=True,
        lines=(line(1, FreeTextExam("Examen rare"), urgent=True, flags=Flags(False, False, False, True, True)),),
    )
    assert_both_say(
        order,
        "URGENT : faites cet examen le plus vite possible.",
        "Cet examen n’est pas remboursé",
        "Le prix de cet examen est libre",
        "Le prélèvement se fait chez vous.",
        "À préparer",
        "RÉIMPRESSION le 03/02/2022 09:05 – n° 2",
        options=PrintOptions(reprint=2, reprinted_at=REPRINTED_AT),
    )


def test_the_notice_of_the_structure_takes_the_place_of_the_default() -> None:
    options = PrintOptions(privacy_notice="Première phrase.\nSeconde phrase.")
    text = said(ROUTINE, options)
    assert all("Premièrephrase.Secondephrase." in each and "àcompléter" not in each for each in text.values())
    (order,) = texts(render(Document.ORDER, Form.PDF, ROUTINE, CATALOGUE, options))
    assert "Première phrase." in order
    assert "Seconde phrase." not in order


ISSUED = date(2022, 1, 11)
MONTHLY = Recurrence(RecurrenceKind.RENEWABLE, Decimal(1), PeriodUnit.MONTH, count=3)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, ["À faire une fois"]),
        (
            {"occurrence_from": date(2022, 2, 1), "preconditions": (Precondition("x", date(2022, 3, 1)),)},
            ["À faire une fois, à partir du 1er février 2022, au plus tard le 1er mars 2022"],
        ),
        (
            {"recurrence": MONTHLY},
            ["1re fois", "2e fois, 1 mois après la fois précédente", "3e fois, 1 mois après la fois précédente"],
        ),
        (
            {"recurrence": MONTHLY, "occurrence_from": date(2022, 1, 31)},
            [
                "1re fois, à partir du 31 janvier 2022",
                "2e fois, vers le 28 février 2022",
                "3e fois, vers le 31 mars 2022",
            ],
        ),
        (
            {"recurrence": replace(MONTHLY, count=None, until=date(2022, 3, 1))},
            ["1re fois", "2e fois, 1 mois après la fois précédente"],
        ),
        (
            {"recurrence": replace(MONTHLY, interval=Decimal(9999), unit=PeriodUnit.YEAR), "occurrence_from": ISSUED},
            [
                "1re fois, à partir du 11 janvier 2022",
                *(f"{n}e fois, 9 999 ans après la fois précédente" for n in (2, 3)),
            ],
        ),
        ({"recurrence": Recurrence(None, None, None)}, ["1re fois"]),
    ],
)
def test_each_time_an_exam_is_done_has_its_box(more: dict[str, object], expected: list[str]) -> None:
    found = ticks_of(line(1, exam("57022-6"), **more), ISSUED)
    assert [" ".join(text.split()) for text in found] == expected


def test_forty_exams_done_twelve_times_are_all_there_on_numbered_pages() -> None:
    monthly = replace(MONTHLY, count=12)
    order = replace(long_order(40), lines=tuple(replace(each, recurrence=monthly) for each in long_order(40).lines))
    sheets = [squeezed(text) for text in texts(pdf(order))]
    assert all(f"Page{number}/{len(sheets)}" in text for number, text in enumerate(sheets, start=1))
    assert sum(text.count("12efois") for text in sheets) == 40


# As for the order: what is tested is that no letter is lost, hyphens at the end of a set line apart.
LETTERS = st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x17F, exclude_characters="ŉſ")
TEXT = st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=12).map(" ".join)


def _texts(value: object) -> list[str]:
    if isinstance(value, EpuCode):
        return [value.grouped]
    if is_dataclass(value):
        return [text for each in fields(value) for text in _texts(getattr(value, each.name))]
    return [value] if isinstance(value, str) else [t for item in value or () for t in _texts(item)]  # type: ignore[attr-defined]


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, st.integers(2, 99), st.dates(date(2022, 1, 1), date(2090, 1, 1)))
def test_every_character_of_every_field_is_found_in_both_forms(name, place, free, told, condition, notice, count, day):
    patient: Patient = replace(PATIENT, birth_family_name=name)
    order = replace(
        TWO_ZONE,
        patient=patient,
        author=PractitionerRole(Practitioner(name, (place,), "Dr"), Organization(place)),
        validity=Validity(None, day),
        lines=(
            line(
                1,
                FreeTextExam(free),
                patient_instructions=(Instruction(told),),
                preconditions=(Precondition(condition, day),),
                recurrence=replace(MONTHLY, count=count),
                occurrence_from=day,
            ),
            line(2, FreeTextExam(told), patient_instruction_text=free, urgent=True),
        ),
    )
    options = PrintOptions(privacy_notice=f"{notice}\n{told}")
    fields_of_sheet = _texts(patient_sheet(order, patient, CATALOGUE, options))
    assert all(any(given in text for text in fields_of_sheet) for given in (name.upper(), place, free, told, notice))
    for form, text in said(order, options).items():
        for each in fields_of_sheet:
            assert squeezed(each) in text, (form, each)


def test_the_page_can_be_heard_and_walked_through() -> None:
    document = read_page(page(TWO_ZONE))
    (html,) = document.all("html")
    assert html.attributes["lang"] == "fr"
    (title,) = document.all("title")[:1]
    assert title.text == "Fiche de consignes"
    levels = [int(heading.tag[1]) for heading in document.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))
    assert [len(document.all(landmark)) for landmark in ("header", "main", "footer")] == [1, 1, 1]
    assert all("aria-labelledby" in section.attributes for section in document.all("section"))
    for every_list in document.all("ul", "ol"):
        assert {child.tag for child in every_list.children if not isinstance(child, str)} == {"li"}
    (svg,) = document.all("svg")
    assert svg.attributes["role"] == "img"
    assert svg.all("title")[0].text == "QR code de la prescription, code " + " ".join("01XK4B7TQ9MHZN2C6V")


def test_the_page_runs_and_fetches_nothing_zooms_and_has_a_print_style() -> None:
    content = page(ROUTINE)
    document = read_page(content)
    assert document.all("script", "link", "img", "iframe", "a", "form", "input") == []
    viewport = [
        meta.attributes["content"] for meta in document.all("meta") if meta.attributes.get("name") == "viewport"
    ]
    assert viewport == ["width=device-width, initial-scale=1"]
    assert b"@media print" in content
    assert b"url(" not in content
    assert b"default-src 'none'" in content


def test_what_a_person_wrote_is_text_and_never_markup() -> None:
    order = replace(ROUTINE, lines=(line(1, FreeTextExam('<script>alert("1")</script>&amp;')),))
    document = read_page(page(order))
    assert document.all("script") == []
    assert '<script>alert("1")</script>&amp;' in document.text


def test_two_renders_give_the_same_bytes_in_this_process_and_in_another() -> None:
    program = (
        "import sys; from tests.printing.orders import *; from printing.documents import *; "
        "from printing.options import PrintOptions; "
        "[sys.stdout.buffer.write(render(Document.PATIENT_SHEET, form, TWO_ZONE, CATALOGUE, PrintOptions())) "
        "for form in Form]"
    )
    here = pdf(TWO_ZONE) + page(TWO_ZONE)
    assert pdf(TWO_ZONE) + page(TWO_ZONE) == here
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout == here
