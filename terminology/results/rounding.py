"""Decimal arithmetic of conversions: exact products, and what is shown of them (terminology.md §6)."""

from decimal import ROUND_HALF_UP, Context, Decimal, Inexact

LEAST_DIGITS = 2
# Forty digits of a value by the twelve or more of a factor: a product that did not fit would be a fault of ours.
_EXACT = Context(prec=100, traps=[Inexact])


def exact_product(value: Decimal, factor: Decimal) -> Decimal:
    """value × factor with every digit, and no zero at the end that says nothing."""
    return plain(_EXACT.multiply(value, factor))


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros, and without exponent: 12.0 is 12, and so is 1.2E+1."""
    normal = _EXACT.normalize(value)
    return normal if normal.as_tuple().exponent <= 0 else _EXACT.quantize(normal, Decimal(1))  # type: ignore[operator]


def rounded_as(source: Decimal, product: Decimal) -> Decimal:
    """`product` with as many significant digits as `source` has, at least two, half up: 5.27345 from 0.95 is 5.3."""
    digits = max(LEAST_DIGITS, len(source.as_tuple().digits))
    rounded = Context(prec=digits, rounding=ROUND_HALF_UP).plus(product)
    return rounded and rounded.quantize(Decimal((0, (1,), rounded.adjusted() - digits + 1)))
