"""The searchable form of an exam: its names, folded once (terminology.md §4.2). One constructor, `document_of`.

Every engine stores what it needs of it; the ranker judges it and nothing else, so that an index cannot drift
from the catalogue. A document at rest is little more than its exam; its names are folded when they are looked at, and
those looked at last are kept.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from operator import add
from typing import NamedTuple

from kernel.text import compact, fold, tokens
from search.word_lists import in_full
from terminology.request_code import CodeStatus, OrderClass, RequestCode, SynonymKind

SEPARATOR = "\n"
GROUPS = 3
_PARENTHESIS = re.compile(r"\([^()]*\)")
_CLASS_ORDER = {OrderClass.ORDER: 0, OrderClass.BOTH: 1, OrderClass.OBSERVATION: 2, None: 3}
_WEIGHTS = (0.2, 0.1, 0.0)
_NO_RANK = 10**9
_KEPT = 4096

Tokens = tuple[str, ...]
Forms = tuple[tuple[str, int], ...]


class MatchField(StrEnum):
    """Which part of the exam a query met."""

    LABEL = "label"
    SYNONYM = "synonym"
    CODE = "code"
    NABM = "nabm"
    LOINC = "loinc"
    REFERENCE = "reference_label"


@dataclass(frozen=True, slots=True)
class Term:
    """One name of an exam.

    `tokens` are its words and their full forms; `words` also its adjacent tokens joined, and `begins` the same in one
    text, each after a `SEPARATOR`. `compacts` are its compact forms, `token_sets` its sets of tokens as `token_key`
    writes them; `size` counts its tokens.
    """

    field: MatchField
    kind: SynonymKind | None
    text: str
    tokens: frozenset[str]
    words: frozenset[str]
    begins: str
    size: int
    compacts: tuple[str, ...]
    token_sets: tuple[str, ...]

    @property
    def group(self) -> int:
        """Its group among the names: label, abbreviation, other synonym."""
        return group_of(self.field, self.kind)

    @property
    def weight(self) -> float:
        """What a whole match of this name is worth inside tier 90."""
        return _WEIGHTS[self.group]


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one exam, the label first.

    `whole` gives, for a compact form, the term it is, best first; `token_sets` the same for a set of tokens; `forms`
    the compact forms of the label, the abbreviations and the other synonyms with the term they are, shortest first;
    `words` all words of all names, and `begins` the same in one text; `folded` all names in one text, each after a
    `SEPARATOR`.
    """

    terms: tuple[Term, ...]
    words: frozenset[str]
    begins: str
    folded: str
    whole: dict[str, int]
    token_sets: dict[str, int]
    forms: tuple[Forms, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One exam as search sees it; `loinc` also finds it, when its own code is another.

    `order` is its place inside a tier before the number of extra tokens, `tail` after.
    """

    request: RequestCode
    loinc: str | None
    order: tuple[int, int, int]
    tail: tuple[int, int, str]

    @property
    def terms(self) -> tuple[Term, ...]:
        """Its names, the label first."""
        return names_of(self).terms

    @property
    def words(self) -> frozenset[str]:
        """All words of all its names."""
        return names_of(self).words

    @property
    def names(self) -> frozenset[str]:
        """The compact forms of its names, reference label apart."""
        return frozenset(names_of(self).whole)

    @property
    def codes(self) -> dict[str, str]:
        """What may be typed for one of its codes or acts, and the code or act meant: `28423`, `2842-3`, `552`."""
        nabm = self.request.nabm
        codes = {act: act for act in nabm} | {act[1:]: act for act in nabm if act.startswith("0")}
        for code in filter(None, (self.loinc, self.request.code)):
            # Most are digits and a hyphen: what `compact` would give.
            joined = code.replace("-", "")
            codes |= {code.casefold(): code, joined if joined.isascii() and joined.isdigit() else compact(code): code}
        return codes

    @property
    def waiting(self) -> bool:
        """Its code is a waiting code."""
        return self.request.status is CodeStatus.WAITING

    @property
    def retired(self) -> bool:
        """Its code is retired."""
        return self.request.status is CodeStatus.RETIRED


def document_of(request: RequestCode, loinc: str | None = None) -> Document:
    """The searchable form of one exam."""
    return Document(
        request=request,
        loinc=loinc,
        order=(
            0 if request.restricted else 1,
            -request.frequency.bit_length(),
            _CLASS_ORDER[request.order_class],
        ),
        tail=(_NO_RANK if request.rank is None else request.rank, *_numeric(request.code)),
    )


def read_names(document: Document) -> Names:
    """The names of an exam, folded now."""
    terms = tuple(_term(*name) for name in named_texts(document.request))
    named = [(place, term) for place, term in enumerate(terms) if term.field is not MatchField.REFERENCE]
    whole: dict[str, int] = {}
    for place, term in sorted(named, key=lambda item: -item[1].weight):
        for form in term.compacts:
            whole.setdefault(form, place)
    token_sets: dict[str, int] = {}
    for place, term in enumerate(terms):
        for token_set in term.token_sets:
            token_sets.setdefault(token_set, place)
    return Names(
        terms=terms,
        words=frozenset(chain.from_iterable(term.words for term in terms)),
        begins="".join(term.begins for term in terms),
        folded="".join(SEPARATOR + fold(term.text) for term in terms),
        whole=whole,
        token_sets=token_sets,
        forms=tuple(_forms(named, group) for group in range(GROUPS)),
    )


names_of = lru_cache(maxsize=_KEPT)(read_names)
"""The same, kept for the exams looked at last."""


def token_key(found: Iterable[str]) -> str:
    """A set of tokens as one text."""
    return " ".join(sorted(set(found)))


def named_texts(request: RequestCode) -> Iterator[tuple[MatchField, SynonymKind | None, str]]:
    """The names of an exam: the label, the synonyms, the label of reference."""
    yield MatchField.LABEL, None, request.display
    for synonym in request.synonyms:
        yield MatchField.SYNONYM, synonym.kind, synonym.text
    if request.reference_label:
        yield MatchField.REFERENCE, None, request.reference_label


def group_of(field: MatchField, kind: SynonymKind | None) -> int:
    """The group of a name: label, abbreviation, other synonym."""
    if field is MatchField.LABEL:
        return 0
    return 1 if kind is SynonymKind.ABBREVIATION else 2


def _term(field: MatchField, kind: SynonymKind | None, text: str) -> Term:
    spelled = spell(text)
    words = frozenset(spelled.words())
    return Term(
        field=field,
        kind=kind,
        text=text,
        tokens=frozenset(chain.from_iterable(spelled.variants)),
        words=words,
        begins=SEPARATOR + SEPARATOR.join(words),
        size=spelled.size,
        compacts=spelled.compacts(),
        token_sets=spelled.token_sets(),
    )


class Spelled(NamedTuple):
    """A name in tokens: as it is, without its parenthesis, and both with short words in full (`full`)."""

    variants: tuple[Tokens, ...]
    full: tuple[Tokens, ...]
    size: int

    def compacts(self) -> tuple[str, ...]:
        """Its compact forms."""
        return _apart(["".join(form) for form in self.variants if form])

    def token_sets(self) -> tuple[str, ...]:
        """Its sets of tokens, as `token_key` writes them."""
        return _apart([token_key(form) for form in self.full if form])

    def words(self) -> list[str]:
        """Its tokens, and two or three adjacent ones joined; some may come twice."""
        found: list[str] = []
        for form in self.variants:
            found += form
            if len(form) > 1:
                pairs = list(map(add, form, form[1:]))
                found += pairs
                found += map(add, pairs, form[2:])
        return found


def _apart(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts)) if len(texts) > 1 else tuple(texts)


def spell(text: str) -> Spelled:
    """The tokens of a name, a label counting with and without its parenthesis."""
    form = tokens(text)
    full = in_full(form)
    if "(" not in text or not (without := tokens(_PARENTHESIS.sub(" ", text))):
        return Spelled((form,) if full is form else (form, full), (full,), len(form))
    both = (full, in_full(without))
    return Spelled(tuple(dict.fromkeys((form, without, *both))), both, len(without))


def _forms(named: list[tuple[int, Term]], group: int) -> Forms:
    """The compact forms of one group of names, those of the shorter names first."""
    own = sorted((term.size, place) for place, term in named if term.group == group)
    terms = dict(named)
    return tuple((form, place) for _, place in own for form in terms[place].compacts)


def _numeric(code: str) -> tuple[int, str]:
    digits = code.replace("-", "")
    return (int(digits), code) if digits.isascii() and digits.isdigit() else (_NO_RANK, code)
