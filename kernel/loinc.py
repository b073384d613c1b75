"""LOINC codes and their check digit (LOINC Users' Guide, mod 10)."""

import re

SYSTEM = "http://loinc.org"
PATTERN = re.compile(r"[0-9]{1,7}-[0-9]", re.ASCII)

# Deprecated real codes whose digit breaks the rule, as published by loinc.org.
IRREGULAR = frozenset(
    "11491-6 11501-6 5895-7 5896-5 5897-3 5928-1 6028-3 6415-5 6580-7 6645-7 6646-5 6647-3 6648-1 6649-9".split()
)


def check_digit(number: str) -> int:
    """Check digit of the part before the hyphen; `12345` gives 5. Odd places from the right are doubled."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return -total % 10


def well_formed(code: str) -> bool:
    """Whether `code` has the form of a LOINC code, whatever its check digit."""
    return PATTERN.fullmatch(code) is not None


def valid(code: str) -> bool:
    """Whether `code` is well formed and its check digit holds, or is one of the fourteen irregular codes."""
    if not well_formed(code):
        return False
    number, _, digit = code.partition("-")
    return check_digit(number) == int(digit) or code in IRREGULAR
