"""One result in another unit: by the correspondence of the value set, or by UCUM (terminology.md §6, seed 004).

Nothing is converted that the report already gives: `Provided` then says so, and both results are shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from kernel.errors import Invalid, NotFound
from terminology.catalogue import Catalogue
from terminology.result_code import FactorOrigin, ResultCode
from terminology.results.lookup import Unheld, Unknown, look_up, twin_of
from terminology.results.result import Quantity, ReferenceRange, Result
from terminology.results.rounding import exact_product, rounded_as
from terminology.units import factor_between, same_unit

_Step = Callable[[Decimal], Decimal]


class Means(StrEnum):
    """Where the factor comes from: columns AA and AB of the value set, or UCUM for another multiple of one unit."""

    CORRESPONDENCE = "correspondance"
    UCUM = "ucum"


@dataclass(frozen=True, slots=True)
class Conversion:
    """A computed result: `result` rounded for display, `exact` with every digit of the product, `original` as it came.

    value of `exact` = value of `original` × `factor`; `origin` is that of a correspondence, None for UCUM.
    """

    original: Result
    result: Result
    exact: Result
    factor: Decimal
    means: Means
    origin: FactorOrigin | None
    release: str


@dataclass(frozen=True, slots=True)
class Provided:
    """The report gives the result in the unit asked for already: nothing computed, all of these are shown."""

    original: Result
    results: tuple[Result, ...]
    release: str


Converted = Conversion | Provided


def to_code(result: Result, target: str, catalogue: Catalogue, report: Sequence[Result] = ()) -> Converted:
    """The result under the code it corresponds to (column AA), in that code's unit.

    `report` holds the other results of the same report. `NotFound`: `not-found` (code outside the release). `Invalid`:
    `required` (no system), `text-not-convertible`, `no-correspondence`, `no-factor`, `unite-inattendue` (not the unit
    of column Y).
    """
    source = _held(result, catalogue)
    twin = twin_of(source, catalogue)
    if twin is None or twin.code != target or source.correspondence is None:
        raise _no_correspondence(source, target, twin)
    provided = _provided(result, twin.system, twin.code, twin.ucum, report)
    if provided:
        return Provided(result, provided, catalogue.release.name)
    _check_value(result)
    if not same_unit(result.unit, source.ucum):
        raise _unexpected_unit(result, source)
    link, factor = source.correspondence, source.correspondence.factor
    if factor is None:
        raise _no_factor(source, twin)
    coded = replace(result, system=twin.system, code=twin.code, unit=twin.ucum)

    def product(value: Decimal) -> Decimal:
        return exact_product(value, factor)

    return Conversion(
        original=result,
        result=_scaled(coded, lambda value: rounded_as(value, product(value))),
        exact=_scaled(coded, product),
        factor=factor,
        means=Means.CORRESPONDENCE,
        origin=link.origin,
        release=catalogue.release.name,
    )


def to_unit(result: Result, unit: str, catalogue: Catalogue, report: Sequence[Result] = ()) -> Converted:
    """The result under the same code, in another multiple of its unit; UCUM is exact, nothing is rounded.

    It asks nothing of the value set, so any code will do; but a unit that contradicts column Y is refused. `Invalid`:
    `unit-missing`, `text-not-convertible`, `unite-inattendue`, `unit-not-convertible`, `invalid-unit`.
    """
    provided = _provided(result, result.system, result.code, unit, report)
    if provided:
        return Provided(result, provided, catalogue.release.name)
    _check_value(result)
    if not result.unit:
        raise Invalid.because("unit-missing", "Le résultat n'a pas d'unité.", "Donner l'unité UCUM du résultat.")
    held = look_up(result, catalogue)
    if isinstance(held, ResultCode) and held.ucum and not is_convertible(result.unit, held.ucum):
        raise _unexpected_unit(result, held)
    factor = factor_between(result.unit, unit)
    exact = _scaled(replace(result, unit=unit), lambda value: exact_product(value, factor))
    return Conversion(result, exact, exact, factor, Means.UCUM, None, catalogue.release.name)


def is_convertible(source: str, target: str) -> bool:
    """Whether the units are the same, or UCUM has a factor between them."""
    try:
        return source == target or bool(factor_between(source, target))
    except Invalid:
        return False


def _held(result: Result, catalogue: Catalogue) -> ResultCode:
    held = look_up(result, catalogue)
    if not isinstance(held, Unheld):
        return held
    message = f"Conversion impossible : {held.message}."
    if held.why is Unknown.SYSTEM_MISSING:
        raise Invalid.because("required", message, "Donner le système du code.")
    raise NotFound.because("not-found", message, "Donner un code LOINC d'analyse de cette version, et son système.")


def _provided(result: Result, system: str, code: str, unit: str, report: Sequence[Result]) -> tuple[Result, ...]:
    """The results of the report that say the same thing in the wanted unit, taken at the same date."""
    return tuple(
        other
        for other in report
        if other.is_coded_as(system, code) and other.date == result.date and same_unit(other.unit, unit)
    )


def _scaled(result: Result, step: _Step) -> Result:
    """The result with `step` applied to its value and to each bound of its reference ranges."""

    def bound(value: Decimal | None) -> Decimal | None:
        return None if value is None else step(value)

    quantity = result.value
    if isinstance(quantity, str):
        raise TypeError("a text has no scale")
    return replace(
        result,
        value=Quantity(step(quantity.value), quantity.comparator),
        ranges=tuple(ReferenceRange(bound(r.low), bound(r.high)) for r in result.ranges),
    )


def _check_value(result: Result) -> None:
    if isinstance(result.value, str):
        raise Invalid.because(
            "text-not-convertible",
            "Un résultat en texte ne se convertit pas.",
            "Montrer le résultat tel que le laboratoire l'a rendu.",
        )


def _no_correspondence(source: ResultCode, target: str, twin: ResultCode | None) -> Invalid:
    return Invalid.because(
        "no-correspondence",
        f"Le jeu de valeurs ne lie pas {source.code} {source.display} à {target}.",
        f"Correspondance de {source.code} : {twin.code}." if twin else f"{source.code} n'a pas de correspondance.",
    )


def _no_factor(source: ResultCode, twin: ResultCode) -> Invalid:
    return Invalid.because(
        "no-factor",
        f"Le jeu de valeurs ne donne pas le facteur de {source.code} {source.display} à {twin.code}.",
        "Montrer le résultat tel que le laboratoire l'a rendu.",
    )


def _unexpected_unit(result: Result, code: ResultCode) -> Invalid:
    return Invalid.because(
        "unite-inattendue",
        f"L'unité « {result.unit} » n'est pas celle de {code.code} {code.display} : « {code.ucum} ».",
        f"Rendre d'abord le résultat en « {code.ucum} », ou vérifier le code et l'unité.",
    )
