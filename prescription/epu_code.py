"""The EPU code: `01` and sixteen Crockford base-32 symbols that hold eighty random bits (prescription.md §3).

A code is a secret: whoever holds it can read the order. It shows itself only where `value` is asked for.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass

from kernel.errors import Invalid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 18
OWN_PREFIX = "01"
_SYMBOL = "[0-9A-HJKMNP-TV-Z]"
_EXACT = re.compile(_SYMBOL + "{18}", re.ASCII)
_WITHIN = re.compile(rf"(?<![0-9A-Za-z])({_SYMBOL}{{18}})(?![0-9A-Za-z])", re.ASCII)
_DROPPED = re.compile(r"[\s.,/'’\-\u00ad\u2010-\u2015\u2212_]+")
_CONFUSABLE = ("0DQ", "17", "2Z", "5S", "6G", "8B", "VY", "MN")
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def _malformed(message: str, hint: str) -> Invalid:
    return Invalid.because("malformed-code", message, hint)


@dataclass(frozen=True, slots=True)
class EpuCode:
    """A well-formed code. `str` and `repr` show only its ends; `value` is the secret itself."""

    value: str

    def __post_init__(self) -> None:
        if _EXACT.fullmatch(self.value) is None:
            raise _malformed(
                "Code e-prescription mal formé.",
                "Attendu : 18 caractères parmi les chiffres et les lettres sauf I, L, O, U.",
            )

    @classmethod
    def generate(cls) -> "EpuCode":
        """A new code from eighty bits of the operating system's randomness, most significant bit first."""
        bits = int.from_bytes(secrets.token_bytes(10), "big")
        return cls(OWN_PREFIX + "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5)))

    @classmethod
    def from_scan(cls, payload: str) -> "EpuCode":
        """The code of a QR payload: the code itself, or the one code that stands alone in a URL or a text."""
        text = payload.strip()
        if _EXACT.fullmatch(text):
            return cls(text)
        found = set(_WITHIN.findall(text))
        if len(found) == 1:
            return cls(found.pop())
        raise _malformed(
            "Aucun code e-prescription dans le contenu lu." if not found else "Plusieurs codes dans le contenu lu.",
            "Scanner de nouveau le QR code, ou saisir le code imprimé dessous.",
        )

    @classmethod
    def from_typing(cls, text: str) -> "EpuCode":
        """A code typed by hand: case, spaces, dashes and the letters O, I, L are read as a person means them."""
        typed = _DROPPED.sub("", unicodedata.normalize("NFKC", text).upper()).translate(_READ_AS)
        if "U" in typed:
            raise _malformed("U n'existe pas dans ce code.", "Est-ce un V ? Relire le code imprimé sous le QR code.")
        if len(typed) != LENGTH:
            raise _malformed(
                f"Le code compte {len(typed)} caractères au lieu de {LENGTH}.",
                "Relire le code imprimé sous le QR code.",
            )
        return cls(typed)

    def near_misses(self) -> tuple["EpuCode", ...]:
        """Codes one slip away: each substitution among symbols that look alike, each swap of two neighbours."""
        text = self.value
        found: dict[str, None] = {}
        for place, symbol in enumerate(text):
            for alike in "".join(group for group in _CONFUSABLE if symbol in group).replace(symbol, ""):
                found[text[:place] + alike + text[place + 1 :]] = None
            if place:
                found[text[: place - 1] + symbol + text[place - 1] + text[place + 1 :]] = None
        found.pop(text, None)
        return tuple(EpuCode(candidate) for candidate in found)

    @property
    def is_own(self) -> bool:
        """Whether the prefix is the one this base creates."""
        return self.value.startswith(OWN_PREFIX)

    @property
    def grouped(self) -> str:
        """The code in groups of four, as printed for degraded mode: `01S2 TBPZ 2JCN ZZYG HZ`."""
        return " ".join(self.value[i : i + 4] for i in range(0, LENGTH, 4))

    def __str__(self) -> str:
        return f"{self.value[:4]}…{self.value[-2:]}"

    def __repr__(self) -> str:
        return f"EpuCode({self})"
