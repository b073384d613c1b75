"""The searchable form of an exam: its names, folded once (terminology.md §4.2). One constructor, `document_of`.

Every engine stores what it needs of it; the ranker judges it and nothing else, so that an index cannot drift
from the catalogue.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain

from kernel.text import compact, tokens
from search.word_lists import canonical
from terminology.request_code import OrderClass, RequestCode, RequestStatus, SynonymKind

SEPARATOR = "\n"
_PARENTHESIS = re.compile(r"\([^()]*\)")
_CLASS_ORDER = {OrderClass.ORDER: 0, OrderClass.BOTH: 1, OrderClass.OBSERVATION: 2, None: 3}
_NO_RANK = 10**9
_LONGEST_JOIN = 3

Forms = tuple[tuple[str, int], ...]


class MatchField(StrEnum):
    """Which part of the exam a query met."""

    LABEL = "label"
    SYNONYM = "synonym"
    CODE = "code"
    NABM = "nabm"
    REFERENCE = "reference_label"


@dataclass(frozen=True, slots=True)
class Term:
    """One name of an exam. `tokens` are its words and their full forms; `words` also its adjacent tokens joined."""

    field: MatchField
    kind: SynonymKind | None
    text: str
    tokens: frozenset[str]
    words: frozenset[str]
    size: int
    compacts: tuple[str, ...]
    token_sets: tuple[frozenset[str], ...]

    @property
    def head(self) -> int:
        """Its group in `Document.heads`: label, abbreviation, other synonym."""
        if self.field is MatchField.LABEL:
            return 0
        return 1 if self.kind is SynonymKind.ABBREVIATION else 2

    @property
    def weight(self) -> float:
        """What a whole match of this name is worth inside tier 90: label, abbreviation, other synonym."""
        return (0.2, 0.1, 0.0)[self.head]


@dataclass(frozen=True, slots=True)
class Document:
    """One exam as search sees it.

    `whole` gives, for a compact form, the term it is, best first; `heads` the compact forms of the label, the
    abbreviations and the other synonyms, each after a `SEPARATOR`, and `forms` the same with the term they are,
    shortest name first; `order` its place inside a tier, before and
    after the number of extra tokens.
    """

    request: RequestCode
    terms: tuple[Term, ...]
    whole: dict[str, int]
    token_sets: dict[frozenset[str], int]
    heads: tuple[str, str, str]
    forms: tuple[Forms, Forms, Forms]
    label_words: frozenset[str]
    words: frozenset[str]
    codes: dict[str, str]
    order: tuple[int, int, int]
    tail: tuple[int, int, str]

    @property
    def waiting(self) -> bool:
        """Its code is a waiting code."""
        return self.request.status is RequestStatus.WAITING

    @property
    def retired(self) -> bool:
        """Its code is retired."""
        return self.request.status is RequestStatus.RETIRED


def document_of(request: RequestCode) -> Document:
    """The searchable form of one exam."""
    terms = tuple(_terms(request))
    named = [(place, term) for place, term in enumerate(terms) if term.field is not MatchField.REFERENCE]
    whole: dict[str, int] = {}
    for place, term in sorted(named, key=lambda item: -item[1].weight):
        for form in term.compacts:
            whole.setdefault(form, place)
    token_sets: dict[frozenset[str], int] = {}
    for place, term in enumerate(terms):
        for token_set in term.token_sets:
            token_sets.setdefault(token_set, place)
    forms = tuple(_forms(named, head) for head in range(3))
    return Document(
        request=request,
        terms=terms,
        whole=whole,
        token_sets=token_sets,
        heads=(_head(forms[0]), _head(forms[1]), _head(forms[2])),
        forms=(forms[0], forms[1], forms[2]),
        label_words=terms[0].words,
        words=frozenset(chain.from_iterable(term.words for term in terms)),
        codes=_codes(request),
        order=(
            0 if request.restricted else 1,
            -request.frequency.bit_length(),
            _CLASS_ORDER[request.order_class],
        ),
        tail=(_NO_RANK if request.rank is None else request.rank, *_numeric(request.code)),
    )


def _terms(request: RequestCode) -> list[Term]:
    terms = [_term(MatchField.LABEL, None, request.display)]
    terms += [_term(MatchField.SYNONYM, synonym.kind, synonym.text) for synonym in request.synonyms]
    if request.reference_label:
        terms.append(_term(MatchField.REFERENCE, None, request.reference_label))
    return terms


def _term(field: MatchField, kind: SynonymKind | None, text: str) -> Term:
    forms = [tokens(text)]
    if "(" in text and (without := tokens(_PARENTHESIS.sub(" ", text))):
        forms.append(without)
    full = [tuple(map(canonical, form)) for form in forms]
    single = frozenset(chain.from_iterable((*forms, *full)))
    return Term(
        field=field,
        kind=kind,
        text=text,
        tokens=single,
        words=single.union(*map(_joined, (*forms, *full))),
        size=len(forms[-1]),
        compacts=tuple(dict.fromkeys("".join(form) for form in (*forms, *full) if form)),
        token_sets=tuple(dict.fromkeys(frozenset(form) for form in full if form)),
    )


def _joined(form: tuple[str, ...]) -> list[str]:
    """Two and three adjacent tokens, joined."""
    return [
        "".join(form[start : start + length])
        for length in range(2, _LONGEST_JOIN + 1)
        for start in range(len(form) - length + 1)
    ]


def _forms(named: list[tuple[int, Term]], head: int) -> Forms:
    """The compact forms of one group of names, those of the shorter names first."""
    own = sorted((term.size, place) for place, term in named if term.head == head)
    terms = dict(named)
    return tuple((form, place) for _, place in own for form in terms[place].compacts)


def _head(forms: Forms) -> str:
    return "".join(SEPARATOR + form for form, _ in forms)


def _codes(request: RequestCode) -> dict[str, str]:
    """What may be typed for its code or one of its acts, and the code or act meant: `28423`, `2842-3`, `552`."""
    codes = {act: act for act in request.nabm}
    codes |= {act[1:]: act for act in request.nabm if act.startswith("0")}
    return codes | {request.code.casefold(): request.code, compact(request.code): request.code}


def _numeric(code: str) -> tuple[int, str]:
    digits = code.replace("-", "")
    return (int(digits), code) if digits.isascii() and digits.isdigit() else (_NO_RANK, code)
