"""The rows of the value set the sources quote, as rows of sheet 1 (terminology.md §1.3).

Quoted: codes, labels, comparability, restricted list, units, presence in the report, correspondences, factors, ranks
where they are given, synonyms and information of the requests. Not quoted, and so assumed: the requests of analyses
quoted alone, order classes, the ranks from 9000 on, edition labels that repeat the analyte, and a cell left empty where
the source is illegible or silent.
"""

from collections.abc import Mapping
from decimal import Decimal

from terminology.jdv.columns import Column
from terminology.workbook import CellValue

SampleRow = Mapping[Column, CellValue]

_BIOCHEMISTRY = ("18719-5", "Biochimie")
_HAEMATOLOGY = ("18723-7", "Hématologie")

# label, synonyms, reference label, order class, act, specimen, obligatory information
_REQUESTS = {
    "14749-6": ("Glycémie", "", "Glucose [Moles/Volume] Sérum/Plasma ; Numérique", "Both", "0552", "SER", ""),
    "40193-5": (
        "Glycémie à jeun", "", "Glucose à jeun [Moles/Volume] Sérum/Plasma ; Numérique", "Both", "0552", "SER", "",
    ),
    "53094-9": (
        "Glycémie post-prandiale", "", "Glucose post prandial [Moles/Volume] Sérum/Plasma ; Numérique", "Both", "",
        "SER", "",
    ),
    "2348-1": (
        "Glucose du liquide synovial", "", "Glucose [Masse/Volume] Liquide synovial ; Numérique", "Both", "", "", "",
    ),
    "24331-1": (
        "Exploration d'une anomalie lipidique (EAL)", "", "Lipide (1996) panel [-] Sérum/Plasma ; Numérique", "Order",
        "0996", "SER", "",
    ),
    "14647-2": (
        "Cholestérol total", "", "Cholestérol [Moles/Volume] Sérum/Plasma ; Numérique", "Both", "0580", "SER", "",
    ),
    "24326-1": ("Ionogramme", "", "Ionogramme panel [-] Sérum/Plasma ; Numérique", "Order", "1609", "SER", ""),
    "57022-6": ("Numération formule sanguine", "Hémogramme;NFS;Plaquettes", "", "Order", "1104", "BLD", ""),
    "2842-3": (
        "Prolactine", "Hormone lactogène;PRL", "Prolactine [Masse/Volume] Sérum/Plasma ; Numérique", "Both", "0343",
        "SER", "Date des dernières règles",
    ),
    "11580-8": (
        "TSH ultrasensible", "TSH", "Thyréostimuline [Arbitraire/Volume] Sérum/Plasma ; Numérique ; "
        "Limite de détection <=0,005mUI/L", "Both", "1208", "SER", "",
    ),
    "14732-2": ("Folates", "B9", "Folates [Moles/Volume] Sérum/Plasma ; Numérique", "Both", "1387", "SER", ""),
}  # fmt: skip
# edition label, reference label, V, W, unit (X and Y), Z, AA, AB, rank, chapter
_RESULTS = {
    "14749-6": (
        "Glucose", "Glucose [Moles/Volume] Sérum/Plasma ; Numérique", 9, "N", "mmol/L", "O", "2345-7", "0.18", 4174,
        _BIOCHEMISTRY,
    ),
    "2345-7": (
        "Glucose", "Glucose [Masse/Volume] Sérum/Plasma ; Numérique", 9, "N", "g/L", "N", "14749-6", "5.551", 4176,
        _BIOCHEMISTRY,
    ),
    "40193-5": (
        "Glucose à jeun", "Glucose à jeun [Moles/Volume] Sérum/Plasma ; Numérique", 1, "O", "mmol/L", "O", "53049-3",
        "0.18", 4178, _BIOCHEMISTRY,
    ),
    "53049-3": (
        "Glucose à jeun", "Glucose à jeun [Masse/Volume] Sérum/Plasma ; Numérique", 1, "O", "g/L", "N", "40193-5",
        "5.551", 4180, _BIOCHEMISTRY,
    ),
    "53094-9": (
        "Glucose post prandial", "Glucose post prandial [Moles/Volume] Sérum/Plasma ; Numérique", 9, "N", "mmol/L",
        "O", "16915-1", "0.18", 4202, _BIOCHEMISTRY,
    ),
    "16915-1": (
        "Glucose post prandial", "Glucose post prandial [Masse/Volume] Sérum/Plasma ; Numérique", 9, "N", "g/L", "N",
        "53094-9", "5.551", 4204, _BIOCHEMISTRY,
    ),
    "2348-1": (
        "Glucose", "Glucose [Masse/Volume] Liquide synovial ; Numérique", 9, "N", "", "O", "", "", 9000, _BIOCHEMISTRY,
    ),
    "14647-2": (
        "Cholestérol", "Cholestérol [Moles/Volume] Sérum/Plasma ; Numérique", 1, "O", "mmol/L", "O", "2093-3", "0.387",
        9010, _BIOCHEMISTRY,
    ),
    "2093-3": (
        "Cholestérol", "Cholestérol [Masse/Volume] Sérum/Plasma ; Numérique", 1, "O", "g/L", "N", "14647-2", "2.586",
        9012, _BIOCHEMISTRY,
    ),
    "2951-2": (
        "Sodium", "Sodium [Moles/Volume] Sérum/Plasma ; Numérique", None, "", "mmol/L", "", "", "", 9020,
        _BIOCHEMISTRY,
    ),
    "2823-3": (
        "Potassium", "Potassium [Moles/Volume] Sérum/Plasma ; Numérique", None, "", "mmol/L", "", "", "", 9022,
        _BIOCHEMISTRY,
    ),
    "718-7": (
        "Hémoglobine", "Hémoglobine [Masse/Volume] Sang ; Numérique", 1, "", "g/L", "", "", "", 9030, _HAEMATOLOGY,
    ),
    "2842-3": (
        "Prolactine", "Prolactine [Masse/Volume] Sérum/Plasma ; Numérique", None, "", "ug/L", "", "", "", 9040,
        _BIOCHEMISTRY,
    ),
    "11580-8": (
        "Thyréostimuline", "Thyréostimuline [Arbitraire/Volume] Sérum/Plasma ; Numérique ; "
        "Limite de détection <=0,005mUI/L", 2, "", "m[IU]/L", "", "", "", 9050, _BIOCHEMISTRY,
    ),
    "14732-2": (
        "Folates", "Folates [Moles/Volume] Sérum/Plasma ; Numérique", 2, "", "nmol/L", "", "2284-8", "", 9060,
        _BIOCHEMISTRY,
    ),
    "2284-8": (
        "Folates", "Folates [Masse/Volume] Sérum/Plasma ; Numérique", 2, "", "ug/L", "", "14732-2", "", 9062,
        _BIOCHEMISTRY,
    ),
}  # fmt: skip
_LINKS = (
    ("14749-6", "14749-6"), ("14749-6", "2345-7"), ("40193-5", "40193-5"), ("40193-5", "53049-3"),
    ("53094-9", "53094-9"), ("53094-9", "16915-1"), ("2348-1", "2348-1"),
    ("24331-1", "14647-2"), ("24331-1", "2093-3"), ("14647-2", "14647-2"), ("14647-2", "2093-3"),
    ("24326-1", "2951-2"), ("24326-1", "2823-3"), ("57022-6", "718-7"), ("2842-3", "2842-3"),
    ("11580-8", "11580-8"), ("14732-2", "14732-2"), ("14732-2", "2284-8"),
)  # fmt: skip


def golden_rows() -> tuple[SampleRow, ...]:
    """Every quoted row, in the order of the sources."""
    return tuple({**_request_cells(request), **_result_cells(result)} for request, result in _LINKS)


def _request_cells(code: str) -> SampleRow:
    label, synonyms, reference, order_class, act, specimen, required = _REQUESTS[code]
    return {
        Column.ACT: act,
        Column.NABM: act,
        Column.REQUEST_LABEL: label,
        Column.SYNONYMS: synonyms,
        Column.REQUEST_LOINC: code,
        Column.REQUEST_REFERENCE: reference,
        Column.ORDER_CLASS: order_class,
        Column.SPECIMENS: specimen,
        Column.INFORMATION_REQUIRED: required,
    }


def _result_cells(code: str) -> SampleRow:
    edition, reference, level, restricted, unit, systematic, twin, factor, rank, chapter = _RESULTS[code]
    return {
        Column.CHAPTER: chapter[0],
        Column.CHAPTER_LABEL: chapter[1],
        Column.RANK: rank,
        Column.RESULT_LOINC: code,
        Column.RESULT_REFERENCE: reference,
        Column.EDITION_LABEL: edition,
        Column.COMPARABILITY: level,
        Column.RESTRICTED: restricted,
        Column.UNIT: unit,
        Column.UCUM: unit,
        Column.SYSTEMATIC: systematic,
        Column.CORRESPONDENCE: twin,
        Column.FACTOR: Decimal(factor) if factor else None,
    }
