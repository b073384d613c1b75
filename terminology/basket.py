"""What the terminology has to know of a basket (*panier*): its name and the exams it is made of (terminology.md §3)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BasketOutline:
    """`codes` are those of exams of one release, in order; `conditions` says when it fits, in French."""

    id: str
    name: str
    conditions: str
    source: str
    codes: tuple[str, ...]
