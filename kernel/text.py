"""Folding of French text: the form in which labels, synonyms and queries are compared (terminology.md §4.2).

`fold` works on characters, `words` finds the words and where they stood, `tokens` is the words alone, `compact`
joins them. Search, the check of a label against a code, and the removal of doubles all use this one normalisation.
"""

import re
import unicodedata
from dataclasses import dataclass

_WRITTEN_OUT = str.maketrans(
    {
        "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "’": "'", "‘": "'", "ʼ": "'", "′": "'", "‛": "'",
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta", "η": "eta",
        "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "micro", "π": "pi", "σ": "sigma", "τ": "tau", "ω": "omega",
    }
)  # fmt: skip
_WORD = re.compile(r"\b(?:l|d|qu|n|s|j|m|t|c)' *(?=[0-9a-z])|([0-9a-z]+)")
_PLAIN_WORD = re.compile(r"[0-9a-z]+")
_PLURAL_FROM = 5
_CHARACTERS_KEPT = 4096

STOP_WORDS = frozenset("de du des la le les un une et en au aux dans sur par pour avec".split())


@dataclass(frozen=True, slots=True)
class Word:
    """One word, folded and singular; `start` and `ends` are code points of the text it was read in.

    `ends[k]` is where the k-th folded letter ends there, so that a part of the word can be pointed at.
    """

    text: str
    start: int
    ends: tuple[int, ...]

    @property
    def end(self) -> int:
        """Where the whole word ends, its plural included."""
        return self.ends[-1]

    def end_of(self, length: int) -> int:
        """Where its first `length` letters end; the whole word when they are all of it."""
        return self.end if length >= len(self.text) else self.ends[length - 1]


def fold(text: str) -> str:
    """Lower case, no accents, ligatures and Greek letters written out; punctuation kept."""
    return text.lower() if text.isascii() else text.translate(_FOLDED)


class _Folded(dict[int, str]):
    """What each character becomes, found out at its first sight; beyond a few thousand, nothing more is kept."""

    def __missing__(self, character: int) -> str:
        folded = _fold_character(chr(character))
        if len(self) < _CHARACTERS_KEPT:
            self[character] = folded
        return folded


_FOLDED = _Folded()


def _fold_character(character: str) -> str:
    # Twice: folding case may bring back a letter that decomposes, and decomposing may bring back a capital.
    for _ in range(2):
        decomposed = unicodedata.normalize("NFKD", character)
        character = "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()
    return character.translate(_WRITTEN_OUT)


def singular(token: str) -> str:
    """The token without a plural s or x, when it has at least five characters and no digit."""
    if len(token) >= _PLURAL_FROM and token[-1] in "sx" and token.isalpha():
        return token[:-1]
    return token


def words(text: str) -> tuple[Word, ...]:
    """The words of `text` that count, with their places: elisions and stop words dropped, unless nothing is left."""
    folded, starts, ends = _fold_with_places(text)
    found = [
        (match[1], Word(singular(match[1]), starts[match.start(1)], tuple(ends[match.start(1) : match.end(1)])))
        for match in _WORD.finditer(folded)
        if match[1]
    ]
    kept = [word for whole, word in found if whole not in STOP_WORDS]
    return tuple(kept or (word for _, word in found))


def _fold_with_places(text: str) -> tuple[str, list[int], list[int]]:
    """`text` folded, and for each character of it where its source starts and ends, marks that follow included."""
    if text.isascii():
        return text.lower(), list(range(len(text))), list(range(1, len(text) + 1))
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for place, character in enumerate(text):
        piece = _FOLDED[ord(character)]
        if not piece and ends:
            ends[-1] = place + 1
        pieces.append(piece)
        starts.extend([place] * len(piece))
        ends.extend([place + 1] * len(piece))
    return "".join(pieces), starts, ends


def tokens(text: str) -> tuple[str, ...]:
    """Words of `text` folded: elisions and stop words dropped (unless nothing is left), plurals folded."""
    return tuple(map(singular, whole_words(fold(text))))


def whole_words(folded: str) -> list[str]:
    """The words of a text that is folded already, as `tokens` gives them but for their plural."""
    found = [word for word in _WORD.findall(folded) if word] if "'" in folded else _PLAIN_WORD.findall(folded)
    return [word for word in found if word not in STOP_WORDS] or found


def compact(text: str) -> str:
    """The tokens joined: `CA 15-3` and `ca153` agree."""
    return "".join(tokens(text))
