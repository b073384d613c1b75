"""One row of a laboratory's file as an exam, cell by cell, with what is wrong located as in §1.4.9.

A code is text: a number Excel made of it is told, never repaired. An act of the NABM gets its zeros back with a note.
A cell that cannot be read costs that value only; a row without code or label costs the row.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from kernel import loinc
from kernel.findings import Severity
from kernel.text import compact
from terminology.coding import Coding
from terminology.import_report import ImportFinding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, NABM, TECHNIQUE, UCUM
from terminology.release import ValueLists
from terminology.transcoding.columns import Field, Layout
from terminology.units import fault_of
from terminology.workbook import CellValue, column_letter

_ACTS = re.compile(r"[\s;,/|+]+")
_ACT_DIGITS = 4
_WRITE = re.compile(r"« (.+) »")
_APOSTROPHE_OF_OURS = re.compile(r"'(?=[=+\-@\t\r])")
_NO_UNIT = frozenset({"", "-", "sans", "sans unite", "sans unité", "na", "n/a"})
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One row read. `fields` says which columns the file has: the others of these values mean nothing."""

    row: int
    fields: frozenset[Field]
    local_code: str
    label: str
    nabm: tuple[Coding, ...] = ()
    unit: Coding | None = None
    specimen: Coding | None = None
    technique: Coding | None = None
    monthly_volume: int | None = None
    national: str = ""


class RowReader:
    """Reads the rows of one sheet under one layout; findings gather in `findings`."""

    def __init__(self, sheet: str, layout: Layout, lists: ValueLists) -> None:
        self.findings: list[ImportFinding] = []
        self._sheet = sheet
        self._layout = layout
        self._specimens = _by_name(lists.specimens)
        self._techniques = _by_name(lists.techniques)
        self._seen: dict[str, int] = {}
        self._row = 0
        self._cells: Sequence[CellValue] = ()

    def read(self, row: int, cells: Sequence[CellValue]) -> ReadItem | None:
        """The exam of a row, 1 being the first of the sheet; None for an empty or a rejected one."""
        self._row, self._cells = row, cells
        if not any(self._text(field) for field in self._layout.places):
            return None
        self._tell_what_is_cut()
        code, label = self._code(), self._text(Field.LABEL)
        if not label:
            self._error("E14", Field.LABEL, "Le libellé est vide.", "Donner le libellé de l'examen.")
        if not code or not label or self._repeated(code):
            return None
        return ReadItem(
            row=row,
            fields=frozenset(self._layout.places),
            local_code=code,
            label=label,
            nabm=self._nabm(),
            unit=self._unit(),
            specimen=self._listed(Field.SPECIMEN, self._specimens, "W22", "nature de prélèvement"),
            technique=self._listed(Field.TECHNIQUE, self._techniques, "W25", "technique"),
            monthly_volume=self._volume(),
            national=self._national(),
        )

    def _tell_what_is_cut(self) -> None:
        for field in self._layout.places:
            if len(str(self._value(field) or "")) > _LONGEST:
                self._note("W14", field, f"Texte coupé à {_LONGEST} caractères.", "Le raccourcir dans le fichier.")

    def _code(self) -> str:
        value = self._value(Field.CODE)
        if isinstance(value, date):
            self._error("E12", Field.CODE, "Excel a fait une date du code local.", "Mettre la colonne au format texte.")
            return ""
        text = self._text(Field.CODE)
        if len(text) >= _LONGEST:
            self._error("E14", Field.CODE, "Le code local est trop long.", "En donner un plus court.")
            return ""
        if not text:
            self._error("E21", Field.CODE, "Le code local est vide.", "Donner un code à chaque examen.")
        elif isinstance(value, int | Decimal):
            self._note(
                "W10", Field.CODE, f"« {text} » est un nombre : ses zéros de tête sont peut-être perdus.",
                "Mettre la colonne au format texte dans le fichier d'origine.",
            )  # fmt: skip
        return text

    def _repeated(self, code: str) -> bool:
        first = self._seen.setdefault(code, self._row)
        if first != self._row:
            self._error("E26", Field.CODE, f"Le code local « {code} » est déjà à la ligne {first}.", "En garder une.")
        return first != self._row

    def _nabm(self) -> tuple[Coding, ...]:
        acts: list[Coding] = []
        for written in filter(None, _ACTS.split(self._text(Field.NABM))):
            act = written.zfill(_ACT_DIGITS)
            if not (act.isascii() and act.isdigit() and len(act) == _ACT_DIGITS):
                self._note("W23", Field.NABM, f"« {written} » n'est pas un acte de la NABM.", "Quatre chiffres : 0552.")
                continue
            if act != written:
                self._note("W23", Field.NABM, f"« {written} » lu « {act} » : zéros de tête rétablis.", "")
            acts.append(Coding(NABM, act))
        return tuple(dict.fromkeys(acts))

    def _unit(self) -> Coding | None:
        text = self._text(Field.UNIT)
        if text.lower() in _NO_UNIT:
            return None
        fault = fault_of(text)
        if fault is None:
            return Coding(UCUM, text, text)
        meant = _WRITE.search(fault.hint)
        if meant:
            self._note("W15", Field.UNIT, fault.message, f"Lu « {meant[1]} » ; le corriger dans le fichier.")
            return Coding(UCUM, meant[1], text)
        self._note("W15", Field.UNIT, fault.message, "Gardée comme unité locale : elle ne compte pas pour proposer.")
        return Coding(LOCAL_SYSTEM, text, text)

    def _listed(self, field: Field, known: Mapping[str, Coding], code: str, what: str) -> Coding | None:
        text = self._text(field)
        if not text:
            return None
        found = known.get(text) or known.get(compact(text))
        if found is None and known:
            self._note(
                code, field, f"« {text} » n'est pas une {what} du jeu de valeurs.", "Gardé comme texte du laboratoire."
            )
        if found and field is Field.TECHNIQUE:
            return Coding(TECHNIQUE, found.code, found.display)
        return found or Coding(LOCAL_SYSTEM, text, text)

    def _volume(self) -> int | None:
        text = re.sub(r"[\s\u00a0\u202f]", "", self._text(Field.VOLUME)).replace(",", ".")
        if not text:
            return None
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and 0 <= number < 10**9:
            return round(number)
        self._note("W14", Field.VOLUME, f"« {text} » n'est pas un nombre d'actes par mois.", "Un entier, ou rien.")
        return None

    def _national(self) -> str:
        if isinstance(self._value(Field.NATIONAL), date):
            self._note("W12", Field.NATIONAL, "Excel a fait une date du LOINC.", "Mettre la colonne au format texte.")
            return ""
        text = self._text(Field.NATIONAL)
        if loinc.well_formed(text) and not loinc.valid(text):
            self._note("W11", Field.NATIONAL, f"La clé de contrôle de « {text} » est fausse.", "Vérifier le code.")
            return ""
        return text

    def _value(self, field: Field) -> CellValue:
        place = self._layout.places.get(field)
        return self._cells[place] if place is not None and place < len(self._cells) else None

    def _text(self, field: Field) -> str:
        """The cell as text, without the apostrophe our own CSV puts before what could run as a formula."""
        value = self._value(field)
        text = "" if value is None else str(value)
        return _APOSTROPHE_OF_OURS.sub("", " ".join(text.split()), count=1)[:_LONGEST]

    def _error(self, code: str, field: Field, message: str, hint: str) -> None:
        self._tell(Severity.ERROR, code, field, message, hint)

    def _note(self, code: str, field: Field, message: str, hint: str) -> None:
        self._tell(Severity.WARNING, code, field, message, hint)

    def _tell(self, severity: Severity, code: str, field: Field, message: str, hint: str) -> None:
        place = self._layout.places[field]
        self.findings.append(
            ImportFinding(
                severity=severity,
                code=code,
                sheet=self._sheet,
                row=self._row,
                column=column_letter(place),
                header=self._layout.headers[place],
                value=self._text(field),
                message=message,
                hint=hint,
            )
        )


def _by_name(codes: Sequence[Coding]) -> dict[str, Coding]:
    """Codes by themselves and by their folded label."""
    return {compact(c.display): c for c in reversed(codes) if c.display} | {c.code: c for c in codes}
