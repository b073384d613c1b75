"""The shared ranker: which tier an exam reaches for a query, and the order of a page (terminology.md §4.3).

Tiers are sets of exams, so that what a query costs hardly depends on how many it finds. Exams are looked at one by one
only where their order asks for it, and only as far as the page that is wanted. The same exams get the same verdicts
whichever engine retrieved them.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import NamedTuple

from search.collection import Collection
from search.documents import Document, Term, names_of
from search.lexicon import Lexicon, Reading
from search.meeting import LABEL, Test, best_term, covers, tests_of
from search.postings import Exams, Sets, places_of

_MOST_COMPARED = 40
_TRIMMED = 0.3  # the fewer words are left out, the better
_BEGUN = ((80, 0.0), (70, 0.1), (70, 0.0))
_SHORTEST_CODE_PREFIX = 3


class Verdict(NamedTuple):
    """Why one exam answers a query.

    `bonus` orders inside the tier before anything else and stays below 1; `term` is the name that matched, None for
    a code; `extra` how many words that name has beyond the query.
    """

    document: Document
    tier: int
    bonus: float = 0.0
    term: int | None = None
    extra: int = 0
    rarity: float = 0.0

    @property
    def score(self) -> float:
        """One number a client can show, `90.1`: tier and bonus."""
        return round(self.tier + self.bonus, 1)


Judge = Callable[[int], Verdict]


class Group(NamedTuple):
    """Exams of one tier, and what gives the verdict of each by its place.

    `extra` gives the extra words of an exam when all have the same bonus: their order is then known beforehand. None:
    each must be judged first.
    """

    tier: int
    exams: Exams
    judge: Judge
    extra: Callable[[int], int] | None


class Ranking:
    """All that answers a query: `exams`, and the verdicts in order, made one after the other as they are asked for."""

    def __init__(self, collection: Collection, groups: list[Group]) -> None:
        self._collection = collection
        self._groups = groups
        self.exams: Exams = 0
        for group in groups:
            self.exams |= group.exams

    def __iter__(self) -> Iterator[Verdict]:
        retired, waiting = self._collection.retired & self.exams, self._collection.waiting & self.exams
        if not retired and not waiting:
            for group in self._groups:
                yield from self._ordered(group, group.exams)
            return
        for among in (~retired, retired):
            for _, groups in groupby(self._groups, lambda group: group.tier):
                same_tier = list(groups)
                for state in (~waiting, waiting):
                    for group in same_tier:
                        yield from self._ordered(group, group.exams & among & state)

    def _ordered(self, group: Group, exams: Exams) -> Iterator[Verdict]:
        """Restricted list, frequency and class, then fewer extra words, then rank and code: the order of places."""
        places = list(places_of(exams))
        if group.extra is no_extra or len(places) == 1:
            yield from map(group.judge, places)
        elif group.extra is None:
            yield from _judged(group.judge, places)
        else:
            documents = self._collection.documents
            for _, same in groupby(places, lambda place: documents[place].order):
                yield from map(group.judge, sorted(same, key=group.extra))


def _judged(judge: Judge, places: list[int]) -> Iterator[Verdict]:
    """The best first. Beyond forty, the usual order is enough, whatever is asked."""
    first = sorted(map(judge, places[:_MOST_COMPARED]), key=lambda v: (-v.bonus, -v.rarity, v.document.order, v.extra))
    yield from first
    for verdict in map(judge, places[_MOST_COMPARED:]):
        yield verdict._replace(bonus=min(verdict.bonus, first[-1].bonus))


class Groups:
    """The groups of a ranking as they are found, the best first; each exam stays in the first that holds it."""

    def __init__(self, candidates: Exams) -> None:
        self.left = candidates
        self._found: list[Group] = []
        self._loose: Exams = 0
        self._settled: int | None = None

    def add(self, tier: int, exams: Exams, judge: Judge, extra: Callable[[int], int] | None, loose: Exams = 0) -> None:
        """The next group; `loose` are those where a letter or a numeral only begins a word."""
        exams &= self.left
        if not exams:
            return
        self.left &= ~exams
        self._loose |= loose & exams
        if self._settled is None and exams & ~loose:
            self._settled = tier
        self._found.append(Group(tier, exams, judge, extra))

    def settled(self) -> list[Group]:
        """All groups; what is loose only stays in the tiers above all that is not."""
        if not self._loose or self._settled is None:
            return self._found
        return [
            group if group.tier > self._settled else group._replace(exams=group.exams & ~self._loose)
            for group in self._found
        ]


def rank(lexicon: Lexicon, reading: Reading, candidates: Exams) -> Ranking:
    """What answers the whole of a query among `candidates`: tiers 100 to 35, and 20."""
    groups = Groups(candidates)
    _Whole(lexicon.exams, reading).fill(groups)
    return Ranking(lexicon.exams, groups.settled())


class _Whole:
    """The tiers of a reading when everything asked must be found."""

    def __init__(self, collection: Collection, reading: Reading) -> None:
        self._exams = collection
        self._reading = reading
        self._asked = len(reading.slots)

    def fill(self, groups: Groups) -> None:
        """Adds its groups, the best first."""
        reading, query = self._reading, self._reading.query
        if reading.coded:
            groups.add(100, reading.coded, self._by_code(100), no_extra)
        if query.code_only or not reading.slots:
            return
        self._add_named(groups, 90, reading.named, query.compacts)
        if self._asked > 1 and (same_words := self._exams.token_sets.whole(query.token_set)[0]):
            groups.add(85, same_words, self._by_tokens, no_extra)
        self._add_begun(groups)
        if groups.left:
            self._add_inside(groups)
        if groups.left and (shorter := reading.without_context()):
            _Whole(self._exams, shorter).add_without_context(groups)
        if len(query.code) >= _SHORTEST_CODE_PREFIX and query.code[0].isdigit():
            groups.add(20, reading.code_begun, self._by_code(20), no_extra)

    def add_without_context(self, groups: Groups) -> None:
        """Tier 35: this reading, which has no context word any more, as in tiers 60, 50 and 40."""
        in_label, lacking = self._reading.in_label(), self._lacking()
        inside = self._followed(self._reading.answering_all(misspelt=False)) & ~in_label
        misspelt = self._reading.answering_all(misspelt=True) & ~in_label & ~inside if self._doubted else 0
        tests, forgiving = tests_of(self._reading, misspelt=False), tests_of(self._reading, misspelt=True)

        def judge(place: int) -> Verdict:
            if in_label >> place & 1:
                return self._by_label(place)._replace(tier=35, bonus=0.9)
            if inside >> place & 1:
                found = self._inside(place, tests)
                return found._replace(tier=35, bonus=0.7 + found.bonus)
            found = self._misspelt(place, forgiving)
            return found._replace(tier=35, bonus=found.bonus / 2)

        loose = (in_label & self._lacking_in_label()) | (~in_label & lacking)
        groups.add(35, in_label | inside | misspelt, judge, None, loose)

    @property
    def _doubted(self) -> bool:
        return any(slot.near for slot in self._reading.slots)

    def _by_code(self, tier: int) -> Judge:
        return lambda place: Verdict(self._exams.documents[place], tier)

    def _add_named(self, groups: Groups, tier: int, named: Sets, forms: tuple[str, ...], more: float = 0.0) -> None:
        """The exams with a name that is one of `forms`: label, abbreviation, other synonym."""
        if not any(named):
            return

        def judge(place: int) -> Verdict:
            document = self._exams.documents[place]
            names = names_of(document)
            found = (names.whole[form] for form in forms if form in names.whole)
            term = min(found, key=lambda at: names.terms[at].group)
            return Verdict(document, tier, names.terms[term].weight + more, term)

        for exams in named:
            groups.add(tier, exams, judge, no_extra)

    def _by_tokens(self, place: int) -> Verdict:
        document = self._exams.documents[place]
        return Verdict(document, 85, 0.0, names_of(document).token_sets[self._reading.query.token_set])

    def _add_begun(self, groups: Groups) -> None:
        """Tiers 80 and 70: the query begins the label, an abbreviation, another synonym."""
        loose = self._lacking() if self._reading.slots[-1].roman else 0
        for group, (tier, bonus) in enumerate(_BEGUN):
            if exams := self._reading.begun[group]:
                judge = self._begins(group, tier, bonus)
                extra = self._label_extra if group == LABEL else lambda place, judge=judge: judge(place).extra
                groups.add(tier, exams, judge, extra, loose)

    def _begins(self, group: int, tier: int, bonus: float) -> Judge:
        compacts = self._reading.query.compacts

        def judge(place: int) -> Verdict:
            document = self._exams.documents[place]
            names = names_of(document)
            forms = names.forms[group]
            term = next(term for asked in compacts for form, term in forms if form.startswith(asked))
            return Verdict(document, tier, bonus, term, self._extra(names.terms[term]))

        return judge

    def _add_inside(self, groups: Groups) -> None:
        """Tiers 60 to 40: every word is in the label, in the names, or a misspelling of one that is."""
        reading, all_found = self._reading, self._reading.answering_all(misspelt=False)
        if all_found & groups.left:
            groups.add(60, reading.in_label(), self._by_label, self._label_extra, self._lacking_in_label())
        self._add_named(groups, 51, reading.trimmed, reading.query.trimmed_compacts, _TRIMMED)
        self._add_named(groups, 51, reading.bare, reading.query.bare_compacts)
        if all_found & groups.left:
            tests = tests_of(reading, misspelt=False)
            groups.add(50, self._followed(all_found), lambda place: self._inside(place, tests), None, self._lacking())
        if self._doubted and (corrected := reading.answering_all(misspelt=True) & groups.left):
            forgiving = tests_of(reading, misspelt=True)
            groups.add(40, corrected, lambda place: self._misspelt(place, forgiving), None, self._lacking())

    def _by_label(self, place: int) -> Verdict:
        return Verdict(self._exams.documents[place], 60, 0.0, LABEL, self._label_extra(place))

    def _inside(self, place: int, tests: list[Test]) -> Verdict:
        document = self._exams.documents[place]
        terms = names_of(document).terms
        term, inside = best_term(self._reading, tests, terms)
        return Verdict(document, 50, 0.1 if inside else 0.0, term, self._extra(terms[term]))

    def _misspelt(self, place: int, tests: list[Test]) -> Verdict:
        """Tier 40: placed as the corrected query would be, less its distance."""
        document, slots = self._exams.documents[place], self._reading.slots
        names = names_of(document)
        at, inside = best_term(self._reading, tests, names.terms)
        term = names.terms[at]
        words = term.words if inside else names.words
        distance = sum(min((far for word, far in slot.near.items() if word in words), default=0) for slot in slots)
        if inside and covers(self._reading, term):
            worth = 9 if at == LABEL else 8
        elif inside:
            worth = 6 if at == LABEL else 5
        else:
            worth = 3
        return Verdict(document, 40, max(worth - distance, 0) / 10, at, self._extra(term))

    def _lacking(self) -> Exams:
        """The exams where the last word of the query, if it is hesitant, only begins one."""
        last = self._reading.slots[-1]
        return ~last.exact_exams if last.hesitant else 0

    def _lacking_in_label(self) -> Exams:
        last = self._reading.slots[-1]
        return ~last.label_exact_exams if last.hesitant else 0

    def _followed(self, exams: Exams) -> Exams:
        """Those where a last letter that is no word begins the next: `vitamine c` is not `carence en vitamine d`."""
        slots = self._reading.slots
        if len(slots) < 2 or len(slots[-1].text) > 1 or not exams:
            return exams
        before, letter, followed = slots[-2], slots[-1].text, self._exams.followed
        found = followed.begun(letter + before.text)[0] if before.begins else 0
        for word in before.exact:
            found |= followed.whole(letter + word)[0]
        return exams & (found | slots[-1].exact_exams)

    def _label_extra(self, place: int) -> int:
        return max(self._exams.label_sizes[place] - self._asked, 0)

    def _extra(self, term: Term) -> int:
        return max(term.size - self._asked, 0)


def no_extra(_place: int) -> int:
    """For names that are met whole."""
    return 0
