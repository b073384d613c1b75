"""Tiers 30 and 25 of the shared ranker: what answers a part of a query, when nothing answers the whole (§4.3)."""

from functools import reduce
from itertools import pairwise
from math import log
from operator import or_

from search.analysis import is_telling
from search.collection import Collection
from search.documents import GROUPS, names_of
from search.lexicon import Lexicon, Reading, Slot
from search.meeting import best_term, met, tests_of
from search.postings import Exams
from search.ranking import Groups, Judge, Ranking, Verdict, no_extra

_SHORTEST_ALONE = 3
_SAME_RARITY = 0.01  # orders exams that answer equally rare words: all in one name, or a whole name


def rank_partial(lexicon: Lexicon, reading: Reading, candidates: Exams) -> Ranking:
    """What answers a part of it, for when nothing answers the whole: tiers 30 and 25."""
    groups = Groups(candidates)
    _Partial(lexicon.exams, reading).fill(groups)
    return Ranking(lexicon.exams, groups.settled())


class _Partial:
    """The tiers of a reading when nothing answers the whole of it."""

    def __init__(self, collection: Collection, reading: Reading) -> None:
        self._exams = collection
        self._reading = reading
        self._tests = tests_of(reading, misspelt=True)
        # For each slot, the rarity of what it is, and of what it begins or is a misspelling of.
        self._rarities = {
            slot.text: (self._rarity(slot.exact_exams), self._rarity(slot.exams or slot.near_exams))
            for slot in reading.slots
        }

    def fill(self, groups: Groups) -> None:
        """Adds tier 30, the exams that answer the rarest words first; then tier 25."""
        if self._reading.query.code_only or not self._reading.slots:
            return
        for _, exams in sorted(self._by_rarity().items(), reverse=True):
            groups.add(30, exams, self._half, None)
        self._add_alone(groups)

    def _by_rarity(self) -> dict[float, Exams]:
        """The exams that answer half of the words and a telling one, by the rarity of what they answer."""
        slots = self._reading.slots
        sure = [
            answering if len(slot.text) >= _SHORTEST_ALONE else slot.exact_exams
            for slot, answering in zip(slots, self._reading.answering(misspelt=True), strict=True)
        ]
        telling = reduce(or_, (exams for slot, exams in zip(slots, sure, strict=True) if slot.telling), 0)
        parts: dict[float, Exams] = {0.0: telling & _at_least(sure, -(-len(slots) // 2))}
        for slot, exams in zip(slots, sure, strict=True):
            if not slot.context:
                parts = self._refined(parts, slot, exams)
        rounded: dict[float, Exams] = {}
        for rarity, exams in parts.items():
            rounded[round(rarity, 1)] = rounded.get(round(rarity, 1), 0) | exams
        return {rarity: exams for rarity, exams in rounded.items() if exams}

    def _refined(self, parts: dict[float, Exams], slot: Slot, sure: Exams) -> dict[float, Exams]:
        """Each part divided by how it answers one slot: exactly, by a beginning or a misspelling, not at all."""
        exact, begun = self._rarities[slot.text]
        refined: dict[float, Exams] = {}
        for rarity, exams in parts.items():
            answered = exams & sure
            for more, own in (
                (exact, answered & slot.exact_exams),
                (begun, answered & ~slot.exact_exams),
                (0.0, exams & ~sure),
            ):
                if own:
                    refined[rarity + more] = refined.get(rarity + more, 0) | own
        return refined

    def _rarity(self, exams: Exams) -> float:
        """The logarithm of all exams over these."""
        return log(len(self._exams.documents) / exams.bit_count()) if exams else 0.0

    def _half(self, place: int) -> Verdict:
        document, reading = self._exams.documents[place], self._reading
        names = names_of(document)
        at, _ = best_term(reading, self._tests, names.terms)
        term = names.terms[at]
        found = self._met_for_sure(names.words, names.begins)
        rarity = self._rarity_of(found, names.words)
        rarity += _SAME_RARITY * self._rarity_of(self._met_for_sure(term.words, term.begins), term.words)
        rarity += _SAME_RARITY * (term.size <= len(found) or any(slot.text in names.whole for slot in found))
        extra = max(term.size - len(reading.slots), 0)
        return Verdict(document, 30, min(rarity / 40, 0.9), at, extra, rarity)

    def _met_for_sure(self, words: frozenset[str], begins: str) -> list[Slot]:
        """The slots that `words` answers, two letters that only begin a word not counted."""
        mask = met(self._tests, words, begins)
        return [
            slot
            for place, slot in enumerate(self._reading.slots)
            if mask >> place & 1 and (len(slot.text) >= _SHORTEST_ALONE or not slot.exact.isdisjoint(words))
        ]

    def _rarity_of(self, met: list[Slot], words: frozenset[str]) -> float:
        return sum(self._rarities[slot.text][slot.exact.isdisjoint(words)] for slot in met if not slot.context)

    def _add_alone(self, groups: Groups) -> None:
        """Tier 25: two words joined, or one word, are by themselves a whole name of the exam."""
        found = self._reading.query.tokens
        joined = tuple(left + right for left, right in pairwise(found) if is_telling(left) or is_telling(right))
        single = tuple(token for token in found if is_telling(token))
        for bonus, forms in ((0.5, joined), (0.0, single)):
            long = tuple(form for form in forms if len(form) >= _SHORTEST_ALONE)
            sets = [self._exams.names.whole(form) for form in long]
            for group in range(GROUPS):
                groups.add(25, reduce(or_, (own[group] for own in sets), 0), self._by_word(long, bonus), no_extra)

    def _by_word(self, forms: tuple[str, ...], bonus: float) -> Judge:
        def judge(place: int) -> Verdict:
            document = self._exams.documents[place]
            names = names_of(document)
            term = next(names.whole[form] for form in forms if form in names.whole)
            return Verdict(document, 25, bonus + names.terms[term].weight, term)

        return judge


def _at_least(sets: list[Exams], number: int) -> Exams:
    """The exams that are in `number` of the sets at least."""
    reached: list[Exams] = [-1] + [0] * number
    for exams in sets:
        for count in range(number, 0, -1):
            reached[count] |= reached[count - 1] & exams
    return reached[number]
