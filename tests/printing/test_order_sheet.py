"""What the sheet says, what it refuses, and that nothing of an order is lost on the way to paper."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel.errors import Invalid
from kernel.ins import Ins
from kernel.partial_date import PartialDate
from prescription.context import Answer, ChoiceAnswer, DateAnswer, Quantity, QuantityAnswer, TextAnswer
from prescription.line import (
    Coverage,
    Flags,
    FreeTextExam,
    Instruction,
    PeriodUnit,
    Precondition,
    Recurrence,
    RecurrenceKind,
)
from prescription.people import (
    Address,
    AnonymousPatient,
    ContactPoint,
    Helper,
    HelperRole,
    IdentityAttribute,
    IdentityStatus,
    Organization,
    Practitioner,
    PractitionerRole,
    Sex,
)
from prescription.prescription import Prescription, UseCase
from printing.elements import Rule
from printing.options import PrintOptions
from printing.order_sheet import order_pages, render_order
from terminology.coding import Coding
from tests.printing.orders import (
    ASKED_UNKNOWN,
    CATALOGUE,
    LAST_MENSES,
    PATIENT,
    PROLACTIN,
    REPRINTED_AT,
    ROUTINE,
    TWO_ZONE,
    UNQUALIFIED,
    exam,
    line,
    long_order,
)
from tests.printing.reading import conforms, squeezed, texts

FINAL = PrintOptions()


def printed(order: Prescription, options: PrintOptions = FINAL) -> str:
    """All the text of the sheet, without white space."""
    return squeezed("".join(texts(render_order(order, CATALOGUE, options))))


def assert_says(text: str, *sentences: str) -> None:
    for sentence in sentences:
        assert squeezed(sentence) in text, sentence


def test_the_order_of_the_source_documents_reads_as_they_show_it() -> None:
    assert_says(
        printed(ROUTINE),
        "Dr Amélie Thomas",
        "RPPS : 10005688798",
        "Ordonnance d’examens de biologie médicale",
        "Le 11 janvier 2022",
        "Numération formule sanguine (LOINC 57022-6)",
        "Contexte médical : bilan de routine",
        "E-prescription unifiée",
        "01S2 TBPZ 2JCN ZZYG HZ",
        "Si le QR code est illisible, saisir ce code",
        "INS à scanner",
        "Identité qualifiée – Identité de test",
        "2 79 03 51 215 189 89",
        "Née le 28/03/1979 (42 ans)",
        "Pour connaître en détail les consignes à respecter pour vos prélèvements",
        "Page 1/1",
    )


def test_a_missing_required_information_leaves_room_to_write_it() -> None:
    assert_says(printed(PROLACTIN), "À préciser : date des dernières règles")


def test_an_answer_known_or_not_takes_the_place_of_the_blank() -> None:
    unknown = replace(PROLACTIN, lines=(replace(PROLACTIN.lines[0], answers=(ASKED_UNKNOWN,)),))
    given_date = Answer(LAST_MENSES, DateAnswer(PartialDate(2022, 1, 2)))
    known = replace(PROLACTIN, lines=(replace(PROLACTIN.lines[0], answers=(given_date,)),))
    assert_says(printed(unknown), "Date des dernières règles : inconnu")
    assert_says(printed(known), "Date des dernières règles : 02/01/2022")
    assert "Àpréciser" not in printed(unknown) + printed(known)


def test_a_man_is_not_asked_for_his_last_menses() -> None:
    order = replace(PROLACTIN, patient=replace(UNQUALIFIED, sex=Sex.MALE))
    assert "règles" not in printed(order)


def test_an_ald_line_makes_two_zones_an_urgent_mark_and_a_recurrence_in_words() -> None:
    text = printed(TWO_ZONE)
    assert_says(
        text,
        "(AFFECTION EXONÉRANTE)",
        "(MALADIES INTERCURRENTES)",
        "URGENT",
        "Urgent – rappeler au 01 39 00 12 34, dans les 60 minutes",
        "Examen renouvelable : à faire 4 fois, tous les 3 mois",
        "Cible : INR 2,0–3,0 (warfarine)",
        "Prévention",
        "Prélèvement à domicile",
        "Personne de confiance (sœur) : Claude DURAND",
        "Copie à : Dr Paul Martin",
    )
    assert text.index(squeezed("En urgence :")) < text.index(squeezed("Si résultat pathologique :"))
    assert text.index("AFFECTIONEXONÉRANTE") < text.index("HbA1c") < text.index("MALADIESINTERCURRENTES")
    assert text.index("MALADIESINTERCURRENTES") < text.index("TSH")


@pytest.mark.parametrize("ald", [True, False])
def test_an_empty_zone_says_so(ald: bool) -> None:
    lines = tuple(replace(each, flags=Flags(ald=True)) for each in TWO_ZONE.lines) if ald else TWO_ZONE.lines
    assert ("Néant" in printed(replace(TWO_ZONE, lines=lines))) is ald


def test_a_line_says_all_that_is_known_of_it_and_nothing_else() -> None:
    full = line(
        1,
        exam("24326-1"),
        body_site=Coding("urn:x", "LA", "avant-bras"),
        laterality=Coding("urn:x", "L", "gauche"),
        answers=(
            Answer("poids", QuantityAnswer(Quantity(Decimal("62.50"), "kg"))),
            Answer("treatment", TextAnswer("aucun")),
            Answer("position", ChoiceAnswer(Coding("urn:x", "a", "assise"))),
        ),
        sampling_instructions=(Instruction("sans garrot"),),
        preconditions=(Precondition("inutile si fébrile", date(2022, 3, 1)),),
        patient_instructions=(Instruction(coding=Coding("urn:x", "MED-1160", "À jeun")),),
        patient_instruction_text="Boire de l'eau est permis",
        occurrence_from=date(2022, 2, 1),
        recurrence=Recurrence(RecurrenceKind.ITERATIVE, Decimal(4), PeriodUnit.WEEK, count=6, until=date(2026, 7, 11)),
        flags=Flags(False, True, True, True, True),
        work_accident_detail="12/01/2022 dossier 42",
        coverages=(Coverage("Mutuelle", "MGEN"),),
        note="fragile",
    )
    assert_says(
        printed(replace(ROUTINE, lines=(full,))),
        "Localisation : avant-bras, gauche",
        "Poids : 62,50 kg",
        "Position : assise",
        "Consignes au préleveur : sans garrot",
        "inutile si fébrile – à ne pas faire après le 01/03/2022",
        "Consignes au patient : À jeun",
        "Consignes au patient : Boire de l'eau est permis",
        "À faire à partir du 01/02/2022",
        "Examen itératif : à faire 6 fois, toutes les 4 semaines, jusqu’au 11/07/2026",
        "Prévention – AT/MP (12/01/2022 dossier 42) – Non remboursable – Hors nomenclature (HN) – prix libre",
        "Prise en charge : Mutuelle (MGEN)",
        "Note : fragile",
    )
    bare = printed(replace(ROUTINE, lines=(line(1, FreeTextExam("Examen rare")),)))
    assert_says(bare, "1. Examen rare")
    for absent in ("LOINC", "Contexte", "Note", "Consignesau", "Localisation"):
        assert absent not in bare.replace(squeezed("les consignes"), "")


def test_every_page_of_a_long_order_names_prescriber_and_patient_and_one_is_signed() -> None:
    order = replace(long_order(40), patient=UNQUALIFIED)
    sheets = [squeezed(text) for text in texts(render_order(order, CATALOGUE, FINAL))]
    for number, text in enumerate(sheets, start=1):
        assert_says(text, "Dr Amélie Thomas", "PAT-TROIS", "01S2 TBPZ 2JCN ZZYG HZ", f"Page {number}/{len(sheets)}")
    assert ["Signature" in text for text in sheets] == [False] * (len(sheets) - 1) + [True]
    names = ("Numération", "Prolactine", "HbA1c", "TSH", "Ionogramme")
    for number in range(1, 41):
        assert any(f"{number}.{names[number % 5]}" in text for text in sheets)


def test_a_line_taller_than_a_page_goes_on_under_its_number() -> None:
    words = " ".join(f"mot{number}" for number in range(2500))
    order = replace(ROUTINE, lines=(replace(ROUTINE.lines[0], clinical_context=words),))
    sheets = texts(render_order(order, CATALOGUE, FINAL))
    assert len(sheets) > 2
    assert all("1.(suite)" in squeezed(text) for text in sheets[1:])
    for number in range(2500):
        assert any(f"mot{number}" in squeezed(text) for text in sheets)


@pytest.mark.parametrize("words", range(600, 1500, 75))
def test_a_signature_never_stands_without_an_exam_beside_it(words: int) -> None:
    order = replace(TWO_ZONE, general_context=(Instruction("contexte " * words),))
    last = squeezed(texts(render_order(order, CATALOGUE, FINAL))[-1])
    assert "hallux" in last


def test_five_hundred_lines_are_all_printed() -> None:
    sheets = texts(render_order(long_order(500), CATALOGUE, FINAL))
    text = squeezed("".join(sheets))
    assert all(f"{number}.{name}" in text for number, name in ((1, "Prolactine"), (250, "Num"), (500, "Num")))
    assert "Nombred’examensprescrits:500" in text


def test_reprint_draft_and_fictive_identity_are_marked() -> None:
    reprint = PrintOptions(reprint=2, reprinted_at=REPRINTED_AT)
    text = printed(ROUTINE, reprint)
    assert text.count(squeezed("RÉIMPRESSION le 03/02/2022 09:05 – n° 2")) == 2
    assert_says(text, "01S2 TBPZ 2JCN ZZYG HZ")
    fictive = replace(UNQUALIFIED, status=IdentityStatus.PROVISIONAL, attributes=frozenset({IdentityAttribute.FICTIVE}))
    assert "SPÉCIMEN" in printed(replace(ROUTINE, patient=fictive))


def test_a_doubtful_identity_is_to_be_checked_and_a_fictive_one_is_a_specimen_on_every_page() -> None:
    provisional = replace(UNQUALIFIED, status=IdentityStatus.PROVISIONAL)
    doubtful = replace(provisional, attributes=frozenset({IdentityAttribute.DOUBTFUL, IdentityAttribute.HOMONYM}))
    assert_says(
        printed(replace(ROUTINE, patient=doubtful)), "Identité provisoire – Identité à vérifier – Homonyme connu"
    )
    fictive = replace(provisional, attributes=frozenset({IdentityAttribute.FICTIVE}))
    sheets = texts(render_order(replace(long_order(40), patient=fictive), CATALOGUE, FINAL))
    assert all(squeezed("SPÉCIMEN – NE PAS UTILISER") in squeezed(text) for text in sheets)


@pytest.mark.parametrize("oid", ["10", "11"])
def test_both_test_authorities_are_told_beside_the_symbol(oid: str) -> None:
    patient = replace(PATIENT, ins=Ins.parse("279035121518989", f"1.2.250.1.213.1.4.{oid}"))
    assert_says(printed(replace(ROUTINE, patient=patient)), "INS à scanner", "Identité qualifiée – Identité de test")


def test_the_legal_representatives_come_first_each_with_role_and_telephone() -> None:
    number = (ContactPoint("phone", "0612345678"),)
    helpers = (
        Helper("Petit", ("Luce",), HelperRole.CARER, telecom=number),
        Helper("Martin", ("Camille",), HelperRole.LEGAL_REPRESENTATIVE, "mère", number),
        Helper("Durand", ("Claude",), HelperRole.LEGAL_REPRESENTATIVE, "père", number),
    )
    assert_says(
        printed(replace(ROUTINE, patient=UNQUALIFIED, helpers=helpers)),
        "Représentant légal (mère) : Camille MARTIN – Tél. : 06 12 34 56 78"
        "Représentant légal (père) : Claude DURAND – Tél. : 06 12 34 56 78"
        "Aidant : Luce PETIT – Tél. : 06 12 34 56 78",
    )


def test_the_room_left_in_a_zone_is_struck_from_side_to_side() -> None:
    order = replace(TWO_ZONE, lines=TWO_ZONE.lines[:1])
    (page,) = order_pages(order, PATIENT, CATALOGUE, FINAL)
    assert len([rule for rule in page.elements if isinstance(rule, Rule) and rule.dx == 186 and rule.dy < 0]) == 1
    full = order_pages(TWO_ZONE, PATIENT, CATALOGUE, FINAL)[0]
    assert not [rule for rule in full.elements if isinstance(rule, Rule) and rule.dx == 186 and rule.dy < 0]


def test_an_unsigned_order_is_refused_unless_it_is_printed_as_a_draft() -> None:
    unsigned = replace(ROUTINE, signed=False, authored_on=None)
    with pytest.raises(Invalid) as refusal:
        render_order(unsigned, CATALOGUE, FINAL)
    assert refusal.value.code == "not-signed"
    assert "PROJET" in printed(unsigned, PrintOptions(draft=True))


def test_an_anonymous_order_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        render_order(replace(ROUTINE, patient=AnonymousPatient(Sex.FEMALE, 42)), CATALOGUE, FINAL)
    assert refusal.value.code == "anonymous-order"


@pytest.mark.parametrize("character", ["一", "ש", "e\u0489", "\x07", "😀", "\u202e"])
def test_a_character_that_cannot_be_printed_is_named_with_its_field(character: str) -> None:
    order = replace(ROUTINE, lines=(replace(ROUTINE.lines[0], clinical_context=f"bilan {character}"),))
    with pytest.raises(Invalid) as refusal:
        render_order(order, CATALOGUE, FINAL)
    finding = refusal.value.findings[0]
    assert finding.code == "unprintable-character"
    assert finding.path == "lines[0].clinical_context"
    assert f"U+{ord(character[-1]):04X}" in finding.message


def test_coordinates_that_leave_no_room_for_exams_are_refused() -> None:
    structure = Organization("Hôpital " * 900)
    with pytest.raises(Invalid) as refusal:
        render_order(replace(ROUTINE, author=replace(ROUTINE.author, organization=structure)), CATALOGUE, FINAL)
    assert refusal.value.code == "header-too-tall"


def test_a_reprint_needs_its_number_and_its_date() -> None:
    with pytest.raises(Invalid):
        PrintOptions(reprint=1)


# A hyphen at the end of a set line is read back as a soft one: what is tested is that no letter is lost.
LETTERS = st.characters(categories=["Lu", "Ll", "Nd"], max_codepoint=0x17F, exclude_characters="ŉſ")
TEXT = st.lists(st.text(LETTERS, min_size=1, max_size=60), min_size=1, max_size=12).map(" ".join)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT)
def test_every_character_of_every_field_is_found_in_a_pdfa(name, given, place, free, context, note, helper) -> None:
    order = replace(
        TWO_ZONE,
        patient=replace(
            UNQUALIFIED,
            birth_family_name=name,
            birth_given_names=(given,),
            birth_place_name=place,
            address=Address((place, note), "75001", free),
            telecom=(ContactPoint("other", note),),
        ),
        author=replace(ROUTINE.author, organization=Organization(place, telecom=(ContactPoint("url", note),))),
        lines=(line(1, FreeTextExam(free), clinical_context=context, note=note, urgent=True),),
        general_context=(Instruction(context),),
        helpers=(Helper(helper, (given,), HelperRole.CARER, note),),
    )
    sheet = render_order(order, CATALOGUE, FINAL)
    assert conforms(sheet)
    text = squeezed("".join(texts(sheet)))
    assert_says(text, name.upper(), given, place, free, note, helper.upper())
    assert text.count(squeezed(context)) >= 2


def test_a_locum_is_printed_with_whom_he_or_she_replaces() -> None:
    absent = PractitionerRole(Practitioner("Martin", ("Paule",), "Dr", rpps="10000000017"))
    assert_says(
        printed(replace(ROUTINE, replaced_practitioner=absent)), "Remplace Dr Paule Martin", "RPPS : 10000000017"
    )


def test_an_order_that_goes_from_point_to_point_bears_no_code_and_explains_nothing() -> None:
    text = printed(replace(ROUTINE, use_case=UseCase.B3, epu_code=None))
    assert squeezed("non transmise") not in text
    assert squeezed("E-prescription") not in text


def test_two_renders_give_the_same_bytes_in_this_process_and_in_another() -> None:
    here = render_order(TWO_ZONE, CATALOGUE, FINAL)
    assert render_order(TWO_ZONE, CATALOGUE, FINAL) == here
    program = (
        "import sys; from tests.printing.orders import *; from printing.order_sheet import render_order; "
        "from printing.options import PrintOptions; "
        "sys.stdout.buffer.write(render_order(TWO_ZONE, CATALOGUE, PrintOptions()))"
    )
    there = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert there.stdout == here
