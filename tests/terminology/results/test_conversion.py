"""Conversion of a result, SI ↔ conventional and between multiples (terminology.md §6, slides of seed 004)."""

from dataclasses import fields, is_dataclass, replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import CircuitbioError, Invalid, NotFound
from terminology.result_code import FactorOrigin
from terminology.results.conversion import Conversion, Converted, Means, Provided, to_code, to_unit
from terminology.results.result import Comparator, Quantity, ReferenceRange, Result
from terminology.results.rounding import exact_product, rounded_as
from tests.terminology.results.golden import CATALOGUE, FASTING_GLUCOSE, HAEMOGLOBIN, result


def _number(value: Quantity | str) -> Decimal:
    assert isinstance(value, Quantity)
    return value.value


def _computed(converted: Converted) -> Conversion:
    assert isinstance(converted, Conversion)
    return converted


def test_glucose_of_the_slides_goes_from_mass_to_moles_with_its_reference_values() -> None:
    done = _computed(to_code(FASTING_GLUCOSE, "40193-5", CATALOGUE))
    assert done.result == replace(
        FASTING_GLUCOSE,
        code="40193-5",
        unit="mmol/L",
        value=Quantity(Decimal("5.3")),
        ranges=(ReferenceRange(Decimal("3.5"), Decimal("6.1")),),
    )
    assert done.exact.value == Quantity(Decimal("5.27345"))
    assert done.exact.ranges == (ReferenceRange(Decimal("3.49713"), Decimal("6.1061")),)
    assert (done.original, done.factor, done.means) == (FASTING_GLUCOSE, Decimal("5.551"), Means.CORRESPONDENCE)
    assert (done.origin, done.release) == (FactorOrigin.OFFICIAL, "rangs-cites")


def test_haemoglobin_of_the_slides_changes_multiple_and_keeps_its_code() -> None:
    done = _computed(to_unit(HAEMOGLOBIN, "g/dL", CATALOGUE))
    shown = (str(_number(done.result.value)), [(str(r.low), str(r.high)) for r in done.result.ranges])
    assert shown == ("13.2", [("12", "16.5")])
    assert (done.result.code, done.result.unit, done.result.technique) == ("718-7", "g/dL", "DOX")
    assert (done.exact, done.factor, done.means) == (done.result, Decimal("0.1"), Means.UCUM)


def test_folates_are_converted_by_a_factor_that_says_it_is_not_official() -> None:
    assert _computed(to_code(result("2284-8", "8.8", "ug/L"), "14732-2", CATALOGUE)).origin is FactorOrigin.COMPUTED


def test_the_published_sample_in_two_units_is_shown_and_not_computed() -> None:
    moles, mass = result("40193-5", "4.89", "mmol/L"), result("53049-3", "0.88", "g/L")
    converted = to_code(moles, "53049-3", CATALOGUE, report=[moles, mass])
    assert converted == Provided(moles, (mass,), "rangs-cites")
    assert _number(_computed(to_code(moles, "53049-3", CATALOGUE)).exact.value) == Decimal("0.8802")


def test_a_result_of_another_date_does_not_stand_for_this_one() -> None:
    later = result("53049-3", "0.88", "g/L", date="2025-09-23")
    moles = result("40193-5", "4.89", "mmol/L", date="2025-09-22")
    assert isinstance(to_code(moles, "53049-3", CATALOGUE, report=[later]), Conversion)


def test_a_report_that_gives_the_other_multiple_is_used_as_it_is() -> None:
    other = result("718-7", "13.2", "g/dL")
    assert to_unit(HAEMOGLOBIN, "g/dL", CATALOGUE, report=[other]) == Provided(HAEMOGLOBIN, (other,), "rangs-cites")


def test_a_comparator_and_a_missing_bound_are_kept() -> None:
    done = _computed(to_code(result("53049-3", "<0.50", "g/L", (None, "1.1")), "40193-5", CATALOGUE))
    assert done.result.value == Quantity(Decimal("2.8"), Comparator.LESS)
    assert done.result.ranges == (ReferenceRange(None, Decimal("6.1")),)


def test_any_code_changes_multiple_for_ucum_asks_nothing_of_the_value_set() -> None:
    local = result("GLY", "0.95", "g/L", system="urn:oid:1.2.3")
    assert _number(_computed(to_unit(local, "mg/dL", CATALOGUE)).result.value) == 95


@pytest.mark.parametrize(
    ("source", "target", "kind", "code"),
    [
        (result("14749-6", "0.95", "g/L"), "2345-7", Invalid, "unite-inattendue"),
        (result("53049-3", "950", "mg/L"), "40193-5", Invalid, "unite-inattendue"),
        (result("53049-3", "0.95"), "40193-5", Invalid, "unite-inattendue"),
        (result("53049-3", "hémolysé", "g/L"), "40193-5", Invalid, "text-not-convertible"),
        (FASTING_GLUCOSE, "14749-6", Invalid, "no-correspondence"),
        (HAEMOGLOBIN, "40193-5", Invalid, "no-correspondence"),
        (replace(FASTING_GLUCOSE, system=""), "40193-5", Invalid, "required"),
        (replace(FASTING_GLUCOSE, system="urn:oid:1.2.3"), "40193-5", NotFound, "not-found"),
        (result("2951-2", "140", "mmol/L"), "40193-5", NotFound, "not-found"),
    ],
)
def test_a_code_conversion_that_cannot_be_vouched_for_is_refused(
    source: Result, target: str, kind: type[CircuitbioError], code: str
) -> None:
    with pytest.raises(kind) as refused:
        to_code(source, target, CATALOGUE)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("source", "unit", "code"),
    [
        (result("14749-6", "0.95", "g/L"), "mg/L", "unite-inattendue"),
        (FASTING_GLUCOSE, "mmol/L", "unit-not-convertible"),
        (result("11580-8", "2", "m[IU]/L"), "mU/L", "unit-not-convertible"),
        (result("718-7", "voir", "g/L"), "g/dL", "text-not-convertible"),
        (result("718-7", "132"), "g/dL", "unit-missing"),
        (HAEMOGLOBIN, "G/L", "invalid-unit"),
    ],
)
def test_a_unit_conversion_that_ucum_cannot_do_is_refused(source: Result, unit: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        to_unit(source, unit, CATALOGUE)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("source", "product", "shown"),
    [
        ("0.95", "5.27345", "5.3"),
        ("5", "0.9", "0.90"),
        ("5.00", "0.9", "0.900"),
        ("1.1", "6.15", "6.2"),
        ("99", "99.96", "1.0E+2"),
        ("0", "0", "0"),
        ("1234", "0.00012345", "0.0001235"),
    ],
)
def test_what_is_shown_has_the_digits_of_the_source_at_least_two_half_up(source: str, product: str, shown: str) -> None:
    assert str(rounded_as(Decimal(source), Decimal(product))) == shown


def test_an_exact_product_has_no_zero_that_says_nothing() -> None:
    assert [str(exact_product(Decimal("120"), Decimal(f))) for f in ("0.1", "10", "0")] == ["12", "1200", "0"]


_VALUES = st.decimals("0.001", "99999", places=3)


@given(_VALUES, st.sampled_from(["53049-3", "40193-5", "14647-2", "2284-8"]))
def test_there_and_back_is_within_one_percent(value: Decimal, code: str) -> None:
    source = CATALOGUE.result(code)
    assert source is not None
    assert source.correspondence is not None
    there = to_code(result(code, str(value), source.ucum), source.correspondence.code, CATALOGUE)
    back = _computed(to_code(_computed(there).exact, code, CATALOGUE))
    assert abs(_number(back.exact.value) - value) <= value / 100


@given(_VALUES, _VALUES)
def test_order_is_preserved(a: Decimal, b: Decimal) -> None:
    moles = [_computed(to_code(result("53049-3", str(v), "g/L"), "40193-5", CATALOGUE)) for v in (a, b)]
    first, second = (_number(m.exact.value) for m in moles)
    assert (a < b, a == b) == (first < second, first == second)


def _leaves(value: object) -> list[object]:
    if is_dataclass(value):
        return [leaf for field in fields(value) for leaf in _leaves(getattr(value, field.name))]
    if isinstance(value, tuple):
        return [leaf for item in value for leaf in _leaves(item)]
    return [value]


@given(_VALUES, st.sampled_from([("53049-3", "40193-5", ""), ("718-7", "", "ng/uL"), ("718-7", "", "kg/m3")]))
def test_no_float_appears_anywhere(value: Decimal, asked: tuple[str, str, str]) -> None:
    code, target, unit = asked
    source = result(code, str(value), "g/L", ("0.63", None))
    done = to_unit(source, unit, CATALOGUE) if unit else to_code(source, target, CATALOGUE)
    assert not [leaf for leaf in _leaves(done) if isinstance(leaf, float)]
