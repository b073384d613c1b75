"""Dates, ages, numbers and signs as they are printed in French."""

from datetime import date
from decimal import Decimal

import pytest

from kernel.partial_date import PartialDate
from prescription.line import PeriodUnit, Recurrence, RecurrenceKind
from printing.french import age, long_date, number, partial_date, phone, typeset, unit
from printing.recurrence import recurrence_in_words


def test_signs_take_their_spaces_and_the_apostrophe_its_curl() -> None:
    assert typeset("Est-ce l'heure ? « Oui » : 5 %") == "Est-ce l’heure\u202f? «\u202fOui\u202f»\u00a0: 5\u202f%"


def test_the_first_of_the_month_is_an_ordinal() -> None:
    assert long_date(date(2022, 3, 1)) == "1er mars 2022"


@pytest.mark.parametrize(
    ("born", "at", "expected"),
    [
        ("1979-03-28", date(2022, 1, 11), "42 ans"),
        ("1979-03-28", date(2022, 3, 28), "43 ans"),
        ("1979", date(2022, 3, 28), "environ 43 ans"),
        ("2020-01-11", date(2022, 1, 10), "23 mois"),
        ("2022-01-10", date(2022, 1, 11), "1 jour"),
        ("2023-01-01", date(2022, 1, 11), ""),
    ],
)
def test_ages_are_in_years_then_months_then_days(born: str, at: date, expected: str) -> None:
    assert age(PartialDate.parse(born), at) == expected


@pytest.mark.parametrize(("text", "expected"), [("1979-03-28", "28/03/1979"), ("1979-03", "03/1979"), ("1979", "1979")])
def test_a_partial_date_prints_what_is_known(text: str, expected: str) -> None:
    assert partial_date(PartialDate.parse(text)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("0139001234", "01 39 00 12 34"),
        ("01.39.00.12.34", "01 39 00 12 34"),
        ("+33139001234", "+33 1 39 00 12 34"),
        ("+32 2 123", "+32 2 123"),
    ],
)
def test_telephone_numbers_go_in_pairs(given: str, expected: str) -> None:
    assert phone(given).replace("\u00a0", " ") == expected


def test_numbers_keep_their_digits() -> None:
    assert [number(Decimal(n)) for n in ("2.0", "12500", "-0.50", "1E+3")] == [
        "2,0",
        "12\u202f500",
        "−0,50",
        "1\u202f000",
    ]


def test_units_take_their_print_form() -> None:
    assert [unit(u) for u in ("umol/L", "10*9/L", "m[IU]/L", "unite")] == ["µmol/L", "10⁹/L", "mUI/L", "unite"]


def test_a_recurrence_of_one_interval_drops_the_number() -> None:
    weekly = Recurrence(RecurrenceKind.ITERATIVE, Decimal(1), PeriodUnit.WEEK, count=4)
    assert recurrence_in_words(weekly) == "Examen itératif\u00a0: à faire 4 fois, toutes les semaines"
