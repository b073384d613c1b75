"""The circuit: closed, open for thirty seconds, then one try each thirty seconds."""

from datetime import UTC, datetime, timedelta

from kernel.clock import FixedClock
from search.circuit import Circuit

START = datetime(2026, 1, 15, 8, 0, tzinfo=UTC)


def test_what_failed_is_tried_again_by_one_caller_each_thirty_seconds() -> None:
    clock = FixedClock(START)
    circuit = Circuit(clock)
    assert circuit.closed
    assert not circuit.half_open()
    assert circuit.open()
    assert not circuit.closed
    tries = []
    for second in range(0, 95, 5):
        clock.instant = START + timedelta(seconds=second)
        tries.append([circuit.half_open(), circuit.half_open()])
    assert [place * 5 for place, tried in enumerate(tries) if tried[0]] == [30, 60, 90]
    assert not any(second for _, second in tries)
    circuit.close()
    assert circuit.closed


def test_failures_of_queries_under_way_do_not_put_the_try_off() -> None:
    clock = FixedClock(START)
    circuit = Circuit(clock)
    assert circuit.open()
    clock.instant = START + timedelta(seconds=29)
    assert not circuit.open()
    clock.instant = START + timedelta(seconds=30)
    assert circuit.half_open()
