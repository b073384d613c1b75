"""How the INSi teleservice and the INS datamatrix spell names: A–Z, space, apostrophe, hyphen (prescription.md §9)."""

import re
import unicodedata

from kernel.errors import Invalid

_LIGATURES = str.maketrans({"Œ": "OE", "Æ": "AE", "’": "'", "ʼ": "'", "‐": "-", "‑": "-"})
_MISPLACED = re.compile(r"^[ \-]|[ ']{2}| $|^$")
_MISPLACED_IN_GIVEN = re.compile(r"--|[-'](?: |$)")
_ALIKE = str.maketrans("-'", "  ")


class InsSpellingRefused(Invalid):
    """A name that the INS cannot spell; `path` is the field, the name itself is not told."""


def ins_spelling(name: str, field: str) -> str:
    """`name` in capitals A–Z, space, apostrophe and hyphen; any other character is refused, none is dropped."""
    capitals = unicodedata.normalize("NFD", name.upper().translate(_LIGATURES))
    plain = "".join(c for c in capitals if not unicodedata.combining(c))
    for character in plain:
        if not ("A" <= character <= "Z" or character in " '-"):
            raise _refused("ins-character", f"Le caractère U+{ord(character):04X} n'entre pas dans l'INS.", field)
    if _MISPLACED.search(plain):
        raise _refused("ins-name", "Nom vide, ou espaces, apostrophes ou tirets mal placés pour l'INS.", field)
    return plain


def ins_given_names(names: tuple[str, ...], field: str = "birth_given_names") -> str:
    """Given names as one list, spaces between; no double hyphen, no hyphen or apostrophe at the end of one."""
    text = ins_spelling(" ".join(names), field)
    if _MISPLACED_IN_GIVEN.search(text):
        raise _refused("ins-name", "Tiret ou apostrophe mal placés dans un prénom.", field)
    return text


def same_spelling(one: str, other: str) -> bool:
    """Whether two names agree, case and accents apart, a hyphen or an apostrophe being worth a space."""
    return _alike(one) == _alike(other)


def begins(first: str, listed: str) -> bool:
    """Whether the list of given names begins with `first`, in the sense of `same_spelling`."""
    return f"{_alike(listed)} ".startswith(f"{_alike(first)} ")


def _alike(name: str) -> str:
    capitals = unicodedata.normalize("NFD", name.upper().translate(_LIGATURES)).translate(_ALIKE)
    return " ".join("".join(c for c in capitals if not unicodedata.combining(c)).split())


def _refused(code: str, message: str, field: str) -> InsSpellingRefused:
    return InsSpellingRefused.because(code, message, "Vérifier l'identité du patient.", f"patient.{field}")
