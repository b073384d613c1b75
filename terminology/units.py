"""UCUM units: their faults, their agreement with a LOINC property, the factor between two of them.

Implements terminology.md §1.4.6 and the unit part of §6. The only home of ucumvert and pint, loaded at the first unit
asked for and not before: about half a second for the grammar, as much again for the scales. Everything is `Decimal`.
Each arbitrary unit (`[IU]`, `[arb'U]`, `[CFU]`…), the equivalent and the osmole are dimensions of their own here:
nothing converts from one to another by accident.
"""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kernel.errors import Invalid

if TYPE_CHECKING:
    from ucumvert import UcumToPintTransformer
    from ucumvert.parser import Lark

FACTOR_DIGITS = 12
_MAX_LENGTH = 64
_MAX_EXPONENT = 30
# Beyond this no laboratory measures; exact products stay short.
_MAX_MAGNITUDE = 30
_CACHED = 4096
_ARITHMETIC = Context(prec=40)

# Atoms of physics no laboratory result is measured in, and what is meant where they are read (measured, §1.4.6).
_MISREAD = {"G": "gauss", "T": "tesla", "H": "henry"}
_MEANT = tuple(
    (re.compile(pattern), meant)
    for pattern, meant in (
        (r"[\s\u00a0\u202f]+", ""),
        (r"[µμ]", "u"),
        ("²", "2"),
        ("³", "3"),
        (r"^G(?=/)", "10*9"),
        (r"^T(?=/)", "10*12"),
        (r"^M(?=/)", "10*6"),
        (r"(?<![\[A-Za-z])K(?=U)", "k"),
        (r"(?<!\[)U\.?I\.?(?!\])", "[IU]"),
        (r"1[.,]73m2$", "{1.73_m2}"),
        (r"/24h$", "/(24.h)"),
        (r"/j$", "/d"),
        (r"/mn$", "/min"),
        ("mmHg", "mm[Hg]"),
        ("°C", "Cel"),
        (r"Eq(?![a-z])", "eq"),
        (r"Osm(?![a-z])", "osm"),
        (r"^pH$", "[pH]"),
    )
)
# Units whose zero or spacing is not that of a ratio scale: a factor means nothing for them.
_NOT_RATIO = frozenset(
    "Cel [degF] [degRe] Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW] [p'diop] %[slope] bit_s".split()
)

_ANNOTATION = re.compile(r"\{[^{}]*\}")
_FREE_ANNOTATION = re.compile(r"(^|[/.(])(?:\{[^{}]*\})+")
# ucumvert defines arbitrary units as the number 1: `name = 1 = _ = alias`.
_UNIT_DEFINED_AS_ONE = re.compile(r"(?m)^(\w+) = +1(?: \* 1)?(?= =|\s*$)")
_OWN_DIMENSIONS = ("equivalents", "osmole")

_NUMERATORS: dict[str, dict[str, int]] = {"moles": {"[substance]": 1}, "masse": {"[mass]": 1}, "nombre": {}}
_DENOMINATORS: dict[str, dict[str, int]] = {
    "volume": {"[length]": 3},
    "masse": {"[mass]": 1},
    "moles": {"[substance]": 1},
    "temps": {"[time]": 1},
}
# What is counted is a number; an amount of charge is stated in moles of charge.
_COUNTED = {"[colony_forming_unit]", "[plaque_forming_unit]", "[focus_forming_units]"}
_EQUIVALENT = "[equivalents]"


@dataclass(frozen=True, slots=True)
class UnitFault:
    """Why a text is no UCUM unit of a result, and what to write instead (both French; `hint` may be empty)."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class _Scale:
    """A unit in base units: its size, its dimensions with their exponents."""

    size: Decimal
    dimensions: Mapping[str, Decimal]


_lock = threading.Lock()


def fault_of(unit: str) -> UnitFault | None:
    """None when `unit` is a UCUM unit a result can carry."""
    if len(unit) > _MAX_LENGTH:  # before the cache, which must not fill with them
        return UnitFault(f"L'unité dépasse {_MAX_LENGTH} caractères.")
    return _fault(unit)


def agrees_with_property(unit: str, prop: str) -> bool:
    """Whether the dimension of a valid `unit` is that of the Property axis (« Moles/Volume »); True when nothing can
    be said: a property without a dimension of its own, a unit with a free annotation or off any ratio scale."""
    numerator, _, denominator = prop.strip().lower().partition("/")
    if numerator not in _NUMERATORS or denominator not in _DENOMINATORS or _FREE_ANNOTATION.search(unit):
        return True
    scale = None if fault_of(unit) else _scale(unit)
    if scale is None:
        return True
    expected: dict[str, Decimal] = {}
    for axes, sign in ((_NUMERATORS[numerator], 1), (_DENOMINATORS[denominator], -1)):
        for axis, exponent in axes.items():
            expected[axis] = expected.get(axis, Decimal()) + sign * exponent
    return _as_stated(scale.dimensions) == {axis: exponent for axis, exponent in expected.items() if exponent}


def factor_between(source: str, target: str) -> Decimal:
    """The factor by which a value in `source` is multiplied to be in `target`, exact to 12 significant digits.

    `Invalid`: `invalid-unit` for what is not UCUM, `unit-not-convertible` where UCUM alone cannot (moles and mass,
    arbitrary units, `[pH]`, temperatures, units of different annotations).
    """
    for unit in (source, target):
        fault = fault_of(unit)
        if fault:
            raise Invalid.because("invalid-unit", fault.message, fault.hint)
    factor = _factor(source, target)
    if factor is None:
        raise Invalid.because(
            "unit-not-convertible",
            f"UCUM ne convertit pas « {source} » en « {target} » : ces unités ne mesurent pas la même grandeur.",
            "Demander une unité de même dimension, ou la conversion vers le code de correspondance.",
        )
    return factor


def same_unit(a: str, b: str) -> bool:
    """Whether two units are the same: identical text, or UCUM-equal with factor 1; annotations count as text."""
    return a == b or (fault_of(a) is None and fault_of(b) is None and _factor(a, b) == 1)


@lru_cache(maxsize=_CACHED)
def _fault(unit: str) -> UnitFault | None:
    problem = _problem(unit)
    return UnitFault(problem, _hint(unit)) if problem else None


def _problem(unit: str) -> str:
    """Why `unit` is refused, in French; empty when it is not."""
    if not unit:
        return "L'unité est vide."
    shown = f"« {unit} »" if unit.isprintable() else "L'unité"
    if not all("!" <= c <= "~" for c in unit):
        return f"{shown} : une unité UCUM ne contient que des caractères ASCII, sans espace."
    atoms = _atoms(unit)
    if atoms is None:
        return f"{shown} n'est pas une unité UCUM."
    for kind, text in atoms:
        if kind == "UNIT_METRIC" and text in _MISREAD:
            return f"{shown} se lit en UCUM avec « {text} », le {_MISREAD[text]}, qu'aucun résultat n'utilise."
        if (kind == "EXPONENT" and abs(int(text)) > _MAX_EXPONENT) or (kind == "FACTOR" and len(text) > _MAX_EXPONENT):
            return f"{shown} : un nombre de cette unité est hors de toute mesure."
    return ""


def _hint(unit: str) -> str:
    """« Écrire … » when what was meant can be told and is itself valid UCUM; empty otherwise."""
    meant = unit
    for pattern, replacement in _MEANT:
        meant = pattern.sub(replacement, meant)
    return "" if len(meant) > _MAX_LENGTH or _problem(meant) else f"Écrire « {meant} »."


@lru_cache(maxsize=_CACHED)
def _factor(source: str, target: str) -> Decimal | None:
    """As `factor_between`, of two valid units; None when there is none."""
    if source == target:
        return Decimal(1)
    if _ANNOTATION.findall(source) != _ANNOTATION.findall(target):
        return None
    a, b = _scale(source), _scale(target)
    if a is None or b is None or a.dimensions != b.dimensions:
        return None
    rounded = Context(prec=FACTOR_DIGITS).divide(a.size, b.size)
    return rounded.normalize() if abs(rounded.adjusted()) <= _MAX_MAGNITUDE else None


def _as_stated(dimensions: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The dimensions as a LOINC property states them."""
    stated = {axis: exponent for axis, exponent in dimensions.items() if axis not in _COUNTED | {_EQUIVALENT}}
    if _EQUIVALENT in dimensions:
        stated["[substance]"] = stated.get("[substance]", Decimal()) + dimensions[_EQUIVALENT]
    return stated


@lru_cache(maxsize=_CACHED)
def _atoms(unit: str) -> tuple[tuple[str, str], ...] | None:
    """The tokens of `unit` as (kind, text), by the UCUM grammar; None when it is not in the grammar."""
    with _lock:
        from ucumvert import InvalidUcumError, parse_ucum

        try:
            tree = parse_ucum(unit, _grammar())
        except InvalidUcumError:
            return None
    return tuple((token.type, str(token)) for token in tree.scan_values(lambda value: isinstance(value, str)))


@lru_cache(maxsize=_CACHED)
def _scale(unit: str) -> _Scale | None:
    """The scale of a valid unit, annotations left aside; None for one that is not a ratio scale."""
    if any(text in _NOT_RATIO for _, text in _atoms(unit) or ()):
        return None
    bare = _ANNOTATION.sub("", _FREE_ANNOTATION.sub(r"\g<1>1", unit))
    with _lock, localcontext(_ARITHMETIC):
        quantity = _transformer().transform(_grammar().parse(bare)).to_base_units()
        return _Scale(quantity.magnitude, {axis: Decimal(e) for axis, e in quantity.dimensionality.items()})


@lru_cache(maxsize=1)
def _grammar() -> "Lark":
    """The UCUM grammar; called under the lock."""
    from ucumvert import get_ucum_parser

    return get_ucum_parser()


@lru_cache(maxsize=1)
def _transformer() -> "UcumToPintTransformer":
    """What turns a parsed unit into a Decimal quantity; called under the lock."""
    from pint import Quantity, UnitRegistry
    from ucumvert import UcumToPintTransformer

    registry: UnitRegistry[Decimal] = UnitRegistry(non_int_type=Decimal)
    definitions = (files("ucumvert") / "pint_ucum_defs.txt").read_text("utf-8")
    definitions = _UNIT_DEFINED_AS_ONE.sub(r"\1 = [\1]", definitions)
    for name in _OWN_DIMENSIONS:
        definitions = definitions.replace(f"\n{name} = mol ", f"\n{name} = [{name}] ")
    registry.load_definitions([*definitions.splitlines(), "pH_value = [pH_value]"])

    def quantity(expression: str) -> Quantity[Decimal]:
        # An int has a float for inverse: every magnitude is made Decimal where it is born.
        exact: Quantity[Decimal] = registry(expression) * Decimal(1)
        return exact

    return UcumToPintTransformer(ureg=quantity)
