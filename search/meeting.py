"""Which words of a query a name answers, and the name of an exam that answers best (terminology.md §4.3)."""

from typing import NamedTuple

from search.documents import SEPARATOR, Term
from search.lexicon import Reading, Slot

LABEL = 0
_NO_FORMS: frozenset[str] = frozenset()


class Test(NamedTuple):
    """What a set of words must hold to answer the slots of `bits`: one of `forms`, or what begins as `beginning`.

    Either may be empty: no form, no beginning.
    """

    bits: int
    forms: frozenset[str]
    beginning: str


def tests_of(reading: Reading, *, misspelt: bool) -> list[Test]:
    """One for each slot, and one for each pair, that answers for both."""
    slots = reading.slots
    tests = [_test(1 << place, slot, slot.meant if misspelt else slot.exact) for place, slot in enumerate(slots)]
    for place, pair in enumerate(reading.pairs):
        if pair:
            tests.append(Test(3 << place, _NO_FORMS, SEPARATOR + slots[place].text + slots[place + 1].text))
    return tests


def _test(bits: int, slot: Slot, forms: frozenset[str]) -> Test:
    if not slot.begins:
        return Test(bits, forms, "")
    # What begins as the slot does may be the very word.
    return Test(bits, _NO_FORMS if len(forms) == 1 and slot.text in forms else forms, SEPARATOR + slot.text)


def met(tests: list[Test], words: frozenset[str], begins: str) -> int:
    """Which slots `words` answers, one bit each. `begins` are the same in one text."""
    mask = 0
    for bits, forms, beginning in tests:
        if (beginning and beginning in begins) or (forms and not forms.isdisjoint(words)):
            mask |= bits
    return mask


def best_term(reading: Reading, tests: list[Test], terms: tuple[Term, ...]) -> tuple[int, bool]:
    """The name that answers most slots, the label and the shorter names first; and whether it answers all."""
    best, most, best_exact, best_size = LABEL, 0, 0, 0
    for place, term in enumerate(terms):
        words, begins, mask = term.words, term.begins, 0
        for bits, forms, beginning in tests:  # as `met`, without the cost of a call
            if (beginning and beginning in begins) or (forms and not forms.isdisjoint(words)):
                mask |= bits
        answered = mask.bit_count()
        if answered < most or not answered:
            continue
        exact = 0
        for slot in reading.slots:
            if not slot.exact.isdisjoint(words):
                exact += 1
        if answered > most or exact > best_exact or (exact == best_exact and term.size < best_size):
            best, most, best_exact, best_size = place, answered, exact, term.size
    return best, most == len(reading.slots)


def covers(reading: Reading, term: Term) -> bool:
    """Whether the words of the query, corrected, are as many as those of `term` and all whole words of it."""
    return term.size == len(reading.slots) and all(not slot.meant.isdisjoint(term.tokens) for slot in reading.slots)
