"""Any value of a declared type, for the round trips: every field of every class it is made of takes part."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from functools import cache
from types import EllipsisType, NoneType
from typing import get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from prescription.epu_code import ALPHABET, EpuCode

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SCALARS: dict[object, st.SearchStrategy[object]] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    int: st.integers(),
    bool: st.booleans(),
    bytes: st.binary(max_size=40),
    date: st.dates(),
    datetime: st.datetimes(timezones=OFFSETS),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
    EpuCode: st.text(ALPHABET, min_size=18, max_size=18).map(EpuCode),
}


@cache
def any_value(hint: object) -> st.SearchStrategy[object]:
    if hint in SCALARS:
        return SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple and not isinstance(arguments[-1], EllipsisType):
        return st.tuples(*(any_value(argument) for argument in arguments))
    if origin in (tuple, frozenset):
        return st.lists(any_value(arguments[0]), max_size=2).map(origin)
    if arguments:
        return st.one_of([any_value(argument) for argument in arguments])
    assert isinstance(hint, type)
    if issubclass(hint, Enum):
        return st.sampled_from(hint)
    return st.builds(hint, **{name: any_value(field) for name, field in get_type_hints(hint).items()})
