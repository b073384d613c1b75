"""Values shared by the segments: numbers, intervals, quantities, lists of codes (HL7 v2.5 NM, NR, RFR, CQ, CE)."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from hl7v2.codec import Composite, Segment, joined
from hl7v2.escapes import escape
from lcsd.coding_systems import read_ce, short_name, system_uri, write_ce
from terminology.coding import Coding
from terminology.lab_catalogue import Interval, Quantity, ReferenceRange


def write_number(value: Decimal | None) -> str:
    """A NM, without exponent; empty for None."""
    return "" if value is None else format(value, "f")


def read_number(text: str) -> Decimal | None:
    """The number of a NM; None when empty, or when it is none (`NaN` included), which the type check reports."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def write_codes(codes: Iterable[Coding]) -> str:
    """One repetition per code."""
    return "~".join(write_ce(c) for c in codes)


def read_codes(segment: Segment, field: int) -> tuple[Coding, ...]:
    """The codes of a repeating CE."""
    return tuple(c for r in segment.repetitions(field) if (c := read_ce(r)))


def write_texts(texts: Iterable[str]) -> str:
    """One repetition per text."""
    return "~".join(escape(t) for t in texts)


def read_texts(segment: Segment, field: int) -> tuple[str, ...]:
    """The texts of a repeating ST, empty repetitions (delimiters alone included) left out."""
    return tuple(t for r in segment.repetitions(field) if r.raw.strip("^& ") and (t := r.text()))


def write_interval(interval: Interval) -> str:
    """A NR as subcomponents: an absent bound is an empty one."""
    return joined("&", (write_number(interval.low), write_number(interval.high)))


def read_interval(field: Composite, component: int) -> Interval:
    """The NR of a component."""
    return Interval(read_number(field.text(component, 1)), read_number(field.text(component, 2)))


def write_ranges(ranges: Iterable[ReferenceRange]) -> str:
    """RFR, one repetition per population."""
    return "~".join(
        joined(
            "^",
            (
                write_interval(r.values),
                escape(r.sex),
                write_interval(r.age),
                write_interval(r.gestational_age),
                "",
                "",
                escape(r.condition),
            ),
        )
        for r in ranges
    )


def read_ranges(segment: Segment, field: int) -> tuple[ReferenceRange, ...]:
    """The ranges of a repeating RFR."""
    return tuple(
        ReferenceRange(read_interval(r, 1), r.text(2), read_interval(r, 3), read_interval(r, 4), r.text(7))
        for r in segment.repetitions(field)
    )


def write_quantity(quantity: Quantity | None) -> str:
    """A CQ: the value, then its unit as subcomponents."""
    if quantity is None:
        return ""
    unit = quantity.unit
    parts = (unit.code, unit.display, short_name(unit.system)) if unit else ()
    return joined("^", (write_number(quantity.value), joined("&", (escape(p) for p in parts))))


def read_quantity(field: Composite) -> Quantity | None:
    """The CQ of a field, None without a value."""
    value = read_number(field.text(1))
    code, display, system = (field.text(2, n) for n in (1, 2, 3))
    unit = Coding(system_uri(system), code, display) if code or display or system else None
    return None if value is None else Quantity(value, unit)
