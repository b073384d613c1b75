"""The results that the shipped starter exams lead to: what the sources quote, units, twins and factors (§1.3, §3)."""

import re
from decimal import Decimal

import pytest

from kernel import loinc
from terminology.readers.starter import load_starter
from terminology.release import Release
from terminology.result_code import Comparability, Correspondence, FactorOrigin, ResultCode
from terminology.units import agrees_with_property, fault_of

# Formula of each analyte whose factor is ours (README of the starter), and its standard atomic weights.
FORMULAS = {
    "14732-2": {"C": 19, "H": 19, "N": 7, "O": 6},  # folic acid
    "14920-3": {"C": 15, "H": 11, "I": 4, "N": 1, "O": 4},  # thyroxine
    "14715-7": {"C": 18, "H": 24, "O": 2},  # estradiol
    "14635-7": {"C": 27, "H": 44, "O": 2},  # calcidiol
}
WEIGHTS = {"H": "1.008", "C": "12.011", "N": "14.007", "O": "15.999", "I": "126.90447"}
PREFIX = {"nmol/L": Decimal("1e-9"), "pmol/L": Decimal("1e-12"), "ug/L": Decimal("1e-6"), "ng/L": Decimal("1e-9")}


@pytest.fixture(scope="module")
def release() -> Release:
    return load_starter()


@pytest.fixture(scope="module")
def results(release: Release) -> dict[str, ResultCode]:
    return {result.code: result for result in release.results}


def reported(release: Release, request: str) -> list[str]:
    return [link.result for link in release.links if link.request == request]


def test_every_exam_leads_to_results_and_every_result_is_led_to(
    release: Release, results: dict[str, ResultCode]
) -> None:
    assert {link.request for link in release.links} == {request.code for request in release.requests}
    assert {link.result for link in release.links} == set(results)
    assert [code for code in results if not loinc.valid(code)] == []


@pytest.mark.parametrize(
    ("request_code", "expected"),
    [
        ("14749-6", ["14749-6", "2345-7"]),
        ("14647-2", ["14647-2", "2093-3"]),
        ("24331-1", ["14647-2", "2093-3", "14646-4", "39469-2", "14927-8", "2571-8"]),
        ("24326-1", ["2951-2", "2823-3", "2075-0", "2028-9"]),
        ("24336-0", ["2744-1", "2019-8", "2703-7", "1960-4", "2026-3", "1925-7", "2708-6"]),
    ],
)
def test_a_panel_lists_its_results_in_order(release: Release, request_code: str, expected: list[str]) -> None:
    assert reported(release, request_code) == expected


def test_the_blood_count_reports_cells_indices_and_the_differential(release: Release) -> None:
    codes = reported(release, "57022-6")
    assert {"718-7", "777-3", "6690-2", "751-8", "731-0"} <= set(codes)
    assert "751-8" not in reported(release, "58410-2")


@pytest.mark.parametrize(
    ("code", "component", "comparability", "restricted", "systematic", "unit", "twin", "factor"),
    [
        ("14749-6", "Glucose [Moles/Volume]", 9, False, True, "mmol/L", "2345-7", "0.18"),
        ("2345-7", "Glucose [Masse/Volume]", 9, False, False, "g/L", "14749-6", "5.551"),
        ("40193-5", "Glucose à jeun [Moles/Volume]", 1, True, True, "mmol/L", "53049-3", "0.18"),
        ("53049-3", "Glucose à jeun [Masse/Volume]", 1, True, False, "g/L", "40193-5", "5.551"),
        ("14647-2", "Cholestérol [Moles/Volume]", 1, True, True, "mmol/L", "2093-3", "0.387"),
        ("2093-3", "Cholestérol [Masse/Volume]", 1, True, False, "g/L", "14647-2", "2.586"),
    ],
)
def test_the_rows_quoted_by_the_sources_are_kept(
    results: dict[str, ResultCode],
    code: str,
    component: str,
    comparability: int,
    restricted: bool,
    systematic: bool,
    unit: str,
    twin: str,
    factor: str,
) -> None:
    row = results[code]
    assert row.reference_label == f"{component} Sérum/Plasma ; Numérique"
    assert (row.comparability, row.restricted, row.systematic, row.ucum) == (
        comparability,
        restricted,
        systematic,
        unit,
    )
    assert row.correspondence == Correspondence(twin, Decimal(factor), FactorOrigin.OFFICIAL)


def test_comparability_is_known_only_where_the_sources_quote_it(results: dict[str, ResultCode]) -> None:
    evaluated = {c: r.comparability for c, r in results.items() if r.comparability is not Comparability.NOT_EVALUATED}
    on_code = {"40193-5", "53049-3", "14647-2", "2093-3", "718-7"}
    assert {code for code, level in evaluated.items() if level is Comparability.ON_CODE} == on_code
    assert set(evaluated) - on_code == {"11580-8", "14732-2", "2284-8"}


def test_every_unit_is_ucum_and_agrees_with_the_property(results: dict[str, ResultCode]) -> None:
    measured = [result for result in results.values() if result.ucum]
    assert len(measured) > 350
    assert [result.code for result in measured if fault_of(result.ucum)] == []
    assert [r.code for r in measured if not agrees_with_property(r.ucum, property_of(r))] == []


def property_of(result: ResultCode) -> str:
    found = re.search(r" \[([^\]]+)\]", result.reference_label)
    assert found, result.reference_label
    return found[1]


def test_every_reference_label_states_component_property_and_scale(results: dict[str, ResultCode]) -> None:
    form = re.compile(r"\S.* \[[^\]]+\](?: [^;]+)? ; (?:Numérique|Qualitatif|Nominal)(?: ; .+)?")
    assert [code for code, result in results.items() if not form.fullmatch(result.reference_label)] == []


def test_a_computed_factor_is_the_molar_mass_in_the_units_of_both(results: dict[str, ResultCode]) -> None:
    ours = {c: r for c, r in results.items() if r.correspondence and r.correspondence.origin is FactorOrigin.COMPUTED}
    twins = {r.correspondence.code for c, r in ours.items() if c in FORMULAS and r.correspondence}
    assert set(ours) == set(FORMULAS) | twins
    for code, formula in FORMULAS.items():
        link = ours[code].correspondence
        assert link is not None
        molar_mass = sum((Decimal(WEIGHTS[atom]) * count for atom, count in formula.items()), Decimal())
        expected = molar_mass * PREFIX[ours[code].ucum] / PREFIX[ours[link.code].ucum]
        assert abs(link.factor / expected - 1) < Decimal("0.0001"), code


def test_a_mixture_has_no_factor(results: dict[str, ResultCode]) -> None:
    assert [results[code].correspondence for code in ("14927-8", "2571-8", "2276-4", "20567-4")] == [None] * 4
