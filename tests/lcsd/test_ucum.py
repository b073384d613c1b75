import pytest

from lcsd.ucum import ucum_fault


@pytest.mark.parametrize(
    "code",
    "1 % g/L 10*9/L m[IU]/L [IU]/L mL/min/{1.73_m2} /[HPF] umol/L mm[Hg] {score} [pH] ng/mL{FEU} 10*6{cells}/uL "
    "mmol/(24.h) kg.m/s2 s-1".split(),
)
def test_units_of_the_catalogue_are_accepted(code: str) -> None:
    assert ucum_fault(code) == ""


@pytest.mark.parametrize("code", ["G/L", "UI/L", "mUI/L", "µmol/L", "g / L", "g//L", "g/", "(g/L", "[IU/L", "°C", ""])
def test_what_cannot_be_ucum_is_told(code: str) -> None:
    assert ucum_fault(code)


def test_a_trap_comes_with_the_unit_that_was_meant() -> None:
    assert "10*9/L" in ucum_fault("G/L")
