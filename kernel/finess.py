"""FINESS number of a French health establishment: nine characters ending in a Luhn key (2A and 2B in Corsica)."""

import re

from kernel.luhn import luhn_valid

SYSTEM = "https://finess.esante.gouv.fr"
PATTERN = re.compile(r"(?:[0-9]{2}|2A|2B)[0-9]{7}", re.ASCII)


def well_formed(number: str) -> bool:
    """Whether it has the nine characters of a FINESS number."""
    return PATTERN.fullmatch(number) is not None


def key_valid(number: str) -> bool:
    """Whether it is well formed and its Luhn key holds; the key of a Corsican number is not computed and passes."""
    return well_formed(number) and (not number.isdigit() or luhn_valid(number))
