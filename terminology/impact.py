"""Who uses the codes that a new release retires or changes: baskets and local transcodings (terminology.md §1.4.12)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from terminology.basket import BasketOutline
from terminology.diff import ReleaseDiff


@dataclass(frozen=True, slots=True)
class BasketImpact:
    """A basket, and its codes to look at again, in their order there."""

    basket: BasketOutline
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MappingImpact:
    """A local code of the laboratory `finess` that is mapped to `code`."""

    finess: str
    local_code: str
    code: str


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything that uses a touched code."""

    baskets: tuple[BasketImpact, ...] = ()
    mappings: tuple[MappingImpact, ...] = ()


MappingsUsing = Callable[[frozenset[str]], Iterable[MappingImpact]]
"""The mappings in force to any of some codes; the store of transcodings answers it."""


def impact_of(diff: ReleaseDiff, baskets: Iterable[BasketOutline], mappings: MappingsUsing) -> Impact:
    """What should be looked at again once `diff` is activated."""
    touched = diff.requests.touched | diff.results.touched
    hit = (BasketImpact(b, tuple(code for code in b.codes if code in touched)) for b in baskets)
    return Impact(
        baskets=tuple(found for found in hit if found.codes),
        mappings=tuple(sorted(mappings(touched), key=lambda use: (use.finess, use.local_code, use.code))),
    )
