"""Dates and texts match whatever they are made of (FHIR R4 3.1.1.4)."""

import operator
import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from api.facade.matching import read_condition
from api.facade.search_parameters import PARAMETERS, SearchParameter

_DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))
_COMPARED = {
    "": operator.eq,
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "lt": operator.lt,
    "ge": operator.ge,
    "le": operator.le,
    "sa": operator.gt,
    "eb": operator.lt,
}


def parameter(name: str) -> SearchParameter:
    return next(each for each in PARAMETERS["CodeSystem"] if each.name == name)


@given(_DAYS, _DAYS, st.sampled_from(sorted(_COMPARED)))
def test_days_compare_as_days_do(held: date, asked: date, prefix: str) -> None:
    matches = read_condition(parameter("date"), "", f"{prefix}{asked.isoformat()}").matches
    assert matches(frozenset({("", held.isoformat())})) == _COMPARED[prefix](held, asked)


@given(_DAYS)
def test_a_day_is_in_its_month_and_its_year(held: date) -> None:
    for length in (4, 7, 10):
        assert read_condition(parameter("date"), "", held.isoformat()[:length]).matches(
            frozenset({("", held.isoformat())})
        )


@given(st.text(st.characters(codec="utf-8"), min_size=1))
def test_a_value_finds_itself_once_its_signs_are_escaped(text: str) -> None:
    escaped = re.sub(r"([\\,|$])", r"\\\1", text)
    for name, modifier in (("title", "exact"), ("title", "contains"), ("title", ""), ("version", "")):
        assert read_condition(parameter(name), modifier, escaped).matches(frozenset({("", text)}))
