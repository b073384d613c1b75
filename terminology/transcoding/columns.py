"""Which column of a laboratory's file is what: found by header text, or chosen by the user and remembered (§7.1).

Headers are compared folded, without punctuation. The row among the first fifteen that holds most of them is the
header row. Two columns for one field are refused, never guessed between, unless one bears the exact name and the
other only begins like it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kernel.text import fold
from terminology.workbook import CellValue

_SEARCHED_ROWS = 15


class Field(StrEnum):
    """What a column can hold. `national` is a LOINC or waiting code the laboratory already uses."""

    CODE = "local_code"
    LABEL = "label"
    NABM = "nabm"
    UNIT = "unit"
    SPECIMEN = "specimen"
    TECHNIQUE = "technique"
    VOLUME = "monthly_volume"
    NATIONAL = "national_code"

    @property
    def french(self) -> str:
        """The header of our own exports."""
        return _NAMES[self][0]

    @property
    def required(self) -> bool:
        """Whether a file without it cannot be imported."""
        return self in (Field.CODE, Field.LABEL)


_NAMES = {
    Field.CODE: ("Code local", "code", "code interne", "code analyse", "code examen", "code labo", "code laboratoire",
                 "mnemonique", "identifiant"),
    Field.LABEL: ("Libellé", "libelle local", "libelle analyse", "libelle examen", "designation", "intitule", "nom",
                  "analyse", "examen", "nom analyse"),
    Field.NABM: ("NABM", "code nabm", "acte nabm", "actes nabm", "cotation", "code acte"),
    Field.UNIT: ("Unité", "unite ucum", "unite de resultat", "unites", "unite resultat"),
    Field.SPECIMEN: ("Prélèvement", "nature prelevement", "nature de prelevement", "milieu", "specimen", "echantillon",
                     "nature echantillon", "type de prelevement", "spm4"),
    Field.TECHNIQUE: ("Technique", "code technique", "methode", "technique d analyse"),
    Field.VOLUME: ("Volume mensuel", "volume", "nombre mensuel", "nb mensuel", "nombre par mois", "activite mensuelle"),
    Field.NATIONAL: ("LOINC", "code loinc", "code national", "code d attente", "loinc actuel"),
}  # fmt: skip
_SHORTEST_PREFIX = 6


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the header row is (0 first) and the place of each field's column. `ambiguous` fields have several,
    `unfound` ones a chosen header that is not there or not alone."""

    header_row: int
    headers: tuple[str, ...]
    places: Mapping[Field, int]
    ambiguous: Mapping[Field, tuple[str, ...]]
    unfound: Mapping[Field, str]

    @property
    def usable(self) -> bool:
        """Whether every column is known for sure, and the required ones are there."""
        return not (self.missing or self.ambiguous or self.unfound)

    @property
    def known(self) -> int:
        """How many headers of this row are known."""
        return len(self.places) + len(self.ambiguous)

    @property
    def missing(self) -> tuple[Field, ...]:
        """Required fields without a column."""
        return tuple(
            f for f in Field if f.required and not (f in self.places or f in self.ambiguous or f in self.unfound)
        )

    @property
    def unknown(self) -> tuple[tuple[int, str], ...]:
        """Place and header of the columns that are left aside."""
        taken = set(self.places.values())
        return tuple((place, h) for place, h in enumerate(self.headers) if h and place not in taken)


def find_layout(rows: Sequence[Sequence[CellValue]], chosen: Mapping[Field, str]) -> Layout | None:
    """The layout of the first rows of a file; None when no row holds a known header. `chosen` headers win."""
    best: Layout | None = None
    for number, row in enumerate(rows[:_SEARCHED_ROWS]):
        layout = _layout(number, tuple(_text(cell) for cell in row), chosen)
        if layout.known > (best.known if best else 0):
            best = layout
    return best


def _layout(number: int, headers: tuple[str, ...], chosen: Mapping[Field, str]) -> Layout:
    names = [header_key(header) for header in headers]
    places: dict[Field, int] = {}
    ambiguous: dict[Field, tuple[str, ...]] = {}
    unfound: dict[Field, str] = {}
    for wanted, header in chosen.items():
        held = [place for place, name in enumerate(names) if name and name == header_key(header)]
        if len(held) == 1:
            places[wanted] = held[0]
        else:
            unfound[wanted] = header
    for wanted in Field:
        if wanted in chosen:
            continue
        free = [place for place in range(len(names)) if place not in places.values()]
        candidates = _candidates(wanted, names, free)
        if len(candidates) == 1:
            places[wanted] = candidates[0]
        elif candidates:
            ambiguous[wanted] = tuple(headers[place] for place in candidates)
    return Layout(number, headers, places, ambiguous, unfound)


def _candidates(wanted: Field, names: Sequence[str], free: Sequence[int]) -> list[int]:
    """The columns named so: our own header first, then a synonym, then what begins like one."""
    ours, *others = (header_key(name) for name in _NAMES[wanted])
    begun = tuple(name for name in (ours, *others) if len(name) >= _SHORTEST_PREFIX)
    for found in (
        [place for place in free if names[place] == ours],
        [place for place in free if names[place] in others],
        [place for place in free if names[place].startswith(begun)],
    ):
        if found:
            return found
    return []


def header_key(header: str) -> str:
    """A header as it is compared: folded, letters and digits only."""
    return "".join(c for c in fold(header) if c.isalnum())


def _text(cell: CellValue) -> str:
    return "" if cell is None else str(cell).strip()
