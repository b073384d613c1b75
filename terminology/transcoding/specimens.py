"""Natures of specimen that do not contradict each other: what is drawn as blood is analysed in serum or plasma.

Codes are those of terminology.md §3 (SPM-4). A code of no family is a family by itself.
"""

from collections.abc import Iterable

from terminology.coding import Coding

_FAMILIES = (
    frozenset("BLD BLDA BLDC BLDV SER PLAS PPP".split()),
    frozenset("UR URINM".split()),
    frozenset("GEN GENC GENV".split()),
)


def same_specimen(ours: Iterable[Coding], theirs: Iterable[Coding]) -> bool:
    """Whether one nature is in both lists."""
    return not {c.code for c in ours}.isdisjoint(c.code for c in theirs)


def contradict(ours: Iterable[Coding], theirs: Iterable[Coding]) -> bool:
    """Whether both lists say something and no two natures are of one family."""
    families, others = {_family(c.code) for c in ours}, {_family(c.code) for c in theirs}
    return bool(families) and bool(others) and families.isdisjoint(others)


def _family(code: str) -> frozenset[str]:
    return next((family for family in _FAMILIES if code in family), frozenset({code}))
