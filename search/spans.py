"""What to highlight in the name that answered, in code points of the original text (terminology.md §4.1 `spans`)."""

from functools import lru_cache

from kernel.text import Word, words
from search.lexicon import Reading, Slot
from search.word_lists import canonical

Span = tuple[int, int]
_LONGEST_JOIN = 3
_KEPT = 16384


def spans(reading: Reading, value: str) -> tuple[Span, ...]:
    """The parts of `value` that the query names, in order, apart from one another and within `value`."""
    own, joined = _spelled(value)
    query = reading.query
    for form in query.compacts + query.trimmed_compacts + query.bare_compacts:
        if joined.startswith(form):
            return _merged(value, _first_letters(own, len(form)))
    return _merged(value, _word_by_word(reading, own))


@lru_cache(maxsize=_KEPT)
def _spelled(value: str) -> tuple[tuple[Word, ...], str]:
    """The words of a name, and their letters joined."""
    own = words(value)
    return own, "".join(word.text for word in own)


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
    slots = reading.slots
    asked = [slot.text for slot in slots]
    asked += [slots[place].text + slots[place + 1].text for place, pair in enumerate(reading.pairs) if pair]
    found: list[Span] = []
    for place, word in enumerate(own):
        if longest := max(_letters(slot, word.text) for slot in slots):
            found.append((word.start, word.end_of(longest)))
        found += _joined(asked, own[place : place + _LONGEST_JOIN])
    return found


def _letters(slot: Slot, word: str) -> int:
    """How many letters of `word` the slot names: all when it is it, or a misspelling of it, else its beginning."""
    if word in slot.exact or word in slot.near or canonical(word) in slot.exact:
        return len(word)
    return len(slot.text) if slot.begins and word.startswith(slot.text) else 0


def _joined(asked: list[str], own: tuple[Word, ...]) -> list[Span]:
    """Spans over the first words of `own` when a word of the query, or two joined, is them joined."""
    first = own[0].text
    forms = [form for form in asked if len(form) > len(first) and form.startswith(first)]
    if not forms:
        return []
    whole = "".join(word.text for word in own)
    lengths = [len(form) for form in forms if whole.startswith(form)]
    return _first_letters(own, max(lengths)) if lengths else []


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
