"""A workbook with forty faults of the kinds the field makes, each in a row of its own, and what must be said of it.

Every code of terminology.md §1.4.9 that concerns a row is there. The rows are synthetic, added below a sound workbook.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from terminology.jdv.columns import Column
from terminology.jdv.filler import synthetic_code
from terminology.jdv.generator import SampleWorkbook
from terminology.jdv.golden import SampleRow

_FIRST_REQUEST = 9_600_000
_FIRST_RESULT = 9_700_000
_UNKNOWN_CODE = synthetic_code(9_999_999)
_SODIUM = "2951-2"  # in the golden rows, without a correspondence

_Planted = tuple[str, Column, SampleRow]

# What each row is told for: the code of the finding, its column, the cells that make the fault.
_ROW_FAULTS: tuple[_Planted, ...] = (
    ("E10", Column.REQUEST_LOINC, {Column.REQUEST_LOINC: "ABC-1"}),
    ("E10", Column.RESULT_LOINC, {Column.RESULT_LOINC: "12345"}),
    ("E11", Column.REQUEST_LOINC, {Column.REQUEST_LOINC: "2842-4"}),
    ("E11", Column.RESULT_LOINC, {Column.RESULT_LOINC: "53094-5"}),
    ("E12", Column.REQUEST_LOINC, {Column.REQUEST_LOINC: date(2000, 8, 1)}),
    ("E12", Column.RESULT_LOINC, {Column.RESULT_LOINC: date(1988, 5, 1)}),
    ("E12", Column.CORRESPONDENCE, {Column.CORRESPONDENCE: date(1920, 8, 1), Column.FACTOR: Decimal("0.18")}),
    ("E14", Column.REQUEST_LABEL, {Column.REQUEST_LABEL: ""}),
    ("E14", Column.ORDER_CLASS, {Column.ORDER_CLASS: "Ordre"}),
    ("E14", Column.RANK, {Column.RANK: "douze"}),
    ("E14", Column.RESULT_REFERENCE, {Column.RESULT_REFERENCE: "#N/A"}),
    ("E14", Column.COMPARABILITY, {Column.COMPARABILITY: 3}),
    ("E14", Column.RESTRICTED, {Column.RESTRICTED: "X"}),
    ("E14", Column.SYSTEMATIC, {Column.SYSTEMATIC: "parfois"}),
    ("E15", Column.UCUM, {Column.UCUM: "G/L"}),
    ("E15", Column.UCUM, {Column.UCUM: "µmol/L"}),
    ("E16", Column.UCUM, {Column.UCUM: "g/L"}),
    ("E17", Column.CORRESPONDENCE, {Column.CORRESPONDENCE: _UNKNOWN_CODE, Column.FACTOR: Decimal("0.18")}),
    ("E17", Column.CORRESPONDENCE, {Column.CORRESPONDENCE: _SODIUM, Column.FACTOR: Decimal("0.18")}),
    ("E17", Column.CORRESPONDENCE, {Column.FACTOR: Decimal("0.18")}),
    ("E18", Column.FACTOR, {Column.FACTOR: "un peu"}),
    ("E18", Column.FACTOR, {Column.FACTOR: Decimal("-0.18")}),
    ("E20", Column.CHAPTER, {Column.CHAPTER: _UNKNOWN_CODE}),
    ("E21", Column.REQUEST_LOINC, {Column.REQUEST_LOINC: ""}),
    ("E21", Column.RESULT_LOINC, {Column.RESULT_LOINC: ""}),
    ("E22", Column.SPECIMENS, {Column.SPECIMENS: "SANGUIN"}),
    ("E22", Column.SITES, {Column.SITES: "SYNTH-404"}),
    ("E22", Column.LATERALITIES, {Column.LATERALITIES: "milieu"}),
    ("E23", Column.NABM, {Column.NABM: "52"}),
    ("E23", Column.NABM, {Column.NABM: "REGLE_12"}),
    ("E24", Column.INFORMATION_USEFUL, {Column.INFORMATION_USEFUL: "Signe du zodiaque"}),
    ("E25", Column.TECHNIQUES, {Column.TECHNIQUES: "ZZZ"}),
    ("W10", Column.RESULT_LOINC, {Column.RESULT_LOINC: synthetic_code(9_800_000).replace("-", "\u2013")}),
    ("W11", Column.RESULT_LOINC, {Column.RESULT_LOINC: "11491-6"}),
    ("W14", Column.RESTRICTED, {Column.RESTRICTED: 0}),
    ("W23", Column.NABM, {Column.NABM: 552}),
)


FAULTS = len(_ROW_FAULTS) + 3
"""How many faults there are to choose from; one of them makes two findings."""


@dataclass(frozen=True, slots=True)
class Expected:
    """One finding that must be made: its code, the row of the sheet, the letter of the column."""

    code: str
    row: int
    letter: str


@dataclass(frozen=True, slots=True)
class FaultyWorkbook:
    """The workbook, the findings it must give and no other, the rows (their numbers) that must be rejected."""

    workbook: SampleWorkbook
    expected: frozenset[Expected]
    rejected: frozenset[int]


def with_faults(sound: SampleWorkbook, chosen: Collection[int] | None = None) -> FaultyWorkbook:
    """`sound`, in the layout of 2025, with all the faults or those at the places `chosen`, below `FAULTS`.

    Rows that would give findings of their own are left out, and so is sheet 10, whose counts are then not reached.
    """
    kept = tuple(row for row in sound.rows if row.get(Column.FACTOR) or not row.get(Column.CORRESPONDENCE))
    groups: list[list[_Planted]] = [
        [(code, column, {**_sound_row(place), **cells})] for place, (code, column, cells) in enumerate(_ROW_FAULTS)
    ]
    groups.extend(_faults_between_rows(kept[0]))
    planted = [fault for place, group in enumerate(groups) if chosen is None or place in chosen for fault in group]
    workbook = replace(sound, rows=(*kept, *(row for _, _, row in planted)), with_indicators=False)
    expected = [
        Expected(code, workbook.row_number(len(kept) + place), workbook.letter(column))
        for place, (code, column, _) in enumerate(planted)
    ]
    rejected = frozenset(finding.row for finding in expected if finding.code.startswith("E"))
    return FaultyWorkbook(workbook, frozenset(expected), rejected)


def _faults_between_rows(first: SampleRow) -> list[list[_Planted]]:
    """A pair whose factors do not undo each other (two findings), a row told twice, a request that changes its name."""
    one, other = _sound_row(100), _sound_row(101)
    codes = one[Column.RESULT_LOINC], other[Column.RESULT_LOINC]
    in_mass = {Column.RESULT_REFERENCE: "Analyse en masse [Masse/Volume] Sérum ; Numérique", Column.UCUM: "g/L"}
    renamed = {**_sound_row(102), **_request_of(first), Column.REQUEST_LABEL: "Autre nom"}
    return [
        [
            ("E19", Column.FACTOR, {**one, Column.CORRESPONDENCE: codes[1], Column.FACTOR: Decimal("0.18")}),
            (
                "E19",
                Column.FACTOR,
                {**other, **in_mass, Column.CORRESPONDENCE: codes[0], Column.FACTOR: Decimal("5.9")},
            ),
        ],
        [("E26", Column.RESULT_LOINC, first)],
        [("E13", Column.REQUEST_LABEL, renamed)],
    ]


def _request_of(row: SampleRow) -> SampleRow:
    result = list(Column).index(Column.CHAPTER)
    return {column: cell for column, cell in row.items() if column in list(Column)[:result]}


def _sound_row(place: int) -> SampleRow:
    """A row nothing can be said of, unlike any other."""
    return {
        Column.REQUEST_LABEL: f"Examen piégé {place:03}",
        Column.REQUEST_LOINC: synthetic_code(_FIRST_REQUEST + place),
        Column.ORDER_CLASS: "Both",
        Column.SPECIMENS: "SER",
        Column.CHAPTER: "18719-5",
        Column.CHAPTER_LABEL: "Biochimie",
        Column.RANK: 30_000 + place,
        Column.RESULT_LOINC: synthetic_code(_FIRST_RESULT + place),
        Column.RESULT_REFERENCE: f"Analyse piégée {place:03} [Moles/Volume] Sérum/Plasma ; Numérique",
        Column.EDITION_LABEL: f"Analyse piégée {place:03}",
        Column.COMPARABILITY: 1,
        Column.RESTRICTED: "N",
        Column.UNIT: "mmol/L",
        Column.UCUM: "mmol/L",
        Column.SYSTEMATIC: "O",
    }
