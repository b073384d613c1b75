"""The vocabulary of a set of exams, and how the words of a query are read in it (terminology.md §4.2, §4.3 fuzzy).

A word is read as itself or its equivalent, as the beginning of words, joined to its neighbour, and only when all of
this finds nothing, as a misspelling (`search.misspelling`).
"""

import re
from collections.abc import Iterable
from functools import lru_cache, reduce
from itertools import chain, pairwise, repeat
from operator import add, and_, or_
from typing import NamedTuple

from search.analysis import Query, is_telling
from search.collection import Collection
from search.documents import GROUPS, Document
from search.misspelling import Misspellings, may_be_context
from search.postings import Exams, Sets
from search.word_lists import canonical

_SMALL_ROMAN = re.compile(r"[ivx]+")
_KEPT_BITS = 8_000_000

_YES = (True,)
_NO_NAMES: Sets = (0,) * GROUPS
_NO_CODE: tuple[Sets, Sets] = ((0,), (0,))


class Slot(NamedTuple):
    """One word of the query as the vocabulary reads it.

    `exact` are the words it is; `begins`: it may also begin longer ones; `near` the words it may be a misspelling of,
    with their distance; `meant` are both. `exams` hold a word it is or begins, `exact_exams` one it is, `near_exams`
    one of `near`; `label_exams` and `label_exact_exams` hold it in their label. `roman` marks a numeral such as viii.
    """

    text: str
    exact: frozenset[str]
    begins: bool
    near: dict[str, int]
    meant: frozenset[str]
    exams: Exams
    exact_exams: Exams
    near_exams: Exams
    label_exams: Exams
    label_exact_exams: Exams
    context: bool
    roman: bool

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
        self._misspellings = Misspellings(self.exams.plain)

    def read(self, query: Query) -> Reading:
        """The words of `query` as this vocabulary knows them."""
        tokens = query.tokens
        pairs = tuple(map(self._pair, map(add, tokens, tokens[1:])))
        last = repeat(False, len(tokens) - 1)
        slots = tuple(
            map(self._slot, tokens, query.typed, query.context, chain(last, _YES), _beside(pairs), repeat(False))
        )
        named, begun = self._named(query.compacts)
        trimmed = self._named(query.trimmed_compacts)[0] if query.trimmed_compacts else _NO_NAMES
        bare, bare_begun = self._named(query.bare_compacts) if query.bare_compacts else (_NO_NAMES, _NO_NAMES)
        (coded,), (code_begun,) = self.exams.codes.find(query.code) if query.code else _NO_CODE
        return Reading(query, slots, pairs, named, begun, trimmed, bare, bare_begun, coded, code_begun)

    def doubt(self, reading: Reading) -> Reading:
        """The same, what only begins a word perhaps misspelt; the very same when nothing is."""
        query, slots, beside = reading.query, list(reading.slots), _beside(reading.pairs)
        for place, slot in enumerate(slots):
            if slot.exams and not slot.exact_exams:
                last = place + 1 == len(slots)
                slots[place] = self._slot(
                    slot.text, query.typed[place], query.context[place], last, beside[place], True
                )
        doubted = tuple(slots)
        return reading if doubted == reading.slots else reading._replace(slots=doubted)

    def _named(self, forms: tuple[str, ...]) -> tuple[Sets, Sets]:
        """The exams with a name that is one of `forms`, and with one that begins so."""
        if len(forms) == 1:
            return self.exams.names.find(forms[0])
        named = begun = _NO_NAMES
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
        near = {} if known or joined else self._misspellings.corrections(token, typed, unfinished=last)
        near_exams = 0
        for word in near:
            near_exams |= words.whole(word)[0]
        return Slot(
            text=token,
            exact=frozenset(exact),
            begins=begins,
            near=near,
            meant=frozenset(exact.union(near)),
            exams=exams,
            exact_exams=exact_exams,
            near_exams=near_exams,
            label_exams=label_exams,
            label_exact_exams=label_exact_exams,
            context=context or (not exams and may_be_context(token, typed, near)),
            roman=_SMALL_ROMAN.fullmatch(token) is not None,
        )


def _beside(pairs: tuple[Pair | None, ...]) -> list[bool]:
    """Which words are one of a pair that begins a word."""
    joined = [False] * (len(pairs) + 1)
    for place, pair in enumerate(pairs):
        if pair:
            joined[place] = joined[place + 1] = True
    return joined
