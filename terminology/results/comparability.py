"""May two results be compared? The table of seed 004 and the five rules of terminology.md §6, each answer explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import Invalid
from terminology.catalogue import Catalogue
from terminology.result_code import Comparability, FactorOrigin, ResultCode
from terminology.results.conversion import Conversion, Converted, is_convertible, to_code, to_unit
from terminology.results.lookup import Unheld, Unknown, look_up, twin_of
from terminology.results.result import Quantity, Result
from terminology.units import same_unit

ALERT = "Vérifier les unités, les valeurs de référence et la technique."

_LEVELS = {
    Comparability.ON_CODE: "niveau 1, comparable sur la base du code",
    Comparability.TECHNIQUE_DEPENDENT: "niveau 2, vérifier la technique",
    Comparability.NOT_EVALUATED: "niveau 9, comparabilité non évaluée",
}


class Reason(StrEnum):
    """What decided; with the codes of `lookup.Unknown`, all the reasons of a verdict."""

    SAME_CODE = "same-code"
    TWIN_CODES = "twin-codes"
    LEVEL = "level"
    DIFFERENT_CODES = "different-codes"
    NO_FACTOR = "no-factor"
    UNIT_MISSING = "unit-missing"
    UNITS = "unit-not-convertible"
    UNEXPECTED_UNIT = "unite-inattendue"
    TEXT = "text-not-convertible"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`message` explains (French); `alert`, when not empty, must be shown to the user (seed 004).

    `second` is the second result as it stands beside the first when it came in another unit: computed, or given by
    its report. It may be there although the verdict is no: convertible is not comparable.
    """

    comparable: bool
    reason: Reason | Unknown
    message: str
    alert: str = ""
    second: Converted | None = None


def compare(first: Result, second: Result, catalogue: Catalogue, report: Sequence[Result] = ()) -> Verdict:
    """The verdict on two results of valid units. `report` holds the other results of the second's report: what it
    gives already in the first's unit is taken instead of being computed."""
    a, b = look_up(first, catalogue), look_up(second, catalogue)
    if isinstance(a, Unheld):
        return Verdict(False, a.why, f"Non comparable : {a.message}.")
    if isinstance(b, Unheld):
        return Verdict(False, b.why, f"Non comparable : {b.message}.")
    if a.code == b.code:
        return _same_code(first, second, a, catalogue, report)
    if twin_of(a, catalogue) == b:
        return _twin_codes(first, second, (a, b), catalogue, report)
    return _no(Reason.DIFFERENT_CODES, f"{_name(a)} et {_name(b)} ne sont liés par aucune correspondance")


def _same_code(
    first: Result, second: Result, code: ResultCode, catalogue: Catalogue, report: Sequence[Result]
) -> Verdict:
    """Rule 3."""
    on_code = code.comparability is Comparability.ON_CODE
    fault = _fault_of_units(first, second, code)
    differ = fault is None and isinstance(second.value, Quantity) and not same_unit(first.unit, second.unit)
    brought = to_unit(second, first.unit, catalogue, report) if differ else None
    if not on_code:
        return _no(Reason.LEVEL, _level(code), ALERT, brought)
    if fault:
        return _no(fault, f"{_level(code)} ; mais {_FAULTS[fault]} : « {first.unit} » et « {second.unit} »")
    return Verdict(True, Reason.SAME_CODE, f"Comparable : {_level(code)}{_factor(brought)}.", second=brought)


def _twin_codes(
    first: Result, second: Result, codes: tuple[ResultCode, ResultCode], catalogue: Catalogue, report: Sequence[Result]
) -> Verdict:
    """Rule 4."""
    brought, refused = None, None
    try:
        brought = to_code(second, first.code, catalogue, report)
    except Invalid as refusal:
        refused = refusal
    levels = " ; ".join(_level(code) for code in codes)
    if any(code.comparability is not Comparability.ON_CODE for code in codes):
        return _no(Reason.LEVEL, levels, ALERT, brought)
    if refused:
        return _no(Reason(refused.code), f"{levels} ; {refused}".rstrip("."))
    if isinstance(first.value, str):
        return _no(Reason.TEXT, f"{levels} ; {_FAULTS[Reason.TEXT]}")
    if not same_unit(first.unit, codes[0].ucum):
        return _no(Reason.UNEXPECTED_UNIT, f"{levels} ; « {first.unit} » n'est pas l'unité de {_name(codes[0])}")
    return Verdict(True, Reason.TWIN_CODES, f"Comparable : {levels}{_factor(brought)}.", second=brought)


_FAULTS = {
    Reason.TEXT: "l'un des résultats est un texte",
    Reason.UNIT_MISSING: "l'unité manque",
    Reason.UNITS: "les unités ne se convertissent pas l'une en l'autre",
    Reason.UNEXPECTED_UNIT: "les unités ne sont pas de la grandeur de ce code",
}


def _fault_of_units(first: Result, second: Result, code: ResultCode) -> Reason | None:
    """Why two results of one code cannot be put side by side; None when they can."""
    texts = isinstance(first.value, str) + isinstance(second.value, str)
    if texts:
        return Reason.TEXT if texts == 1 else None
    if not first.unit or not second.unit:
        return Reason.UNIT_MISSING if first.unit or second.unit or code.ucum else None
    if same_unit(first.unit, second.unit):
        return None
    if not is_convertible(second.unit, first.unit):
        return Reason.UNITS
    return Reason.UNEXPECTED_UNIT if code.ucum and not is_convertible(second.unit, code.ucum) else None


def _no(reason: Reason, why: str, alert: str = "", second: Converted | None = None) -> Verdict:
    return Verdict(False, reason, f"Non comparable : {why}.", alert, second)


def _name(code: ResultCode) -> str:
    return f"{code.code} {code.display}"


def _level(code: ResultCode) -> str:
    return f"{_name(code)} est de {_LEVELS[code.comparability]}"


def _factor(brought: Converted | None) -> str:
    """What had to be done to compare, in French; empty when nothing."""
    if brought is None:
        return ""
    if isinstance(brought, Conversion):
        factor = format(brought.factor, "f").replace(".", ",")
        unofficial = " (calculé, non officiel)" if brought.origin is FactorOrigin.COMPUTED else ""
        return f" ; après conversion du second résultat, facteur {factor}{unofficial}"
    return " ; le compte rendu donne déjà le second résultat dans l'unité du premier"
