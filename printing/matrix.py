"""A square of modules, black or white, as rectangles: one drawing for the QR code and the datamatrix (printing.md §6).

Runs of black modules are merged along a row, then with equal runs of the rows below, so that no renderer leaves a
hairline between two modules.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """A black rectangle, in modules from the top left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows of modules from the top, True = black; square."""

    rows: tuple[tuple[bool, ...], ...]

    def __post_init__(self) -> None:
        if not self.rows or any(len(row) != len(self.rows) for row in self.rows):
            raise ValueError("a matrix of modules is square")

    @classmethod
    def of(cls, rows: Iterable[Sequence[int | bool]]) -> "Matrix":
        """From rows of zeros and ones."""
        return cls(tuple(tuple(bool(module) for module in row) for row in rows))

    @property
    def size(self) -> int:
        """Modules along one side."""
        return len(self.rows)

    def runs(self) -> Iterator[Run]:
        """Disjoint rectangles that cover exactly the black modules."""
        return merged_runs(self.rows)


def merged_runs(rows: Sequence[Sequence[int]]) -> Iterator[Run]:
    """Disjoint rectangles that cover exactly what is not zero in rows of equal length."""
    open_runs: dict[tuple[int, int], int] = {}
    for y, row in enumerate((*rows, ())):
        here = set(_runs_of(row))
        for (x, width), top in list(open_runs.items()):
            if (x, width) not in here:
                yield Run(x, top, width, y - top)
                del open_runs[x, width]
        for key in sorted(here):
            open_runs.setdefault(key, y)


def _runs_of(row: Sequence[int]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for x, black in enumerate((*row, False)):
        if black and start is None:
            start = x
        elif not black and start is not None:
            yield start, x - start
            start = None
