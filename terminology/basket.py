"""A basket (*panier*): exams often asked for together, under one name (terminology.md §3)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Basket:
    """One basket: `codes` are those of exams of one release, in order; `conditions` says when it fits, in French."""

    id: str
    name: str
    conditions: str
    source: str
    codes: tuple[str, ...]
