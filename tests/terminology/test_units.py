"""UCUM units as results carry them (terminology.md §1.4.6 and the unit part of §6)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Invalid
from terminology.units import agrees_with_property, factor_between, fault_of, same_unit

LABORATORY_UNITS = (
    "g/L g/dL mmol/L umol/L nmol/L ug/L m[IU]/L [IU]/L k[IU]/L U/L 10*9/L 10*12/L 10*6/L % fL pg mm/h s {score} [pH] "
    "{INR} mL/min/{1.73_m2} mg/mmol mmol/(24.h) g/(24.h) mm[Hg] [arb'U]/mL ug{FEU}/L {copies}/mL mosm/kg meq/L Cel 1"
).split()


@pytest.mark.parametrize("unit", LABORATORY_UNITS)
def test_the_units_of_laboratories_are_ucum(unit: str) -> None:
    assert fault_of(unit) is None
    assert same_unit(unit, unit)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("G/L", "10*9/L"),
        ("T/L", "10*12/L"),
        ("M/L", "10*6/L"),
        ("mUI/L", "m[IU]/L"),
        ("UI/L", "[IU]/L"),
        ("kUI/L", "k[IU]/L"),
        ("µUI/mL", "u[IU]/mL"),
        ("µmol/L", "umol/L"),
        ("μmol/L", "umol/L"),
        ("g / L", "g/L"),
        ("mmHg", "mm[Hg]"),
        ("pH", "[pH]"),
        ("mEq/L", "meq/L"),
        ("mg/24h", "mg/(24.h)"),
        ("mL/min/1,73m²", "mL/min/{1.73_m2}"),
    ],
)
def test_a_known_trap_is_refused_with_what_to_write(written: str, meant: str) -> None:
    fault = fault_of(written)
    assert fault is not None
    assert fault.hint == f"Écrire « {meant} »."
    assert fault_of(meant) is None


@pytest.mark.parametrize(
    "unit", ["", "mG", "T", "x" * 65, "(" * 64, "10*999999999/L", "9" * 40, "g\n", "é", "gg", "g//L"]
)
def test_what_is_no_unit_of_a_result_is_refused(unit: str) -> None:
    assert fault_of(unit) is not None


@pytest.mark.parametrize(
    ("unit", "prop", "agrees"),
    [
        ("mmol/L", "Moles/Volume", True),
        ("meq/L", "Moles/Volume", True),
        ("g/L", "Moles/Volume", False),
        ("g/dL", "Masse/Volume", True),
        ("[IU]/L", "Masse/Volume", False),
        ("10*9/L", "Nombre/Volume", True),
        ("[CFU]/mL", "Nombre/Volume", True),
        ("m[IU]/L", "Nombre/Volume", False),
        ("mg/mmol", "Masse/Moles", True),
        ("mmol/(24.h)", "Moles/Temps", True),
        ("mmol/L", "Moles/Temps", False),
        ("m[IU]/L", "Arbitraire/Volume", True),
        ("{score}", "Masse/Volume", True),
    ],
)
def test_a_unit_is_held_against_the_property_axis(unit: str, prop: str, agrees: bool) -> None:
    assert agrees_with_property(unit, prop) is agrees


@pytest.mark.parametrize(
    ("source", "target", "factor"),
    [
        ("g/L", "g/dL", "0.1"),
        ("g/L", "mg/dL", "100"),
        ("10*9/L", "10*3/uL", "1"),
        ("m[IU]/L", "u[IU]/mL", "1"),
        ("mmol/(24.h)", "mmol/d", "1"),
        ("mL/min", "L/h", "0.06"),
        ("U/L", "ukat/L", "0.0166666666667"),
        ("ug{FEU}/L", "ng{FEU}/mL", "1"),
        ("%", "1", "0.01"),
        ("[pH]", "[pH]", "1"),
    ],
)
def test_ucum_gives_the_factor_to_twelve_digits(source: str, target: str, factor: str) -> None:
    assert factor_between(source, target) == Decimal(factor)
    assert same_unit(source, target) is (factor == "1")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("mmol/L", "g/L"),
        ("U/L", "[IU]/L"),
        ("[arb'U]/mL", "[IU]/mL"),
        ("[CFU]/mL", "/mL"),
        ("[pH]", "mol/L"),
        ("meq/L", "mmol/L"),
        ("mosm/L", "mmol/L"),
        ("Cel", "K"),
        ("ug{FEU}/L", "ug{DDU}/L"),
        ("{copies}/mL", "/mL"),
        ("Eg30", "ag30"),
    ],
)
def test_what_ucum_alone_cannot_convert_is_refused(source: str, target: str) -> None:
    with pytest.raises(Invalid) as refused:
        factor_between(source, target)
    assert refused.value.code == "unit-not-convertible"
    assert not same_unit(source, target)


def test_a_factor_is_not_looked_for_in_a_unit_that_is_no_unit() -> None:
    with pytest.raises(Invalid) as refused:
        factor_between("G/L", "10*9/L")
    assert (refused.value.code, refused.value.findings[0].hint) == ("invalid-unit", "Écrire « 10*9/L ».")


@given(st.text(max_size=80) | st.text(alphabet="gmolLU/.()[]{}10*-^%'IH", max_size=24))
def test_no_text_makes_a_unit_raise(text: str) -> None:
    fault = fault_of(text)
    assert same_unit(text, text)
    assert agrees_with_property(text, "Masse/Volume") in (True, False)
    if fault is None:
        assert factor_between(text, text) == 1


CONVERTIBLE = [("g/L", "mg/dL"), ("U/L", "ukat/L"), ("mL/min", "L/h"), ("mm[Hg]", "kPa"), ("mmol/(24.h)", "umol/min")]


@pytest.mark.parametrize(("a", "b"), CONVERTIBLE)
def test_a_factor_and_its_inverse_undo_each_other(a: str, b: str) -> None:
    assert abs(factor_between(a, b) * factor_between(b, a) - 1) < Decimal("1e-10")


def test_many_threads_get_the_same_factor() -> None:
    pairs = [("g/L", f"10*-{power}.g/dL") for power in range(1, 9)] * 4
    with ThreadPoolExecutor(8) as pool:
        factors = list(pool.map(lambda pair: factor_between(*pair), pairs))
    assert factors == [Decimal(10) ** (power - 1) for power in range(1, 9)] * 4
