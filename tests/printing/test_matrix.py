"""Runs of modules."""

from hypothesis import given
from hypothesis import strategies as st

from printing.matrix import Matrix

SQUARES = st.integers(1, 9).flatmap(
    lambda n: st.lists(st.lists(st.booleans(), min_size=n, max_size=n), min_size=n, max_size=n)
)


@given(SQUARES)
def test_runs_cover_each_black_module_once_and_no_white_one(rows: list[list[bool]]) -> None:
    covered = [
        (x, y)
        for run in Matrix.of(rows).runs()
        for x in range(run.x, run.x + run.width)
        for y in range(run.y, run.y + run.height)
    ]
    black = [(x, y) for y, row in enumerate(rows) for x, module in enumerate(row) if module]
    assert sorted(covered) == sorted(black)
