"""Quantities and ranges of a laboratory's catalogue, in UCUM where a unit is told."""

from decimal import Decimal

from api.fhir.datatypes import present, write_quantity
from api.fhir.json import JsonObject
from api.fhir.systems import UCUM
from terminology.coding import Coding
from terminology.lab_catalogue import Interval, Quantity

YEAR, WEEK = Coding(UCUM, "a", "ans"), Coding(UCUM, "wk", "semaines")
HOUR, MINUTE = Coding(UCUM, "h", "h"), Coding(UCUM, "min", "min")


def write_measured(quantity: Quantity | None) -> JsonObject:
    """A Quantity, or a Duration when its unit is one of time; empty for None."""
    return {} if quantity is None else write_amount(quantity.value, quantity.unit)


def write_amount(value: Decimal | None, unit: Coding | None) -> JsonObject:
    """The same of a number and its unit."""
    if value is None:
        return {}
    if unit is None:
        return {"value": value}
    return write_quantity(value, unit.display or unit.code, unit.code if unit.system == UCUM else None)


def write_interval(interval: Interval, unit: Coding | None) -> JsonObject:
    """A Range; empty when neither bound is told."""
    return present({"low": write_amount(interval.low, unit), "high": write_amount(interval.high, unit)})
