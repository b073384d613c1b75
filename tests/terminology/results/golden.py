"""A small release made of the rows quoted in the seeds (terminology.md §1.3), and results to ask it about.

The seeds quote no factor for the folates: the two here come from a molar mass, and are marked as computed. What is
said here of 2348-1 (level, unit, retired) is not quoted either: a retired code was wanted.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kernel.loinc import SYSTEM as LOINC
from terminology.catalogue import Catalogue
from terminology.release import Release, ReleaseKind
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import Comparability, Correspondence, FactorOrigin, RequestResult, ResultCode
from terminology.results.result import Comparator, Quantity, ReferenceRange, Result

WAITING = "https://circuit-biologie.invalid/fhir/CodeSystem/codes-attente"


def _code(
    code: str, label: str, level: int, unit: str, twin: str = "", factor: str = "", origin: str = "officiel"
) -> ResultCode:
    return ResultCode(
        code=code,
        system=LOINC,
        reference_label=label,
        edition_label=label.partition(" [")[0],
        comparability=Comparability(level),
        unit=unit,
        ucum=unit,
        correspondence=Correspondence(twin, Decimal(factor), FactorOrigin(origin)) if twin else None,
    )


_RESULTS = (
    _code("14749-6", "Glucose [Moles/Volume] Sérum/Plasma ; Numérique", 9, "mmol/L", "2345-7", "0.18"),
    _code("2345-7", "Glucose [Masse/Volume] Sérum/Plasma ; Numérique", 9, "g/L", "14749-6", "5.551"),
    _code("40193-5", "Glucose à jeun [Moles/Volume] Sérum/Plasma ; Numérique", 1, "mmol/L", "53049-3", "0.18"),
    _code("53049-3", "Glucose à jeun [Masse/Volume] Sérum/Plasma ; Numérique", 1, "g/L", "40193-5", "5.551"),
    _code("14647-2", "Cholestérol [Moles/Volume] Sérum/Plasma ; Numérique", 1, "mmol/L", "2093-3", "0.387"),
    _code("2093-3", "Cholestérol [Masse/Volume] Sérum/Plasma ; Numérique", 1, "g/L", "14647-2", "2.586"),
    _code("718-7", "Hémoglobine [Masse/Volume] Sang ; Numérique", 1, "g/L"),
    _code("11580-8", "Thyréostimuline [Arbitraire/Volume] Sérum/Plasma ; Numérique", 2, "m[IU]/L"),
    _code("2284-8", "Folates [Masse/Volume] Sérum/Plasma ; Numérique", 2, "ug/L", "14732-2", "2.266", "calculé"),
    _code("14732-2", "Folates [Moles/Volume] Sérum/Plasma ; Numérique", 2, "nmol/L", "2284-8", "0.4413", "calculé"),
    _code("77089-1", "Acanthocytes [Arbitraire/Volume] Sang ; Qualitatif ; Microscopie optique", 1, ""),
    replace(
        _code("2348-1", "Glucose [Masse/Volume] Liquide synovial ; Numérique", 1, "g/L"), status=CodeStatus.RETIRED
    ),
    ResultCode("ATT-1", WAITING, "Analyse sans LOINC", status=CodeStatus.WAITING, ucum="g/L"),
)
CATALOGUE = Catalogue(
    Release(
        label="rangs-cites",
        revision=1,
        kind=ReleaseKind.STARTER,
        published=date(2025, 9, 22),
        requests=(
            RequestCode("24331-1", LOINC, "Exploration d'une anomalie lipidique (EAL)"),
            RequestCode("14647-2", LOINC, "Cholestérol total"),
        ),
        results=_RESULTS,
        links=(
            RequestResult("24331-1", "2093-3", 2),
            RequestResult("24331-1", "14647-2", 1),
            RequestResult("14647-2", "14647-2"),
            RequestResult("14647-2", "2093-3"),
        ),
    )
)


def result(code: str, value: str, unit: str = "", *ranges: tuple[str | None, str | None], **more: str) -> Result:
    """A LOINC result; `value` is a decimal, or one behind a comparator, else a text."""
    number = value.lstrip("<>=")
    quantity: Quantity | str = value
    if number.replace(".", "", 1).isdigit():
        comparator = value.removesuffix(number)
        quantity = Quantity(Decimal(number), Comparator(comparator) if comparator else None)
    bounds = tuple(
        ReferenceRange(None if low is None else Decimal(low), None if high is None else Decimal(high))
        for low, high in ranges
    )
    given = {"system": LOINC, **more}
    return Result(code=code, value=quantity, unit=unit, ranges=bounds, **given)


FASTING_GLUCOSE = result(
    "53049-3",
    "0.95",
    "g/L",
    ("0.63", "1.1"),
    interpretation="N",
    technique="DEG Spectrophotométrie enzyme/vis Glucose oxydase",
    date="2025-09-22",
)
HAEMOGLOBIN = result("718-7", "132", "g/L", ("120", "165"), interpretation="N", technique="DOX")
