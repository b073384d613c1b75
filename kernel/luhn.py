"""The Luhn key (ISO/IEC 7812-1, annex B), used by RPPS and FINESS numbers."""


def luhn_sum(digits: str) -> int:
    """Luhn sum of a string of digits: every second digit from the right, starting with the last but one, doubled."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total


def luhn_valid(digits: str) -> bool:
    """Whether the last digit is the Luhn key of those before it. Anything but ASCII digits is not valid."""
    return bool(digits) and digits.isascii() and digits.isdigit() and luhn_sum(digits) % 10 == 0
