"""What to highlight in the name that answered, in code points of the original text (terminology.md §4.1 `spans`)."""

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from kernel.text import Word, words
from search.lexicon import Reading
from search.word_lists import canonical

Span = tuple[int, int]
_LONGEST_JOIN = 3
_KEPT = 16384


class _Own(NamedTuple):
    """A word of a name, the word it stands for, and it joined to the two that follow."""

    word: Word
    canonical: str
    joined: str
    following: tuple[Word, ...]


class _Name(NamedTuple):
    """A name as it is highlighted: its words, their letters joined, how many letters end with each word, and `before`
    each the spans of the words that stand apart from it, and where the one it belongs to starts."""

    own: tuple[_Own, ...]
    joined: str
    reached: list[int]
    before: list[tuple[tuple[Span, ...], int]]
    whole: tuple[Span, ...]

    def first(self, letters: int) -> tuple[Span, ...]:
        """The spans of its first letters."""
        if not letters:
            return ()
        at = bisect_left(self.reached, letters)
        word = self.own[at].word
        apart, start = self.before[at]
        return (*apart, (start, word.end_of(letters - self.reached[at] + len(word.text))))


def spans(reading: Reading, value: str) -> tuple[Span, ...]:
    """The parts of `value` that the query names, in order, apart from one another and within `value`."""
    name = _spelled(value)
    query = reading.query
    for form in query.compacts + query.trimmed_compacts + query.bare_compacts:
        if name.joined.startswith(form):
            return name.whole if form == name.joined else name.first(len(form))
    return _merged(value, _word_by_word(reading, name.own))


@lru_cache(maxsize=_KEPT)
def _spelled(value: str) -> _Name:
    """A name made ready, once."""
    found = words(value)
    texts = [word.text for word in found]
    own = tuple(
        _Own(
            word,
            canonical(word.text),
            "".join(texts[place : place + _LONGEST_JOIN]),
            found[place : place + _LONGEST_JOIN],
        )
        for place, word in enumerate(found)
    )
    merged = [_merged(value, [(word.start, word.end) for word in found[: place + 1]]) for place in range(len(found))]
    before = [(so_far[:-1], so_far[-1][0]) for so_far in merged]
    reached = list(accumulate(map(len, texts)))
    return _Name(own, "".join(texts), reached, before, merged[-1] if merged else ())


def _first_letters(own: Iterable[Word], length: int) -> list[Span]:
    """Spans of the `length` first letters of `own`."""
    found = []
    for word in own:
        if length <= 0:
            break
        found.append((word.start, word.end_of(length)))
        length -= len(word.text)
    return found


def _word_by_word(reading: Reading, own: tuple[_Own, ...]) -> list[Span]:
    slots = reading.slots
    asked = [slot.text for slot in slots]
    asked += [slots[place].text + slots[place + 1].text for place, pair in enumerate(reading.pairs) if pair]
    found: list[Span] = []
    for word, full, joined, following in own:
        text = word.text
        # All of it when a slot is it, or a misspelling of it, else the beginning a slot names.
        named = 0
        for slot in slots:
            if text in slot.meant or full in slot.exact:
                named = len(text)
                break
            if slot.begins and len(slot.text) > named and text.startswith(slot.text):
                named = len(slot.text)
        if named:
            found.append((word.start, word.end_of(named)))
        # The first words together when a word of the query, or two joined, is them joined.
        longest = 0
        for form in asked:
            if len(form) > len(text) and len(form) > longest and joined.startswith(form):
                longest = len(form)
        if longest:
            found += _first_letters(following, longest)
    return found


def _merged(value: str, found: list[Span]) -> tuple[Span, ...]:
    """The spans in order, joined when only punctuation or space lies between them."""
    if len(found) < 2:
        return tuple(found)
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and (start <= merged[-1][1] or not any(map(str.isalnum, value[merged[-1][1] : start]))):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
