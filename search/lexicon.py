"""The vocabulary of a set of exams, and how the words of a query are read in it (terminology.md §4.2, §4.3 fuzzy).

A word is read as itself or its equivalent, as the beginning of words, joined to its neighbour, and only when all
of this finds nothing, as a misspelling: Damerau-Levenshtein 1 from five letters, 2 from eight (as typed, or of the
word meant), first letter kept, never on digits, roman numerals or short words, never from a word to its opposite,
from the name of another exam, nor from blood to urine.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache, reduce
from itertools import pairwise
from operator import and_, or_
from typing import NamedTuple

from rapidfuzz.distance import DamerauLevenshtein
from rapidfuzz.process import extract

from search.analysis import Query, context_of, is_telling
from search.collection import Collection
from search.documents import GROUPS, Document
from search.postings import Exams, Sets
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
_KEPT_BITS = 8_000_000
_CONTEXT = tuple(sorted(CONTEXT_WORDS))

_Buckets = dict[tuple[str, int], tuple[str, ...]]


class Slot(NamedTuple):
    """One word of the query as the vocabulary reads it.

    `exact` are the words it is; `begins`: it may also begin longer ones; `near` the words it may be a misspelling of,
    with their distance. `exams` hold a word it is or begins, `exact_exams` one it is, `near_exams` one of `near`;
    `label_exams` and `label_exact_exams` hold it in their label. `roman` marks a numeral such as viii.
    """

    text: str
    exact: frozenset[str]
    begins: bool
    near: dict[str, int]
    exams: Exams
    exact_exams: Exams
    near_exams: Exams
    label_exams: Exams
    label_exact_exams: Exams
    context: bool
    roman: bool

    @property
    def misspelt(self) -> frozenset[str]:
        """The words it may be a misspelling of."""
        return frozenset(self.near)

    @property
    def telling(self) -> bool:
        """It says something of the exam by itself."""
        return is_telling(self.text) and not self.context

    @property
    def hesitant(self) -> bool:
        """It only counts as the beginning of a word where nothing is it: one letter, or a numeral, V not being VIII."""
        return len(self.text) == 1 or self.roman


class Pair(NamedTuple):
    """Two words of the query joined: the exams with a word they begin, anywhere and in the label."""

    exams: Exams
    label_exams: Exams


class Reading(NamedTuple):
    """A query and its words in one vocabulary; `pairs[i]` joins slots i and i+1, None when they begin no word.

    `named` are the exams with a name that is the query, `begun` those with one that begins with it, `trimmed` those
    with a name that is the query without some context words at its ends, `bare` and `bare_begun` without any: label,
    abbreviation, other synonym. `coded` are those whose code it is, `code_begun` those whose code it begins.
    """

    query: Query
    slots: tuple[Slot, ...]
    pairs: tuple[Pair | None, ...]
    named: Sets = ()
    begun: Sets = ()
    trimmed: Sets = ()
    bare: Sets = ()
    bare_begun: Sets = ()
    coded: Exams = 0
    code_begun: Exams = 0

    def without_context(self) -> "Reading | None":
        """The same without its context words; None when there are none, or nothing else."""
        kept = [place for place, slot in enumerate(self.slots) if not slot.context]
        if not kept or len(kept) == len(self.slots):
            return None
        pairs = tuple(self.pairs[left] if right == left + 1 else None for left, right in pairwise(kept))
        return Reading(self.query, tuple(self.slots[place] for place in kept), pairs)

    def answering(self, *, misspelt: bool) -> list[Exams]:
        """For each slot, the exams that answer it, alone or joined to a neighbour."""
        found = [slot.exams | slot.near_exams if misspelt else slot.exams for slot in self.slots]
        for place, pair in enumerate(self.pairs):
            if pair:
                found[place] |= pair.exams
                found[place + 1] |= pair.exams
        return found

    def answering_all(self, *, misspelt: bool) -> Exams:
        """The exams that answer every slot."""
        return reduce(and_, self.answering(misspelt=misspelt))

    def in_label(self) -> Exams:
        """The exams whose label answers every slot."""
        found = [slot.label_exams for slot in self.slots]
        for place, pair in enumerate(self.pairs):
            if pair:
                found[place] |= pair.label_exams
                found[place + 1] |= pair.label_exams
        return reduce(and_, found)


class Lexicon:
    """Every word of a set of exams, and what it leads to. Built once, never changed."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.exams = Collection(documents)
        # Words come back in queries that do not; what is kept of them stays within a few megabytes, whatever the size.
        kept = _KEPT_BITS // (len(self.exams.documents) + 64)
        self._slot = lru_cache(maxsize=kept)(self._read_slot)
        self._pair = lru_cache(maxsize=kept)(self._read_pair)
        self._whole, self._beginnings = _fuzzy_targets(self.exams.plain)

    def read(self, query: Query, *, in_doubt: bool = False) -> Reading:
        """The words of `query` as this vocabulary knows them; `in_doubt`, what only begins a word may be misspelt."""
        pairs = tuple(self._pair(left + right) for left, right in pairwise(query.tokens))
        last = len(query.tokens) - 1
        slots = tuple(
            self._slot(token, typed, context, place == last, any(pairs[max(place - 1, 0) : place + 1]), in_doubt)
            for place, (token, typed, context) in enumerate(
                zip(query.tokens, query.typed, context_of(query.tokens), strict=True)
            )
        )
        named, begun = self._named(query.compacts)
        trimmed, _ = self._named(query.trimmed_compacts)
        bare, bare_begun = self._named(query.bare_compacts)
        (coded,), (code_begun,) = self.exams.codes.find(query.code) if query.code else ((0,), (0,))
        return Reading(query, slots, pairs, named, begun, trimmed, bare, bare_begun, coded, code_begun)

    def _named(self, forms: tuple[str, ...]) -> tuple[Sets, Sets]:
        """The exams with a name that is one of `forms`, and with one that begins so."""
        if len(forms) == 1:
            return self.exams.names.find(forms[0])
        named = begun = (0,) * GROUPS
        for form in forms:
            whole, longer = self.exams.names.find(form)
            named = tuple(map(or_, named, whole))
            begun = tuple(map(or_, begun, longer))
        return named, begun

    def _read_pair(self, joined: str) -> Pair | None:
        exams, label_exams = self.exams.words.begun(joined)
        return Pair(exams, label_exams) if exams else None

    def _read_slot(self, token: str, typed: int, context: bool, last: bool, joined: bool, in_doubt: bool) -> Slot:
        words = self.exams.words
        (exact_exams, label_exact_exams), (exams, label_exams) = words.find(token)
        exact = {token} if exact_exams else set()
        if not last and len(token) == 1:
            exams, label_exams = exact_exams, label_exact_exams
        begins = exams != 0 and (last or len(token) > 1)
        full = canonical(token)
        if full != token and (more := words.whole(full))[0]:
            exact.add(full)
            exact_exams, label_exact_exams = exact_exams | more[0], label_exact_exams | more[1]
            exams, label_exams = exams | more[0], label_exams | more[1]
        known = exact_exams if in_doubt else exams
        near = {} if known or joined else self.corrections(token, typed, unfinished=last)
        near_exams = 0
        for word in near:
            near_exams |= words.whole(word)[0]
        return Slot(
            text=token,
            exact=frozenset(exact),
            begins=begins,
            near=near,
            exams=exams,
            exact_exams=exact_exams,
            near_exams=near_exams,
            label_exams=label_exams,
            label_exact_exams=label_exact_exams,
            context=context or (not exams and _misspelt_context(token, typed, near)),
            roman=_SMALL_ROMAN.fullmatch(token) is not None,
        )

    def corrections(self, token: str, typed: int, *, unfinished: bool) -> dict[str, int]:
        """Words `token` may be a misspelling of, and their distance.

        `typed` is its length as typed, plural included; `unfinished` allows the beginnings of longer words.
        """
        if token in NAMES_OF_THEIR_OWN or not may_be_misspelt(token, typed):
            return {}
        near: dict[str, int] = {}
        for length in range(len(token) - 2, len(token) + 3):
            place, allowed = (token[0], length), _errors_allowed(max(typed, length))
            for word, distance in _close(token, self._whole.get(place, ()), allowed):
                near[word] = min(distance, near.get(word, distance))
            if unfinished and abs(length - len(token)) <= _errors_allowed(typed):
                for beginning, distance in _close(token, self._beginnings.get(place, ()), _errors_allowed(typed)):
                    for word in self.exams.words.keys_begun(beginning):
                        if word in self.exams.plain:
                            near[word] = min(distance, near.get(word, distance))
        return {word: distance for word, distance in near.items() if not _opposite(token, word)}


def may_be_misspelt(token: str, typed: int) -> bool:
    """Whether a word of `typed` letters may be one: not a short word, nor one with a digit, nor a roman numeral."""
    return typed >= _FUZZY_FROM and token.isalpha() and not _ROMAN.fullmatch(token)


def _errors_allowed(letters: int) -> int:
    return 2 if letters >= _TWO_ERRORS_FROM else 1


def _close(token: str, choices: tuple[str, ...], allowed: int) -> list[tuple[str, int]]:
    if not choices:
        return []
    found = extract(
        token, choices, scorer=DamerauLevenshtein.distance, processor=None, limit=None, score_cutoff=allowed
    )
    return [(word, int(distance)) for word, distance, _ in found]


def _misspelt_context(token: str, typed: int, near: dict[str, int]) -> bool:
    """Whether `token` is closer to a context word than to any other word, or as close."""
    if not may_be_misspelt(token, typed):
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
        if may_be_misspelt(word, len(word)):
            whole[word[0], len(word)].add(word)
            for length in range(_FUZZY_FROM, len(word)):
                beginnings[word[0], length].add(word[:length])
    return _frozen(whole), _frozen(beginnings)


def _frozen(buckets: dict[tuple[str, int], set[str]]) -> _Buckets:
    return {place: tuple(sorted(words)) for place, words in buckets.items()}
