from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hl7v2.timestamps import read_ts, write_ts

PARIS = timezone(timedelta(hours=2))
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(st.datetimes(timezones=OFFSETS).map(lambda d: d.replace(microsecond=0)))
def test_an_instant_comes_back_with_its_offset(instant: datetime) -> None:
    read = read_ts(write_ts(instant))
    assert read == instant
    assert read is not None
    assert read.utcoffset() == instant.utcoffset()


def test_an_instant_without_offset_takes_the_one_of_its_message() -> None:
    assert read_ts("20260715", PARIS) == datetime(2026, 7, 15, tzinfo=PARIS)
    assert read_ts("202607150830", PARIS) == datetime(2026, 7, 15, 8, 30, tzinfo=PARIS)
    assert read_ts("20260715") is None
    assert read_ts("20260715083000.1234Z", UTC) is None


@pytest.mark.parametrize("text", ["", "2026-07-15", "20261315", "20260230", "20260715256000", "20260715+9900", "hier"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_ts(text, UTC) is None


def test_a_naive_instant_is_not_written() -> None:
    with pytest.raises(ValueError, match="offset"):
        write_ts(datetime(2026, 7, 15))
