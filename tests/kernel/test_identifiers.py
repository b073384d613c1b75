"""Check digits and identifiers, each with published numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel import finess, loinc, rpps
from kernel.calendar import after_months, months_between, years_between
from kernel.errors import Invalid
from kernel.ins import Ins, InsAuthority, matricule_key
from kernel.luhn import luhn_valid
from kernel.partial_date import PartialDate

TEST_MATRICULE, TEST_OID = "279035121518989", "1.2.250.1.213.1.4.10"


def test_the_loinc_check_digit_is_that_of_loinc_org() -> None:
    assert loinc.check_digit("12345") == 5
    assert all(map(loinc.valid, ("57022-6", "2842-3", "53094-9", "14749-6", "718-7")))
    assert not any(map(loinc.valid, ("53094-5", "57022", "57022-66", "A7022-6", "", "57022-6 ")))


def test_the_fourteen_irregular_loinc_codes_are_accepted() -> None:
    assert len(loinc.IRREGULAR) == 14
    for code in loinc.IRREGULAR:
        number, _, digit = code.partition("-")
        assert loinc.check_digit(number) != int(digit)
        assert loinc.valid(code)


@given(st.integers(1, 9_999_999).map(str), st.integers(0, 9))
def test_one_digit_only_fits_a_loinc_number(number: str, digit: int) -> None:
    assert loinc.valid(f"{number}-{digit}") is (digit == loinc.check_digit(number)) or (
        f"{number}-{digit}" in loinc.IRREGULAR
    )


@given(st.text("0123456789", min_size=1, max_size=12), st.data())
def test_luhn_sees_one_changed_digit(digits: str, data: st.DataObject) -> None:
    whole = next(digits + str(key) for key in range(10) if luhn_valid(digits + str(key)))
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != whole[place]]))
    assert not luhn_valid(whole[:place] + other + whole[place + 1 :])


def test_the_rpps_of_the_source_documents_has_eleven_digits_and_a_wrong_key() -> None:
    assert rpps.well_formed("10005688798")
    assert not rpps.key_valid("10005688798")
    assert not rpps.well_formed("1000568879")


@pytest.mark.parametrize("number", ["750000010", "2A0000014", "2B0000020"])
def test_a_finess_has_nine_characters_corsica_included(number: str) -> None:
    assert finess.well_formed(number)
    assert not finess.well_formed(number[:-1])


def test_the_official_test_identity_is_an_ins_and_shows_nothing_of_itself() -> None:
    ins = Ins.parse("2 79 03 51 215 189 89", TEST_OID)
    assert (ins.matricule, ins.authority) == (TEST_MATRICULE, InsAuthority.TEST)
    assert ins.spaced == "2 79 03 51 215 189 89"
    assert not ins.authority.is_real
    assert TEST_MATRICULE not in repr(ins)


@pytest.mark.parametrize(
    ("matricule", "oid"),
    [(TEST_MATRICULE[:-1] + "8", TEST_OID), (TEST_MATRICULE[:-1], TEST_OID), (TEST_MATRICULE, "1.2.3"), ("", TEST_OID)],
)
def test_a_wrong_key_length_or_authority_is_no_ins(matricule: str, oid: str) -> None:
    with pytest.raises(Invalid) as refused:
        Ins.parse(matricule, oid)
    assert refused.value.code == "malformed-ins"
    assert TEST_MATRICULE not in str(refused.value)


@pytest.mark.parametrize(("body", "as_number"), [("279032A215189", 2790319215189), ("279032B215189", 2790318215189)])
def test_corsica_is_counted_as_nineteen_and_eighteen(body: str, as_number: int) -> None:
    assert matricule_key(body) == 97 - as_number % 97


@pytest.mark.parametrize("text", ["1979", "1979-03", "1979-03-28", "2024-02-29"])
def test_a_partial_date_is_a_date(text: str) -> None:
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize("text", ["", "79", "1979-3", "1979-13", "2023-02-29", "1979-03-28T10:00", "0000", "１９７９"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PartialDate.parse(text)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_go_forward_and_are_counted_back(start: date, months: int) -> None:
    later = after_months(start, months)
    assert later.day == start.day or later.day < start.day
    assert months - months_between(start, later) in (0, 1)
    assert years_between(start, later) == months_between(start, later) // 12
