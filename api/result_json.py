"""The JSON of results, of a verdict and of a conversion (terminology.md §6, docs/api-results.md).

Decimals travel as text, so that no reader makes a float of them; a JSON number is taken too, exact. Reading reports
every fault at once, each at its element; what is written can be read back.
"""

import re
from decimal import Decimal

from api.fhir.datatypes import present
from api.fhir.element import Element
from api.fhir.json import JsonObject, JsonValue
from terminology.release import Release
from terminology.results.comparability import Verdict
from terminology.results.conversion import Conversion, Converted
from terminology.results.result import Comparator, Quantity, ReferenceRange, Result
from terminology.units import fault_of

DECIMAL = re.compile(r"(<=|>=|<|>)? ?(-?[0-9]{1,20}(?:\.[0-9]{1,20})?)", re.ASCII)
LIMITS = {"system": 255, "code": 64, "text": 1000, "unit": 64, "interpretation": 100, "technique": 255}
MAX_REPORT = 500


def read_result(element: Element) -> Result:
    """One result; its faults go to the report of `element`, and the result is then of no use."""
    found = Result(
        system=_short(element, "system"),
        code=_short(element, "code", required=True),
        value=_value(element),
        unit=read_unit(element, "unit"),
        ranges=tuple(_range(child) for child in element.children("reference_ranges")),
        interpretation=_short(element, "interpretation"),
        technique=_short(element, "technique"),
        date=_date(element),
    )
    element.close(reads_past=())
    return found


def read_report(element: Element, name: str) -> list[Result]:
    """The other results of a report; none when the child is absent."""
    children = element.children(name) if element.has(name) else []
    if len(children) > MAX_REPORT:
        element.wrong(f"« {name} » dépasse {MAX_REPORT} résultats.", "N'envoyer que ceux du compte rendu.", name)
        return []
    return [read_result(child) for child in children]


def read_unit(element: Element, name: str) -> str:
    """A UCUM unit; empty when absent, or at fault."""
    unit = element.text(name) or ""
    fault = fault_of(unit) if unit else None
    if fault:
        element.wrong(fault.message, fault.hint or "Écrire une unité UCUM.", name, "invalid-unit")
    return unit


def _short(element: Element, name: str, required: bool = False) -> str:
    text = element.text(name, required) or ""
    if len(text) > LIMITS[name]:
        element.wrong(f"« {name} » dépasse {LIMITS[name]} caractères.", "Le raccourcir.", name, "bad-value")
    return text


def _value(element: Element) -> Quantity | str:
    """A quantity under `value`, or a text under `text`."""
    text = _short(element, "text")
    if element.has("value") == element.has("text"):
        element.raw("value")
        element.wrong("Un résultat a une valeur ou un texte.", "Donner « value » ou « text ».", "value", "required")
        return text
    return text or _quantity(element, "value") or ""


def _quantity(element: Element, name: str) -> Quantity | None:
    """A decimal, behind a comparator or not; None and a fault otherwise."""
    value = element.raw(name)
    text = _as_text(value)
    match = DECIMAL.fullmatch(text)
    if match is None:
        with_point = text.replace(",", ".")
        hint = f"Écrire {with_point}, avec un point." if DECIMAL.fullmatch(with_point) else "Écrire par exemple 0.95."
        element.wrong(f"« {name} » n'est pas un nombre décimal.", hint, name, "bad-value")
        return None
    return Quantity(Decimal(match[2]), Comparator(match[1]) if match[1] else None)


def _as_text(value: JsonValue) -> str:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return format(Decimal(value), "f")
    return value.strip() if isinstance(value, str) else ""


def _range(element: Element) -> ReferenceRange:
    low, high = (_bound(element, name) for name in ("low", "high"))
    element.close(reads_past=())
    if low is None and high is None:
        element.wrong(
            "Un intervalle de référence a au moins une borne.", "Donner « low » ou « high ».", code="required"
        )
    if low is not None and high is not None and low > high:
        element.wrong("La borne basse dépasse la borne haute.", "Corriger l'intervalle.", code="bad-value")
    return ReferenceRange(low, high)


def _bound(element: Element, name: str) -> Decimal | None:
    quantity = _quantity(element, name) if element.has(name) else None
    if quantity and quantity.comparator:
        element.wrong(f"« {name} » est une borne, sans comparateur.", "Écrire le nombre seul.", name, "bad-value")
    return quantity.value if quantity else None


def _date(element: Element) -> str:
    """A FHIR dateTime, kept as it was written."""
    text = element.text("date")
    if text is None:
        return ""
    read = element.instant if "T" in text else element.partial_date
    return text if read("date") else ""


def write_verdict(verdict: Verdict, release: Release) -> JsonObject:
    """The answer of `comparer`."""
    return {
        **_release(release),
        "comparable": verdict.comparable,
        "reason": verdict.reason.value,
        "message": verdict.message,
        "alert": verdict.alert or None,
        "second": write_converted(verdict.second) if verdict.second else None,
    }


def write_conversion(converted: Converted, release: Release) -> JsonObject:
    """The answer of `convertir`."""
    return {**_release(release), **write_converted(converted)}


def write_converted(converted: Converted) -> JsonObject:
    """What a result is worth in the other unit: `calculé`, or `fourni` by the report."""
    original = write_result(converted.original)
    if not isinstance(converted, Conversion):
        return {"status": "fourni", "original": original, "results": [write_result(r) for r in converted.results]}
    return {
        "status": "calculé",
        "means": converted.means.value,
        "factor": _plain(converted.factor),
        "factor_origin": converted.origin.value if converted.origin else None,
        "original": original,
        "result": write_result(converted.result),
        "exact": write_result(converted.exact),
    }


def write_result(result: Result) -> JsonObject:
    """One result, without the elements it does not have."""
    value = result.value
    return present(
        {
            "system": result.system,
            "code": result.code,
            "value": f"{value.comparator or ''}{_plain(value.value)}" if isinstance(value, Quantity) else None,
            "text": value if isinstance(value, str) else None,
            "unit": result.unit,
            "reference_ranges": [_write_range(r) for r in result.ranges],
            "interpretation": result.interpretation,
            "technique": result.technique,
            "date": result.date,
        }
    )


def _write_range(bounds: ReferenceRange) -> JsonObject:
    ends = (("low", bounds.low), ("high", bounds.high))
    return {name: _plain(value) for name, value in ends if value is not None}


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _release(release: Release) -> JsonObject:
    return {"release": release.name, "notice": release.notice or None}
