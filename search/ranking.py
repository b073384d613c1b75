"""The shared ranker: which tier an exam reaches for a query, and the order of a page (terminology.md §4.3).

`judge` looks at one document and one reading, nothing else: the same exams get the same verdicts whichever engine
retrieved them. `rank` orders them. Tiers 30 and 25 are asked for only when nothing stands above.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from kernel.text import fold, tokens
from search.analysis import is_telling
from search.documents import SEPARATOR, Document, Term
from search.index import Breadth
from search.lexicon import Reading, Slot
from search.word_lists import canonical

LABEL = 0
_SHORTEST_ALONE = 3
_SAME_RARITY = 0.01  # orders exams that answer equally rare words: all in one name, or a whole name
_SHORTEST_CODE_PREFIX = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why one exam answers a query.

    `bonus` orders inside the tier before anything else and stays below 1; `term` is the name that matched, None for
    a code; `extra` how many words that name has beyond the query; `loose` says that a single letter or a roman numeral
    only began a word.
    """

    document: Document
    tier: int
    bonus: float = 0.0
    term: int | None = None
    extra: int = 0
    rarity: float = 0.0
    loose: bool = False

    @property
    def score(self) -> float:
        """One number a client can show, `90.1`: tier and bonus."""
        return round(self.tier + self.bonus, 1)


def rank(reading: Reading, documents: Iterable[Document], breadth: Breadth) -> list[Verdict]:
    """The verdicts of `documents`, best first, always in the same order."""
    judge = judge_whole if breadth is Breadth.WHOLE else judge_partial
    shorter = reading.without_context()
    verdicts = [verdict for document in documents if (verdict := judge(reading, shorter, document))]
    exact = max((verdict.tier for verdict in verdicts if not verdict.loose), default=-1)
    return sorted((verdict for verdict in verdicts if not verdict.loose or verdict.tier > exact), key=_order)


def after(reading: Reading, verdicts: list[Verdict], others: list[Verdict]) -> list[Verdict]:
    """`others`, found without the last letter of the query, set after `verdicts`, in tier 35 at most.

    All of them when that letter is nowhere a word; else those with a name that begins as the query was typed:
    `intoxication a` may be on its way to `intoxication au plomb`.
    """
    doubtful = all(_loose(reading, verdict.document.words) for verdict in verdicts)
    typed = fold(reading.query.text)
    held = {verdict.document.request.code for verdict in verdicts}
    return verdicts + [
        replace(other, tier=35, bonus=0.0) if other.tier > 35 else other
        for other in others
        if other.document.request.code not in held and (doubtful or _begins(other.document, typed))
    ]


def _begins(document: Document, typed: str) -> bool:
    return any(fold(term.text).startswith(typed) for term in document.terms)


def _order(verdict: Verdict) -> tuple[object, ...]:
    document = verdict.document
    return (
        document.retired,
        -verdict.tier,
        document.waiting,
        -verdict.bonus,
        -verdict.rarity,
        document.order,
        verdict.extra,
        document.tail,
    )


def judge_whole(reading: Reading, shorter: Reading | None, document: Document) -> Verdict | None:
    """The verdict when everything asked must be found: tiers 100 to 35, and 20."""
    query = reading.query
    if query.code and query.code in document.codes:
        return Verdict(document, 100)
    if query.code_only or not query.tokens:
        return None
    return (
        _named(reading, document)
        or _inside_label(reading, document)
        or _bare(query.bare_compacts, document)
        or _inside(reading, document)
        or _misspelt(reading, document)
        or (_shorter(shorter, document) if shorter else None)
        or _code_prefix(query.code, document)
    )


def judge_partial(reading: Reading, shorter: Reading | None, document: Document) -> Verdict | None:
    """The verdict when nothing answers the whole query: tier 30, then 25."""
    if reading.query.code_only:
        return None
    return _half(reading, document) or _alone(reading, document)


def _named(reading: Reading, document: Document) -> Verdict | None:
    """Tiers 90, 85, 80 and 70: the query is a name of the exam, or the beginning of one."""
    query = reading.query
    for form in query.compacts:
        if (place := document.whole.get(form)) is not None:
            return Verdict(document, 90, document.terms[place].weight, place)
    if (place := document.token_sets.get(query.token_set)) is not None:
        return Verdict(document, 85, 0.0, place)
    for group, (tier, bonus) in enumerate(((80, 0.0), (70, 0.1), (70, 0.0))):
        for form in query.compacts:
            if SEPARATOR + form in document.heads[group]:
                place = next(place for own, place in document.forms[group] if own.startswith(form))
                extra = _extra(document.terms[place], reading)
                loose = reading.slots[-1].roman and _loose(reading, document.words)
                return Verdict(document, tier, bonus, place, extra, loose=loose)
    return None


def _inside_label(reading: Reading, document: Document) -> Verdict | None:
    if _met(reading, document.label_words) != _all(reading):
        return None
    return Verdict(
        document, 60, 0.0, LABEL, _extra(document.terms[LABEL], reading), loose=_loose(reading, document.label_words)
    )


def _bare(forms: tuple[str, ...], document: Document) -> Verdict | None:
    for form in forms:
        if (place := document.whole.get(form)) is not None:
            return Verdict(document, 51, document.terms[place].weight, place)
    return None


def _inside(reading: Reading, document: Document) -> Verdict | None:
    if _met(reading, document.words) != _all(reading):
        return None
    loose = _loose(reading, document.words)
    if loose and not _continues(reading, document):
        return None
    place, inside = _best_term(reading, document)
    extra = _extra(document.terms[place], reading)
    return Verdict(document, 50, 0.1 if inside else 0.0, place, extra, loose=loose)


def _misspelt(reading: Reading, document: Document) -> Verdict | None:
    """Tier 40: placed as the corrected query would be, less its distance."""
    if not any(slot.near for slot in reading.slots):
        return None
    if _met(reading, document.words, misspelt=True) != _all(reading):
        return None
    place, inside = _best_term(reading, document, misspelt=True)
    term = document.terms[place]
    distance = sum(
        min((far for word, far in slot.near.items() if word in (term if inside else document).words), default=0)
        for slot in reading.slots
    )
    label, whole = place == LABEL, inside and _covers(reading, term)
    if whole:
        worth = 9 if label else 8
    elif inside:
        worth = 6 if label else 5
    else:
        worth = 3
    extra = _extra(term, reading)
    return Verdict(document, 40, max(worth - distance, 0) / 10, place, extra, loose=_loose(reading, document.words))


def _shorter(shorter: Reading, document: Document) -> Verdict | None:
    """Tier 35: without its context words, as tiers 60, 50 and 40."""
    found = _inside_label(shorter, document) or _inside(shorter, document) or _misspelt(shorter, document)
    if found is None:
        return None
    bonus = {60: 0.9, 50: 0.7 + found.bonus}.get(found.tier, found.bonus / 2)
    return Verdict(document, 35, bonus, found.term, found.extra, loose=found.loose)


def _code_prefix(code: str, document: Document) -> Verdict | None:
    if len(code) >= _SHORTEST_CODE_PREFIX and code[0].isdigit() and any(own.startswith(code) for own in document.codes):
        return Verdict(document, 20)
    return None


def _half(reading: Reading, document: Document) -> Verdict | None:
    """Tier 30: at least half of the words, one of them telling, the rarest first."""
    met = _met_for_sure(reading, document.words)
    if 2 * len(met) < len(reading.slots) or not any(slot.telling for slot in met):
        return None
    place, _ = _best_term(reading, document, misspelt=True)
    term = document.terms[place]
    rarity = _rarity(met, document.words)
    rarity += _SAME_RARITY * _rarity(_met_for_sure(reading, term.words), term.words)
    rarity += _SAME_RARITY * (term.size <= len(met) or any(slot.text in document.whole for slot in met))
    return Verdict(document, 30, min(rarity / 40, 0.9), place, _extra(term, reading), rarity=rarity)


def _met_for_sure(reading: Reading, words: frozenset[str]) -> list[Slot]:
    """The slots that `words` answers, two letters that only begin a word not counted."""
    mask = _met(reading, words, misspelt=True)
    return [
        slot
        for place, slot in enumerate(reading.slots)
        if mask >> place & 1 and (len(slot.text) >= _SHORTEST_ALONE or not slot.exact.isdisjoint(words))
    ]


def _rarity(met: list[Slot], words: frozenset[str]) -> float:
    return sum(slot.rarity_begun if slot.exact.isdisjoint(words) else slot.rarity for slot in met if not slot.context)


def _alone(reading: Reading, document: Document) -> Verdict | None:
    """Tier 25: two words joined, or one word, are by themselves a whole name of the exam."""
    found = reading.query.tokens
    joined = [left + right for left, right in pairwise(found) if is_telling(left) or is_telling(right)]
    single = [token for token in found if is_telling(token)]
    for bonus, forms in ((0.5, joined), (0.0, single)):
        for form in forms:
            if len(form) >= _SHORTEST_ALONE and (place := document.whole.get(form)) is not None:
                return Verdict(document, 25, bonus + document.terms[place].weight, place)
    return None


def _all(reading: Reading) -> int:
    return (1 << len(reading.slots)) - 1


def _met(reading: Reading, words: frozenset[str], *, misspelt: bool = False) -> int:
    """Which slots `words` answers, one bit each; a joined pair answers for both."""
    mask = 0
    for place, slot in enumerate(reading.slots):
        if not slot.words.isdisjoint(words) or (misspelt and not slot.misspelt.isdisjoint(words)):
            mask |= 1 << place
    for place, pair in enumerate(reading.pairs):
        if pair and not pair.isdisjoint(words):
            mask |= 3 << place
    return mask


def _best_term(reading: Reading, document: Document, *, misspelt: bool = False) -> tuple[int, bool]:
    """The name that answers most slots, the label and the shorter names first; and whether it answers all."""
    best, best_key = LABEL, (-1, 0, 0)
    for place, term in enumerate(document.terms):
        answered = _met(reading, term.words, misspelt=misspelt).bit_count()
        if answered < best_key[0]:
            continue
        exact = sum(not slot.exact.isdisjoint(term.words) for slot in reading.slots)
        key = (answered, exact, -term.size)
        if key > best_key:
            best, best_key = place, key
    return best, best_key[0] == len(reading.slots)


def _covers(reading: Reading, term: Term) -> bool:
    """Whether the words of the query, corrected, are as many as those of `term` and all whole words of it."""
    return term.size == len(reading.slots) and all(
        not (slot.exact | slot.misspelt).isdisjoint(term.tokens) for slot in reading.slots
    )


def _loose(reading: Reading, words: frozenset[str]) -> bool:
    """Whether the last word, one letter or a roman numeral, only begins a word here: V is not VIII."""
    last = reading.slots[-1]
    return (len(last.text) == 1 or last.roman) and last.exact.isdisjoint(words)


def _continues(reading: Reading, document: Document) -> bool:
    """Whether a last letter begins a word that follows the one before: `vitamine c` is not `carence en vitamine d`."""
    if len(reading.slots) < 2 or len(reading.slots[-1].text) > 1:
        return True
    before, letter = reading.slots[-2].words, reading.slots[-1].text
    return any(
        following.startswith(letter) and (word in before or canonical(word) in before)
        for term in document.terms
        for word, following in pairwise(tokens(term.text))
    )


def _extra(term: Term, reading: Reading) -> int:
    return max(term.size - len(reading.slots), 0)
