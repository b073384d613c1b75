"""Codes in cells: LOINC, waiting codes, acts of the NABM and of the RIHN (terminology.md §1.4.4-5).

What a spreadsheet did to a code is told, with the probable code as the hint, and never mended in silence. None is a
faulty cell, `""` an empty one.
"""

import re
from datetime import date, datetime, timedelta

from kernel import loinc
from kernel.text import fold
from terminology.jdv.columns import Column
from terminology.readers.value_set.cells import Row, parts
from terminology.readers.value_set.layout import ColumnT

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_SPACES = re.compile(r"[\s\u200b\ufeff]+")
_RETYPE = "Mettre la colonne au format texte, puis ressaisir le code."

# Excel counts days from here; the code `1988-5` typed in a cell became the first of May 1988.
_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(1, 100_000)
_MONTHS = {
    name: month
    for month, names in enumerate(
        ("janv jan", "fevr fev feb", "mars mar", "avr apr", "mai may", "juin jun", "juil jul", "aout aug", "sept sep",
         "oct", "nov", "dec"), 1,
    )
    for name in names.split()
}  # fmt: skip
_NUMERIC_DATE = re.compile(
    r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4}|\d{2})|(?P<y>\d{4})-(?P<m>\d\d)(-\d\d.*)?"
)
_WORDED_DATE = re.compile(r"(?P<month>[a-z]{3,5})[a-z]*\.?[- ](?P<year>\d{4}|\d{2})")

_ACT = re.compile(r"\d{3,4}", re.ASCII)
_HIERARCHY = re.compile(r"\d{1,2}|\d{2}-\d{2}|CONTINGENCE_.*|REGLE_.*", re.ASCII | re.IGNORECASE)
_WAITING = re.compile(r"\S{1,64}")


def loinc_code(row: Row[ColumnT], column: ColumnT) -> str | None:
    """A LOINC code whose check digit holds; the fourteen irregular ones pass with a warning."""
    code = _code_text(row, column)
    if not code:
        return code
    number, _, digit = code.partition("-")
    if not loinc.well_formed(code):
        _tell_malformed(row, column, code)
        return None
    expected = loinc.check_digit(number)
    if expected == int(digit):
        return code
    if code in loinc.IRREGULAR:
        row.warning(column, "W11", f"« {code} » est un code déprécié dont la clé est irrégulière.", "Le remplacer.")
        return code
    row.error(column, "E11", f"La clé de contrôle de « {code} » est fausse.", f"{number}-{expected}")
    return None


def _tell_malformed(row: Row[ColumnT], column: ColumnT, code: str) -> None:
    value = row.value(column)
    if _dates_of(code) or (isinstance(value, int) and _probable(value, code)):
        _tell_date(row, column, code)
    else:
        row.error(column, "E10", f"« {code} » n'est pas un code LOINC.", "Forme attendue : 2842-3.")


def waiting_code(row: Row[ColumnT], column: ColumnT) -> str | None:
    """A *code d'attente*: any word, since no source gives its form."""
    code = _code_text(row, column)
    if code and not _WAITING.fullmatch(code):
        row.error(column, "E10", "Le code d'attente est trop long.", "Au plus 64 caractères.")
        return None
    return code


def _code_text(row: Row[ColumnT], column: ColumnT) -> str | None:
    """The text of a code cell, spaces out and dashes made one, with a note; None for a date or an error of Excel."""
    raw = row.lines(column)
    code = _SPACES.sub("", raw.translate(_DASHES))
    if isinstance(row.value(column), date):
        _tell_date(row, column, code)
        return None
    if not raw and row.value(column) not in (None, ""):
        return None
    if code and code != raw:
        row.note(column, "W10", f"Lu « {code} » : espaces ou tirets typographiques remplacés.")
    return code


def _tell_date(row: Row[ColumnT], column: ColumnT, code: str) -> None:
    hint = _probable(row.value(column), code) or _RETYPE
    row.error(column, "E12", f"Excel a transformé le code en date : « {row.text(column)} ».", hint)


def _probable(value: object, code: str) -> str:
    """The code a date comes from, when its check digit confirms it; empty otherwise."""
    for day in _dates(value, code):
        candidate = f"{day.year}-{day.month}"
        if day.day == 1 and loinc.valid(candidate):
            return candidate
    return ""


def _dates(value: object, code: str) -> list[date]:
    if isinstance(value, datetime):
        return [value.date()]
    if isinstance(value, date):
        return [value]
    if isinstance(value, int):
        return [_EXCEL_EPOCH + timedelta(days=value)] if value in _SERIALS else []
    return _dates_of(code)


def _dates_of(code: str) -> list[date]:
    """What a text may be as a date, in the forms a spreadsheet writes: `01/05/1988`, `1988-05-01`, `mai-88`."""
    if found := _NUMERIC_DATE.fullmatch(code):
        year, month, day = found["year"] or found["y"], found["month"] or found["m"], found["day"] or "1"
    elif (found := _WORDED_DATE.fullmatch(fold(code))) and found["month"] in _MONTHS:
        year, month, day = found["year"], str(_MONTHS[found["month"]]), "1"
    else:
        return []
    years = [int(year)] if len(year) == 4 else [1900 + int(year), 2000 + int(year)]
    try:
        return [date(y, int(month), int(day)) for y in years]
    except ValueError:
        return []


def acts(row: Row[Column]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The acts of the row: NABM codes of four digits, RIHN codes as they are."""
    nabm = [act for text in _acts_in(row, Column.NABM) if (act := _nabm(row, Column.NABM, text))]
    rihn = list(_acts_in(row, Column.RIHN))
    for text in _acts_in(row, Column.ACT):
        if text[:1].isdigit() or _HIERARCHY.fullmatch(text):
            if act := _nabm(row, Column.ACT, text):
                nabm.append(act)
        else:
            rihn.append(text)
    return tuple(dict.fromkeys(nabm)), tuple(dict.fromkeys(rihn))


def _acts_in(row: Row[Column], column: Column) -> tuple[str, ...]:
    if isinstance(row.value(column), date):
        row.error(column, "E12", f"Excel a transformé le code en date : « {row.text(column)} ».", _RETYPE)
        return ()
    return parts(row.lines(column).translate(_DASHES), ";,/|\n")


def _nabm(row: Row[Column], column: Column, text: str) -> str:
    if _ACT.fullmatch(text):
        act = text.zfill(4)
        if act != text:
            row.note(column, "W23", f"Lu « {act} » : le zéro de tête était perdu.")
        return act
    if _HIERARCHY.fullmatch(text):
        message = f"« {text} » est un chapitre ou une règle de la NABM, pas un acte."
    else:
        message = f"« {text} » n'est pas un acte de la NABM."
    row.error(column, "E23", message, "Un acte a quatre chiffres, zéros compris : 0552.")
    return ""


def slug(text: str) -> str:
    """An internal code made from a label: « Date des dernières règles » → `date-des-dernieres-regles`."""
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:64]
