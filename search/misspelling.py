"""Which words of a vocabulary a word may be a misspelling of (terminology.md §4.3 fuzzy).

Damerau-Levenshtein 1 from five letters, 2 from eight (as typed, or of the word meant), first letter kept, never on
digits, roman numerals or short words, never from a word to its opposite, from the name of another exam, nor from blood
to urine.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter

from rapidfuzz.distance import OSA, DamerauLevenshtein
from rapidfuzz.process import extract

from search.postings import begun_by
from search.word_lists import CONTEXT_WORDS, NAMES_OF_THEIR_OWN, OPPOSITE_PREFIXES, OPPOSITE_WORDS, TELLING_ENDINGS

_ROMAN = re.compile(r"(?=.)m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_FUZZY_FROM = 5
_TWO_ERRORS_FROM = 8
_MOST_ERRORS = 2
_LISTS_KEPT = 512
_CONTEXT = {first: tuple(words) for first, words in groupby(sorted(CONTEXT_WORDS), itemgetter(0))}

_Buckets = dict[tuple[str, int], tuple[str, ...]]


class Misspellings:
    """The words a misspelling may aim at. Built once, never changed."""

    def __init__(self, vocabulary: Iterable[str]) -> None:
        self._words = sorted(vocabulary)
        self._whole, self._beginnings = _by_letter_and_length(self._words)
        self._lists = lru_cache(maxsize=_LISTS_KEPT)(self._list)

    def corrections(self, token: str, typed: int, *, unfinished: bool) -> dict[str, int]:
        """Words `token` may be a misspelling of, and their distance.

        `typed` is its length as typed, plural included; `unfinished` allows the beginnings of longer words.
        """
        if token in NAMES_OF_THEIR_OWN or not may_be_misspelt(token, typed):
            return {}
        letter, length, allowed = token[0], len(token), _errors_allowed(typed)
        near = {
            word: distance
            for word, distance in _close(token, self._lists(letter, length, _MOST_ERRORS, False), _MOST_ERRORS)
            if distance <= allowed or len(word) >= _TWO_ERRORS_FROM
        }
        if unfinished:
            for beginning, distance in _close(token, self._lists(letter, length, allowed, True), allowed):
                for word in self._words[slice(*begun_by(self._words, beginning))]:
                    near[word] = min(distance, near.get(word, distance))
        return {word: distance for word, distance in near.items() if not _opposite(token, word)}

    def _list(self, letter: str, length: int, errors: int, beginnings: bool) -> tuple[str, ...]:
        """Words, or beginnings of words, as long as a word of `length` letters with so many errors may be."""
        held = self._beginnings if beginnings else self._whole
        lengths = range(length - errors, length + errors + 1)
        return tuple(word for one in lengths for word in held.get((letter, one), ()))


def may_be_misspelt(token: str, typed: int) -> bool:
    """Whether a word of `typed` letters may be one: not a short word, nor one with a digit, nor a roman numeral."""
    return typed >= _FUZZY_FROM and token.isalpha() and not _ROMAN.fullmatch(token)


def may_be_context(token: str, typed: int, near: dict[str, int]) -> bool:
    """Whether `token` is closer to a context word than to any other word, or as close; `near` are its corrections."""
    same_letter = _CONTEXT.get(token[0])
    if same_letter is None or not may_be_misspelt(token, typed):
        return False
    allowed = _errors_allowed(typed)
    context = [distance for _, distance in _close(token, same_letter, allowed)]
    others = [distance for word, distance in near.items() if word not in CONTEXT_WORDS]
    return bool(context) and min(context) <= min(others, default=allowed)


def _errors_allowed(letters: int) -> int:
    return _MOST_ERRORS if letters >= _TWO_ERRORS_FROM else 1


def _close(token: str, choices: tuple[str, ...], allowed: int) -> Iterator[tuple[str, int]]:
    """The choices at this Damerau-Levenshtein distance at most.

    The restricted distance, much quicker, is the same up to 1; it is 3 at most where the distance is 2.
    """
    found = extract(token, choices, scorer=OSA.distance, processor=None, limit=None, score_cutoff=2 * allowed - 1)
    for word, restricted, _ in found:
        if restricted <= allowed:
            yield word, int(restricted)
        elif DamerauLevenshtein.distance(token, word, score_cutoff=allowed) <= allowed:
            yield word, allowed


def _opposite(token: str, word: str) -> bool:
    if frozenset((token, word)) in OPPOSITE_WORDS:
        return True
    if any(token.endswith(ending) and not word.endswith(ending) for ending in TELLING_ENDINGS):
        return True
    for one, other in OPPOSITE_PREFIXES:
        if (token.startswith(one) and word.startswith(other)) or (token.startswith(other) and word.startswith(one)):
            return True
    return False


def _by_letter_and_length(vocabulary: Iterable[str]) -> tuple[_Buckets, _Buckets]:
    """Words a misspelling may aim at, and their beginnings, by first letter and length."""
    whole: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    beginnings: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for word in vocabulary:
        if may_be_misspelt(word, len(word)):
            whole[word[0], len(word)].add(word)
            for length in range(_FUZZY_FROM, len(word)):
                beginnings[word[0], length].add(word[:length])
    return _frozen(whole), _frozen(beginnings)


def _frozen(buckets: dict[tuple[str, int], set[str]]) -> _Buckets:
    return {place: tuple(sorted(words)) for place, words in buckets.items()}
