"""What to highlight in the name that answered, in code points of the original text (terminology.md §4.1 `spans`)."""

import itertools

from kernel.text import Word, words
from search.lexicon import Reading, Slot
from search.word_lists import canonical

Span = tuple[int, int]
_LONGEST_JOIN = 3


def spans(reading: Reading, value: str) -> tuple[Span, ...]:
    """The parts of `value` that the query names, in order, apart from one another and within `value`."""
    own = words(value)
    found = _from_the_start(reading, own) or _word_by_word(reading, own)
    return _merged(value, found)


def _from_the_start(reading: Reading, own: tuple[Word, ...]) -> list[Span]:
    """The beginning of `own` when the query, joined, is it."""
    joined = "".join(word.text for word in own)
    for form in (*reading.query.compacts, *reading.query.bare_compacts):
        if joined.startswith(form):
            return _first_letters(own, len(form))
    return []


def _first_letters(own: tuple[Word, ...], length: int) -> list[Span]:
    """Spans of the `length` first letters of `own`."""
    found = []
    for word in own:
        if length <= 0:
            break
        found.append((word.start, word.end_of(length)))
        length -= len(word.text)
    return found


def _word_by_word(reading: Reading, own: tuple[Word, ...]) -> list[Span]:
    found: list[Span] = []
    for place, word in enumerate(own):
        lengths = [_letters(slot, word.text) for slot in reading.slots]
        if any(lengths):
            found.append((word.start, word.end_of(max(lengths))))
        found.extend(_joined(reading, own[place : place + _LONGEST_JOIN]))
    return found


def _letters(slot: Slot, word: str) -> int:
    """How many letters of `word` the slot names: all when it is it, or a misspelling of it, else its beginning."""
    if word in slot.exact or canonical(word) in slot.exact or word in slot.near:
        return len(word)
    return len(slot.text) if slot.words and word in slot.words and word.startswith(slot.text) else 0


def _joined(reading: Reading, own: tuple[Word, ...]) -> list[Span]:
    """Spans over the first words of `own` when a word of the query, or two joined, is them joined."""
    whole = "".join(word.text for word in own)
    query = [slot.text for slot in reading.slots]
    asked = query + [left + right for left, right in itertools.pairwise(query)]
    lengths = [len(form) for form in asked if len(form) > len(own[0].text) and whole.startswith(form)]
    return _first_letters(own, max(lengths)) if lengths else []


def _merged(value: str, found: list[Span]) -> tuple[Span, ...]:
    """The spans in order, joined when only punctuation or space lies between them."""
    merged: list[Span] = []
    for start, end in sorted(found):
        if merged and (start <= merged[-1][1] or not any(map(str.isalnum, value[merged[-1][1] : start]))):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
