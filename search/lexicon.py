"""The vocabulary of a set of exams, and how the words of a query are read in it (terminology.md §4.2, §4.3 fuzzy).

A word is read as itself or its equivalent, as the beginning of words, joined to its neighbour, and only when all
of this finds nothing, as a misspelling: Damerau-Levenshtein 1 from five letters, 2 from eight (as typed, or of the
word meant), first letter kept, never on digits, roman numerals or short words, never from a word to its opposite,
from the name of another exam, nor from blood to urine.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import log

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract_iter

from search.analysis import Query, is_telling
from search.documents import Document
from search.word_lists import (
    CONTEXT_WORDS,
    NAMES_OF_THEIR_OWN,
    OPPOSITE_PREFIXES,
    OPPOSITE_WORDS,
    TELLING_ENDINGS,
    canonical,
)

_ROMAN = re.compile(r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_SMALL_ROMAN = re.compile(r"[ivx]+")
_FUZZY_FROM = 5
_TWO_ERRORS_FROM = 8
_AFTER_ANY_WORD = "\U0010ffff"
_CONTEXT = tuple(sorted(CONTEXT_WORDS))

_Buckets = dict[tuple[str, int], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Slot:
    """One word of the query as the vocabulary reads it.

    `exact` and `words` are the words it is, and the words it is or begins; `near` the words it may be a misspelling
    of, with their distance, and `misspelt` those words alone. `roman` marks a numeral such as viii. `rarity` is the
    log of exams over exams with the word, `rarity_begun` over exams with a word it begins or is a misspelling of.
    """

    text: str
    exact: frozenset[str]
    words: frozenset[str]
    near: dict[str, int]
    misspelt: frozenset[str]
    context: bool
    roman: bool
    telling: bool
    rarity: float
    rarity_begun: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A query and its words in one vocabulary; `pairs[i]` are the words that slots i and i+1 joined are or begin."""

    query: Query
    slots: tuple[Slot, ...]
    pairs: tuple[frozenset[str], ...]

    def without_context(self) -> "Reading | None":
        """The same without its context words; None when there are none, or nothing else."""
        kept = [place for place, slot in enumerate(self.slots) if not slot.context]
        if not kept or len(kept) == len(self.slots):
            return None
        pairs = tuple(self.pairs[left] if right == left + 1 else frozenset() for left, right in pairwise(kept))
        return Reading(self.query, tuple(self.slots[place] for place in kept), pairs)


class Lexicon:
    """Every word of a set of documents. Built once, never changed."""

    def __init__(self, documents: Iterable[Document]) -> None:
        frequencies: Counter[str] = Counter()
        plain: set[str] = set()
        self._size = 0
        for document in documents:
            self._size += 1
            frequencies.update(document.words)
            for term in document.terms:
                plain.update(term.tokens)
        self._plain = frozenset(plain)
        self._frequencies = dict(frequencies)
        self._sorted = sorted(frequencies)
        self._whole, self._beginnings = _fuzzy_targets(plain)

    def read(self, query: Query, *, in_doubt: bool = False) -> Reading:
        """The words of `query` as this vocabulary knows them; `in_doubt`, what only begins a word may be misspelt."""
        found = query.tokens
        pairs = tuple(self._starting(left + right) for left, right in pairwise(found))
        slots = tuple(
            self._slot(
                token,
                typed,
                last=place == len(found) - 1,
                joined=any(pairs[max(place - 1, 0) : place + 1]),
                in_doubt=in_doubt,
            )
            for place, (token, typed) in enumerate(zip(found, query.typed, strict=True))
        )
        return Reading(query, slots, pairs)

    def _slot(self, token: str, typed: int, *, last: bool, joined: bool, in_doubt: bool) -> Slot:
        exact = frozenset(form for form in (token, canonical(token)) if form in self._frequencies)
        words = exact | (self._starting(token) if last or len(token) > 1 else frozenset())
        known = exact if in_doubt else words
        near = {} if known or joined else self.corrections(token, typed, unfinished=last)
        context = token in CONTEXT_WORDS or (not words and _misspelt_context(token, typed, near))
        return Slot(
            text=token,
            exact=exact,
            words=words,
            near=near,
            misspelt=frozenset(near),
            context=context,
            roman=_SMALL_ROMAN.fullmatch(token) is not None,
            telling=is_telling(token) and not context,
            rarity=self._rarity(exact),
            rarity_begun=self._rarity(words or near),
        )

    def _rarity(self, words: Iterable[str]) -> float:
        seen = sum(self._frequencies[word] for word in words if word in self._plain)
        return log(self._size / min(seen, self._size)) if seen else 0.0

    def _starting(self, beginning: str) -> frozenset[str]:
        """The words that begin with `beginning`, itself included."""
        low = bisect_left(self._sorted, beginning)
        high = bisect_left(self._sorted, beginning + _AFTER_ANY_WORD, low)
        return frozenset(self._sorted[low:high])

    def corrections(self, token: str, typed: int, *, unfinished: bool) -> dict[str, int]:
        """Words `token` may be a misspelling of, and their distance.

        `typed` is its length as typed, plural included; `unfinished` allows the beginnings of longer words.
        """
        if token in NAMES_OF_THEIR_OWN or not _may_be_misspelt(token, typed):
            return {}
        near: dict[str, int] = {}
        for length in range(len(token) - 2, len(token) + 3):
            place, allowed = (token[0], length), _errors_allowed(max(typed, length))
            for word, distance in _close(token, self._whole.get(place, ()), allowed):
                near[word] = min(distance, near.get(word, distance))
            if unfinished:
                for beginning, distance in _close(token, self._beginnings.get(place, ()), _errors_allowed(typed)):
                    for word in self._starting(beginning) & self._plain:
                        near[word] = min(distance, near.get(word, distance))
        return {word: distance for word, distance in near.items() if not _opposite(token, word)}


def _may_be_misspelt(token: str, typed: int) -> bool:
    return typed >= _FUZZY_FROM and token.isalpha() and not _ROMAN.fullmatch(token)


def _errors_allowed(letters: int) -> int:
    return 2 if letters >= _TWO_ERRORS_FROM else 1


def _close(token: str, choices: tuple[str, ...], allowed: int) -> list[tuple[str, int]]:
    found = extract_iter(token, choices, scorer=DamerauLevenshtein.distance, processor=None, score_cutoff=allowed)
    return [(word, int(distance)) for word, distance, _ in found]


def _misspelt_context(token: str, typed: int, near: dict[str, int]) -> bool:
    """Whether `token` is closer to a context word than to any other word, or as close."""
    if not _may_be_misspelt(token, typed):
        return False
    allowed = _errors_allowed(typed)
    context = [distance for word, distance in _close(token, _CONTEXT, allowed) if word[0] == token[0]]
    others = [distance for word, distance in near.items() if word not in CONTEXT_WORDS]
    return bool(context) and min(context) <= min(others, default=allowed)


def _opposite(token: str, word: str) -> bool:
    if frozenset((token, word)) in OPPOSITE_WORDS:
        return True
    if any(token.endswith(ending) and not word.endswith(ending) for ending in TELLING_ENDINGS):
        return True
    for one, other in OPPOSITE_PREFIXES:
        if (token.startswith(one) and word.startswith(other)) or (token.startswith(other) and word.startswith(one)):
            return True
    return False


def _fuzzy_targets(plain: Iterable[str]) -> tuple[_Buckets, _Buckets]:
    """Words a misspelling may aim at, and their beginnings, by first letter and length."""
    whole: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    beginnings: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for word in plain:
        if _may_be_misspelt(word, len(word)):
            whole[word[0], len(word)].add(word)
            for length in range(_FUZZY_FROM, len(word)):
                beginnings[word[0], length].add(word[:length])
    return _frozen(whole), _frozen(beginnings)


def _frozen(buckets: dict[tuple[str, int], set[str]]) -> _Buckets:
    return {place: tuple(sorted(words)) for place, words in buckets.items()}
