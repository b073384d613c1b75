"""The verdicts of terminology.md §6, its table, and the table of seed 004."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminology.catalogue import Catalogue
from terminology.result_code import Correspondence
from terminology.results.comparability import ALERT, compare
from terminology.results.conversion import Conversion, Provided
from terminology.results.result import Quantity, Result
from tests.terminology.results.golden import CATALOGUE, FASTING_GLUCOSE, HAEMOGLOBIN, WAITING, result


def test_lgc_mdv_09_01_glucose_in_two_units_is_comparable_once_converted() -> None:
    verdict = compare(result("40193-5", "4.9", "mmol/L"), FASTING_GLUCOSE, CATALOGUE)
    assert (verdict.comparable, verdict.reason, verdict.alert) == (True, "twin-codes", "")
    assert isinstance(verdict.second, Conversion)
    assert (verdict.second.result.value, verdict.second.result.unit) == (Quantity(Decimal("5.3")), "mmol/L")
    assert verdict.message == (
        "Comparable : 40193-5 Glucose à jeun est de niveau 1, comparable sur la base du code ; 53049-3 Glucose à jeun "
        "est de niveau 1, comparable sur la base du code ; après conversion du second résultat, facteur 5,551."
    )


def test_lgc_mdv_09_02_folates_are_convertible_and_not_comparable() -> None:
    verdict = compare(result("14732-2", "20", "nmol/L"), result("2284-8", "8.8", "ug/L"), CATALOGUE)
    assert (verdict.comparable, verdict.reason, verdict.alert) == (False, "level", ALERT)
    assert "2284-8 Folates est de niveau 2, vérifier la technique" in verdict.message
    assert isinstance(verdict.second, Conversion)


def test_without_a_factor_the_twins_are_still_known_and_still_ask_to_look_at_the_technique() -> None:
    """A value set may give a correspondence (column AA) and no factor (column AB), as the seeds do for the folates."""
    held = CATALOGUE.release.results
    twins = (replace(r, correspondence=r.correspondence and Correspondence(r.correspondence.code)) for r in held)
    catalogue = Catalogue(replace(CATALOGUE.release, results=tuple(twins)))
    folates = compare(result("14732-2", "20", "nmol/L"), result("2284-8", "8.8", "ug/L"), catalogue)
    assert (folates.reason, folates.alert, folates.second) == ("level", ALERT, None)
    fasting = compare(result("40193-5", "5.3", "mmol/L"), FASTING_GLUCOSE, catalogue)
    assert (fasting.comparable, fasting.reason) == (False, "no-factor")


def test_lgc_mdv_09_03_two_tsh_of_the_same_unit_are_not_comparable() -> None:
    verdict = compare(result("11580-8", "2.1", "m[IU]/L"), result("11580-8", "3.4", "m[IU]/L"), CATALOGUE)
    assert (verdict.comparable, verdict.reason, verdict.second) == (False, "level", None)
    assert verdict.alert == "Vérifier les unités, les valeurs de référence et la technique."
    assert verdict.message == "Non comparable : 11580-8 Thyréostimuline est de niveau 2, vérifier la technique."


def test_lgc_mdv_09_04_haemoglobin_in_two_multiples_is_comparable() -> None:
    verdict = compare(result("718-7", "12.9", "g/dL"), HAEMOGLOBIN, CATALOGUE)
    assert (verdict.comparable, verdict.reason) == (True, "same-code")
    assert isinstance(verdict.second, Conversion)
    assert verdict.second.result.value == Quantity(Decimal("13.2"))


def test_what_the_report_gives_in_both_units_is_not_computed() -> None:
    given_too = result("40193-5", "4.89", "mmol/L")
    verdict = compare(
        result("40193-5", "5.0", "mmol/L"), result("53049-3", "0.88", "g/L"), CATALOGUE, report=[given_too]
    )
    assert verdict.comparable
    assert isinstance(verdict.second, Provided)
    assert verdict.second.results == (given_too,)
    assert "le compte rendu donne déjà" in verdict.message


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (replace(HAEMOGLOBIN, system=""), "system-missing"),
        (replace(HAEMOGLOBIN, system="urn:oid:1.2.3"), "local-code"),
        (replace(HAEMOGLOBIN, code="ATT-1", system=WAITING), "waiting-code"),
        (replace(HAEMOGLOBIN, code="ATT-1"), "outside-release"),
        (result("2951-2", "140", "mmol/L"), "outside-release"),
        (result("2348-1", "0.9", "g/L"), "outside-release"),
        (FASTING_GLUCOSE, "different-codes"),
        (replace(HAEMOGLOBIN, unit="mmol/L"), "unit-not-convertible"),
        (replace(HAEMOGLOBIN, unit=""), "unit-missing"),
        (replace(HAEMOGLOBIN, value="voir commentaire"), "text-not-convertible"),
    ],
)
def test_what_cannot_be_compared_says_why_whichever_comes_first(second: Result, reason: str) -> None:
    for verdict in (compare(HAEMOGLOBIN, second, CATALOGUE), compare(second, HAEMOGLOBIN, CATALOGUE)):
        assert (verdict.comparable, verdict.reason, verdict.second) == (False, reason, None)
        assert verdict.message.startswith("Non comparable : ")


def test_a_wrong_check_digit_is_pointed_out() -> None:
    assert (
        "53094-5 (sa clé de contrôle est fausse)"
        in compare(result("53094-5", "1", "mmol/L"), HAEMOGLOBIN, CATALOGUE).message
    )


@pytest.mark.parametrize("system", ["2.16.840.1.113883.6.1", "urn:oid:2.16.840.1.113883.6.1", "LOINC"])
def test_loinc_is_known_by_its_oid_and_by_its_name(system: str) -> None:
    assert compare(replace(HAEMOGLOBIN, system=system), HAEMOGLOBIN, CATALOGUE).comparable


def test_a_level_that_was_not_evaluated_alerts() -> None:
    verdict = compare(result("14749-6", "5", "mmol/L"), result("14749-6", "6", "mmol/L"), CATALOGUE)
    assert (verdict.comparable, verdict.alert) == (False, ALERT)
    assert "niveau 9" in verdict.message


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (result("40193-5", "5.0", "mmol/L"), result("53049-3", "950", "mg/L")),
        (result("40193-5", "5000", "umol/L"), FASTING_GLUCOSE),
        (result("40193-5", "900", "mg/L"), result("40193-5", "0.9", "g/L")),
    ],
)
def test_a_unit_the_value_set_does_not_expect_is_not_compared(first: Result, second: Result) -> None:
    verdict = compare(first, second, CATALOGUE)
    assert (verdict.comparable, verdict.reason) == (False, "unite-inattendue")


def test_two_texts_of_a_comparable_code_are_compared_as_they_are() -> None:
    verdict = compare(result("77089-1", "absence"), result("77089-1", "présence"), CATALOGUE)
    assert (verdict.comparable, verdict.second) == (True, None)


_ANY = st.builds(
    Result,
    system=st.sampled_from(["http://loinc.org", "LOINC", "", "x"]),
    code=st.sampled_from([r.code for r in CATALOGUE.release.results]) | st.text(max_size=6),
    value=st.builds(Quantity, st.decimals(0, 10**6, places=2)) | st.text(max_size=4),
    unit=st.sampled_from(["g/L", "g/dL", "mmol/L", "umol/L", "m[IU]/L", "U/L", "", "{score}", "[pH]", "Cel"]),
    date=st.sampled_from(["", "2025-09-22"]),
)


@given(_ANY, _ANY, st.lists(_ANY, max_size=2))
def test_there_is_always_a_verdict_and_it_does_not_depend_on_the_order(
    first: Result, second: Result, report: list[Result]
) -> None:
    verdict = compare(first, second, CATALOGUE, report)
    assert verdict.comparable == compare(second, first, CATALOGUE).comparable or report
    assert verdict.message.startswith("Comparable : " if verdict.comparable else "Non comparable : ")
    assert verdict.alert == (ALERT if verdict.reason == "level" else "")
