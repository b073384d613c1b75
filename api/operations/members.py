"""The members of a value set that a text finds (terminology.md §4.2): how they are asked, and in which order.

The words are compared folded, each as the beginning of a word of the label, of a designation, or of the code. Requests
are not searched here but by the typeahead, which ranks them.
"""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import NamedTuple
from weakref import WeakKeyDictionary

from api.operations.terms import Terms
from api.terminology.concept import Concept
from kernel.text import compact, tokens

_LAST = 4
_of_release: WeakKeyDictionary[Terms, dict[str, "Members"]] = WeakKeyDictionary()


def members_of(held: Terms, value_set: str, listed: Callable[[], Iterable[Concept]]) -> "Members":
    """The members of a value set by its id, as `listed` tells them the first time."""
    sets = _of_release.setdefault(held, {})
    found = sets.get(value_set)
    if found is None:
        found = sets[value_set] = Members(listed())
    return found


class _Folded(NamedTuple):
    """What of a concept is compared: its code, its label joined, the words of its label, those of all it has."""

    code: str
    label: str
    in_label: str
    anywhere: str


class Members:
    """Concepts in the order of their value set."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.all = tuple(concepts)

    @cached_property
    def in_force(self) -> tuple[Concept, ...]:
        """Those that are not retired."""
        return tuple(concept for concept in self.all if not concept.inactive)

    def found_by(self, text: str) -> list[Concept]:
        """Those with every word of `text`: its code or label, then what begins so, then in the label, then others."""
        words = [f" {word}" for word in tokens(text)]
        if not words:
            return []
        whole = (text.casefold(), compact(text))
        ranks = [(_rank(folded, *whole, words), place) for place, folded in enumerate(self._folded)]
        return [self.all[place] for rank, place in sorted(ranks) if rank < _LAST]

    @cached_property
    def _folded(self) -> tuple[_Folded, ...]:
        return tuple(
            _Folded(
                concept.code.casefold(),
                compact(concept.display),
                _words(concept.display),
                _words(concept.display, concept.code, *(d.value for d in concept.designations)),
            )
            for concept in self.all
        )


def _rank(folded: _Folded, code: str, label: str, words: list[str]) -> int:
    if not all(word in folded.anywhere for word in words):
        return _LAST
    if folded.code == code or folded.label == label:
        return 0
    if folded.label.startswith(label):
        return 1
    return 2 if all(word in folded.in_label for word in words) else 3


def _words(*texts: str) -> str:
    """The folded words, each after a space, so that the beginning of one is found by one comparison."""
    return "".join(f" {word}" for text in texts for word in (*tokens(text), compact(text)))
