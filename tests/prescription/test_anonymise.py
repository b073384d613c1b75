"""What may reach the base, prescription.md §4."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.partial_date import PartialDate
from prescription.anonymise import age_at, anonymise
from prescription.line import Instruction
from prescription.people import AnonymousPatient, ContactPoint, Helper, HelperRole, Sex
from tests.prescription.orders import NOW, PATIENT, line, order

TELEPHONED = replace(
    PATIENT, telecom=(ContactPoint("phone", "06 12 34 56 78"), ContactPoint("email", "d.pat@ex.invalid"))
)


def text_after(text: str) -> str:
    anonymous, _ = anonymise(order(line(1, note=text), patient=TELEPHONED), NOW.date())
    return anonymous.lines[0].note or ""


def test_the_patient_becomes_a_sex_and_an_age_and_helpers_are_left_out() -> None:
    helper = Helper("PAT-TROIS", ("CLAUDE",), HelperRole.CARER)
    anonymous, findings = anonymise(order(helpers=(helper,)), NOW.date())
    assert anonymous.patient == AnonymousPatient(Sex.FEMALE, 47, "a")
    assert anonymous.helpers == ()
    assert findings == ()
    assert anonymise(anonymous, NOW.date()) == (anonymous, ())


@pytest.mark.parametrize(
    ("birth", "age"),
    [(date(2023, 11, 21), (3, "a")), (date(2023, 11, 22), (35, "mo")), (date(2026, 11, 20), (0, "mo"))],
)
def test_age_is_in_months_under_three_years(birth: date, age: tuple[int, str]) -> None:
    assert age_at(birth, NOW.date()) == age


@pytest.mark.parametrize(
    "trait",
    [
        "2 79 03 51 215 189 89",
        "279035121518989",
        "2790351215189",
        "0612345678",
        "+33 6 12 34 56 78",
        "06.12.34.56.78",
        "Dominique Pat-Trois",
        "PAT TROIS dominique",
        "d.pat@ex.invalid",
    ],
)
def test_a_trait_in_free_text_is_struck_and_told(trait: str) -> None:
    prescription = order(line(1, note=f"Rappeler {trait}, merci."), patient=TELEPHONED)
    anonymous, findings = anonymise(prescription, NOW.date())
    assert anonymous.lines[0].note == "Rappeler […], merci."
    assert [finding.code for finding in findings] == ["W-TEXT-TRAIT"]


@pytest.mark.parametrize("text", ["globules blancs", "trois semaines", "pat-trois seul", "Dominique seule", "06 12 34"])
def test_a_lone_surname_or_an_ordinary_word_is_left(text: str) -> None:
    assert text_after(text) == text


@given(st.text(alphabet="abcéœÉ œ,;’\n", max_size=60))
def test_a_text_without_trait_is_left_to_the_letter(text: str) -> None:
    assert text_after(text) == text


@given(st.text(alphabet="aéœ ,\n", max_size=20), st.text(alphabet="aéœ ,\n", max_size=20))
def test_nothing_but_the_trait_is_struck_wherever_it_stands(before: str, after: str) -> None:
    assert text_after(f"{before} Dominique  PAT-TROIS {after}") == f"{before} […] {after}"


def test_every_free_text_is_searched() -> None:
    name = "Dominique Pat-Trois"
    prescription = order(
        line(
            1,
            clinical_context=name,
            detail=name,
            note=name,
            work_accident_detail=name,
            patient_instruction_text=name,
            patient_instructions=(Instruction(name),),
            sampling_instructions=(Instruction(name),),
        ),
        general_context=(Instruction(name),),
    )
    anonymous, findings = anonymise(prescription, NOW.date())
    assert "Pat-Trois" not in repr(anonymous)
    assert len(findings) == 8


def test_a_partial_birth_date_gives_the_age_of_its_earliest_day() -> None:
    anonymous, _ = anonymise(order(patient=replace(PATIENT, birth_date=PartialDate(1979))), NOW.date())
    assert anonymous.patient == AnonymousPatient(Sex.FEMALE, 47, "a")
