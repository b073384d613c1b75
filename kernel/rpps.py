"""RPPS number of a French health professional: eleven digits ending in a Luhn key."""

import re

from kernel.luhn import luhn_valid

SYSTEM = "https://rpps.esante.gouv.fr"
PATTERN = re.compile(r"[0-9]{11}", re.ASCII)


def well_formed(number: str) -> bool:
    """Whether it has eleven digits. The key is not asked: the directory decides, not arithmetic."""
    return PATTERN.fullmatch(number) is not None


def key_valid(number: str) -> bool:
    """Whether it is well formed and its Luhn key holds."""
    return well_formed(number) and luhn_valid(number)
