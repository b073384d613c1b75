"""What a query asks, before any index is looked at (terminology.md §4.2, §4.5 hostile input).

`analyse` cleans the text, refuses what is too long, finds the words, and tells apart an empty query, a code and words.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from kernel import loinc
from kernel.errors import Invalid
from kernel.text import STOP_WORDS, fold, singular, whole_words
from search.word_lists import CONTEXT_WORDS, GENERIC_WORDS, canonical, in_full

LONGEST_QUERY = 256
MOST_TOKENS = 12

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SYSTEM_BEFORE_DIGITS = re.compile(r"\b(?:loinc|nabm|code)\b[\s:°#-]*(?=[0-9])")
_DIGIT = re.compile(r"[0-9]")
_CODE = re.compile(r"[0-9]{3,}|[0-9]{1,7} ?- ?[0-9]")
_HANGING_ELISION = re.compile(r"(?<=\w) +(?:l|d|qu|n|s|j|m|t|c)'$")
_STOP_WORD_LETTERS = frozenset(word[0] for word in STOP_WORDS)
# What equals itself is a fragment of SQL, not the name of an exam.
_TAUTOLOGY = re.compile(r"(\w+)['\"]? *= *['\"]?\1\b|['\"] *= *['\"]")
_NOTHING_BUT_A_CODE = re.compile(r"[0-9]{4,}-[0-9]")
_LONG_CODE = re.compile(r"[0-9]{4,}(?:-[0-9])?")
_ACT_DIGITS = 4
_FASTING = ("a", "jeun")
_SAYING_NOTHING = CONTEXT_WORDS | GENERIC_WORDS
_KEPT = 16384


class Query(NamedTuple):
    """`text` as cleaned; `tokens` its words, twelve at most, `typed` their letters as typed, plural included, and
    `context` which say nothing of an exam; `compacts` those words joined, equivalents apart; `bare_compacts` the same
    without context words, and `trimmed_compacts` without some of those that stand at its ends. `token_set`: its words,
    when there are several, in one text.

    `code` is the query as a code: a LOINC, with or without its hyphen, an act, or, joined, a code of another form.
    `finished` is the query without its last letter when that may begin a stop word: `culture d` on the way to
    `culture de`.
    """

    text: str
    tokens: tuple[str, ...]
    typed: tuple[int, ...]
    context: tuple[bool, ...]
    compacts: tuple[str, ...]
    trimmed_compacts: tuple[str, ...]
    bare_compacts: tuple[str, ...]
    token_set: str
    code: str = ""
    finished: "Query | None" = None

    @property
    def empty(self) -> bool:
        """Nothing was typed: the usual exams are listed."""
        return not self.text

    @property
    def code_only(self) -> bool:
        """Four digits or more, a hyphen, a digit: a code, that nothing else may answer."""
        return "-" in self.code and _NOTHING_BUT_A_CODE.fullmatch(self.code) is not None


def analyse(text: str) -> Query:
    """Read what was typed; `Invalid` (`filter-too-long`) above 256 characters."""
    if len(text) > LONGEST_QUERY:
        raise Invalid.because(
            "filter-too-long",
            f"La recherche dépasse {LONGEST_QUERY} caractères.",
            "Saisir quelques mots du nom de l'examen.",
            "q",
        )
    cleaned = clean(text)
    asked = fold(cleaned)
    if _DIGIT.search(asked):
        asked = _SYSTEM_BEFORE_DIGITS.sub("", asked).strip()
    if asked.endswith("'"):
        asked = _HANGING_ELISION.sub("", asked)
    found = [] if "=" in asked and _TAUTOLOGY.search(asked) else whole_words(asked)[:MOST_TOKENS]
    unfinished = len(found) > 1 and found[-1] in _STOP_WORD_LETTERS
    return _query(cleaned, asked, found, _query(cleaned, "", found[:-1], None) if unfinished else None)


def _query(cleaned: str, asked: str, found: list[str], finished: Query | None) -> Query:
    tokens = tuple(map(singular, found))
    context = context_of(tokens)
    bare = tuple(token for token, known in zip(tokens, context, strict=True) if not known) if any(context) else ()
    compacts = _compacts(tokens)
    return Query(
        text=cleaned,
        tokens=tokens,
        typed=tuple(map(len, found)),
        context=context,
        compacts=compacts,
        trimmed_compacts=_trimmed(tokens, bare, context) if bare and len(bare) + 1 < len(tokens) else (),
        bare_compacts=_compacts(bare) if bare else (),
        token_set=" ".join(sorted(set(in_full(tokens)))) if len(tokens) > 1 else "",
        code=_code(asked, compacts[0]),
        finished=finished,
    )


def context_of(tokens: tuple[str, ...]) -> tuple[bool, ...]:
    """Which words are context: those of the list, and the `à` of `à jeun`."""
    context = tuple(map(CONTEXT_WORDS.__contains__, tokens))
    if _FASTING[0] in tokens:
        after = zip(tokens, (*tokens[1:], ""), strict=True)
        context = tuple(known or pair == _FASTING for known, pair in zip(context, after, strict=True))
    return context


def _trimmed(tokens: tuple[str, ...], bare: tuple[str, ...], context: tuple[bool, ...]) -> tuple[str, ...]:
    """The words without some of the context words at their ends, the longest first: `dosage` X `plasmatique urgent`."""
    first, last = context.index(False), len(tokens) - context[::-1].index(False)
    parts = {tokens[start:end] for start in range(first + 1) for end in range(last, len(tokens) + 1)}
    longest_first = sorted(parts - {tokens, bare}, key=lambda part: (-len(part), part))
    return tuple(dict.fromkeys(form for part in longest_first for form in _compacts(part)))


def clean(text: str) -> str:
    """`text` without control characters; tabs and line ends count as spaces, outer spaces are dropped."""
    if text.isprintable():
        return text.strip()
    spaced = "".join(" " if c.isspace() else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN).strip()


def hint(query: Query) -> str:
    """What to say, in French, of a query that found nothing: what is wrong with the code, or what remains possible."""
    if not _LONG_CODE.fullmatch(query.code):
        return "Aucun examen ne correspond : la ligne peut être écrite en texte libre."
    digits = query.code.replace("-", "")
    may_be_an_act = len(query.code) == _ACT_DIGITS
    if may_be_an_act or loinc.valid(f"{digits[:-1]}-{digits[-1]}"):
        return f"{query.code} : code inconnu dans cette version du catalogue."
    return f"{query.code} : clé de contrôle incorrecte."


@lru_cache(maxsize=_KEPT)
def is_telling(token: str) -> bool:
    """Whether a word alone says something of the exam: not context, not generic, not one letter, not digits only."""
    return len(token) > 1 and not token.isdigit() and _SAYING_NOTHING.isdisjoint((token, canonical(token)))


def _compacts(found: tuple[str, ...]) -> tuple[str, ...]:
    full = in_full(found)
    return ("".join(found),) if full is found else ("".join(found), "".join(full))


def _code(asked: str, joined: str) -> str:
    """A LOINC or an act as typed; else, since waiting and local codes are free, words that are not all digits."""
    if _CODE.fullmatch(asked):
        return asked.replace(" ", "")
    return "" if joined.isdigit() else joined
