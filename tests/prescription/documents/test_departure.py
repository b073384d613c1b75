"""The states of the outbox and what moves between them (cda-ep-bio.md §8)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import Conflict
from prescription.documents.departure import LEASE, LONGEST_WAIT, TRIED_FOR, Channel, DepartureState, new_departure

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
READY = new_departure("1", Channel.DMP, NOW, delay=timedelta())


@pytest.mark.parametrize(
    ("hours", "identified", "state"),
    [
        (0, True, DepartureState.READY),
        (72, True, DepartureState.WAITING_DELAY),
        (0, False, DepartureState.WAITING_IDENTITY),
        (72, False, DepartureState.WAITING_IDENTITY),
    ],
)
def test_it_begins_where_its_identity_and_its_delay_put_it(hours: int, identified: bool, state: DepartureState) -> None:
    begun = new_departure("1", Channel.DMP, NOW, delay=timedelta(hours=hours), identified=identified)
    assert begun.state is state
    assert begun.is_due(NOW) is (state is DepartureState.READY)
    if not identified:
        assert not begun.is_due(NOW + timedelta(days=1000))
        early, late = begun.qualified(NOW + timedelta(hours=1)), begun.qualified(NOW + timedelta(hours=80))
        assert early.is_due(NOW + timedelta(hours=1)) is (hours == 0)
        assert late.is_due(NOW + timedelta(hours=80))


@given(st.lists(st.booleans(), max_size=60))
def test_waits_double_up_to_six_hours_and_nothing_is_given_up_within_a_week(crashes: list[bool]) -> None:
    held, now, waits = READY, NOW, []
    for crash in crashes:
        now = held.due
        taken = held.taken(now)
        assert taken.attempts == held.attempts + 1
        assert not taken.is_due(now + LEASE - timedelta(seconds=1))
        held = taken if crash else taken.failed("dmp-unreachable", now)
        if held.state is DepartureState.REFUSED:
            assert now - NOW >= TRIED_FOR
            return
        if not crash:
            waits.append(held.due - now)
    assert all(after == min(2 * before, LONGEST_WAIT) for before, after in pairwise(waits))


@pytest.mark.parametrize("state", [DepartureState.SENT, DepartureState.OPPOSED, DepartureState.CANCELLED])
def test_what_has_left_or_will_not_leave_is_neither_called_back_nor_sent_again(state: DepartureState) -> None:
    ended = {
        DepartureState.SENT: READY.taken(NOW).sent(NOW),
        DepartureState.OPPOSED: READY.opposed(NOW),
        DepartureState.CANCELLED: READY.cancelled(NOW),
    }[state]
    with pytest.raises(Conflict):
        ended.cancelled(NOW)
    with pytest.raises(Conflict):
        ended.again(NOW)


def test_what_is_being_tried_is_not_sent_again_beside_it() -> None:
    taken = READY.taken(NOW)
    with pytest.raises(Conflict):
        taken.again(NOW)
    again = taken.failed("dmp-unreachable", NOW).again(NOW)
    assert (again.due, again.failures, again.error) == (NOW, 0, "")
    assert again.attempts == taken.attempts
    assert taken.refused("mail-refused", NOW).again(NOW).is_due(NOW)
