"""What a query asks, before any index is looked at (terminology.md §4.2, §4.5 hostile input).

`analyse` cleans the text, refuses what is too long, finds the words, and tells apart an empty query, a code and words.
"""

import re
import unicodedata
from dataclasses import dataclass

from kernel import loinc
from kernel.errors import Invalid
from kernel.text import STOP_WORDS, Word, fold, words
from search.word_lists import CONTEXT_WORDS, GENERIC_WORDS, canonical

LONGEST_QUERY = 256
MOST_TOKENS = 12

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_SYSTEM_BEFORE_DIGITS = re.compile(r"\b(?:loinc|nabm|code)\b[\s:°#-]*(?=[0-9])")
_CODE = re.compile(r"[0-9]{3,}|[0-9]{1,7} ?- ?[0-9]")
_HANGING_ELISION = re.compile(r"(?<=\w) +(?:l|d|qu|n|s|j|m|t|c)'$")
_STOP_WORD_LETTERS = frozenset(word[0] for word in STOP_WORDS)
# What equals itself is a fragment of SQL, not the name of an exam.
_TAUTOLOGY = re.compile(r"(\w+)['\"]? *= *['\"]?\1\b|['\"] *= *['\"]")
_NOTHING_BUT_A_CODE = re.compile(r"[0-9]{4,}-[0-9]")
_LONG_CODE = re.compile(r"[0-9]{4,}(?:-[0-9])?")
_ACT_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Query:
    """`text` as cleaned; `tokens` its words, twelve at most, and `typed` their letters as typed, plural included;
    `compacts` those words joined, equivalents apart.

    `code` is the query as a code: a LOINC, with or without its hyphen, an act, or, joined, a code of another form.
    `finished` is the query without its last letter when that may begin a stop word: `culture d` on the way to
    `culture de`.
    """

    text: str
    tokens: tuple[str, ...]
    typed: tuple[int, ...]
    compacts: tuple[str, ...]
    bare_compacts: tuple[str, ...]
    token_set: frozenset[str]
    code: str = ""
    finished: "Query | None" = None

    @property
    def empty(self) -> bool:
        """Nothing was typed: the usual exams are listed."""
        return not self.text

    @property
    def code_only(self) -> bool:
        """Four digits or more, a hyphen, a digit: a code, that nothing else may answer."""
        return _NOTHING_BUT_A_CODE.fullmatch(self.code) is not None


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
    asked = _SYSTEM_BEFORE_DIGITS.sub("", fold(cleaned)).strip()
    found = () if _TAUTOLOGY.search(asked) else words(_HANGING_ELISION.sub("", asked))[:MOST_TOKENS]
    unfinished = len(found) > 1 and found[-1].text in _STOP_WORD_LETTERS
    return _query(cleaned, asked, found, _query(cleaned, "", found[:-1], None) if unfinished else None)


def _query(cleaned: str, asked: str, found: tuple[Word, ...], finished: Query | None) -> Query:
    tokens = tuple(word.text for word in found)
    bare = tuple(token for token in tokens if token not in CONTEXT_WORDS)
    return Query(
        text=cleaned,
        tokens=tokens,
        typed=tuple(len(word.ends) for word in found),
        compacts=_compacts(tokens),
        bare_compacts=_compacts(bare) if bare and len(bare) < len(tokens) else (),
        token_set=frozenset(map(canonical, tokens)),
        code=_code(asked, tokens),
        finished=finished,
    )


def clean(text: str) -> str:
    """`text` without control characters; tabs and line ends count as spaces, outer spaces are dropped."""
    spaced = "".join(" " if c.isspace() else c for c in text)
    return "".join(c for c in spaced if unicodedata.category(c) not in _UNSEEN).strip()


def code_hint(query: Query) -> str | None:
    """What to say, in French, of a code that found nothing; None when the query is not a code."""
    if not _LONG_CODE.fullmatch(query.code):
        return None
    digits = query.code.replace("-", "")
    may_be_an_act = len(query.code) == _ACT_DIGITS
    if may_be_an_act or loinc.valid(f"{digits[:-1]}-{digits[-1]}"):
        return f"{query.code} : code inconnu dans cette version du catalogue."
    return f"{query.code} : clé de contrôle incorrecte."


def is_telling(token: str) -> bool:
    """Whether a word alone says something of the exam: not context, not generic, not one letter, not digits only."""
    forms = {token, canonical(token)}
    return len(token) > 1 and not token.isdigit() and forms.isdisjoint(CONTEXT_WORDS | GENERIC_WORDS)


def _compacts(found: tuple[str, ...]) -> tuple[str, ...]:
    plain, full = "".join(found), "".join(map(canonical, found))
    return (plain,) if plain == full else (plain, full)


def _code(asked: str, found: tuple[str, ...]) -> str:
    """A LOINC or an act as typed; else, since waiting and local codes are free, words that are not all digits."""
    if _CODE.fullmatch(asked):
        return asked.replace(" ", "")
    joined = "".join(found)
    return "" if joined.isdigit() else joined
