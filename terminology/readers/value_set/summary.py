"""The sheets around the value set: « Sommaire » names the release, sheet 9 tells its changes.

No source shows their form. Assumption: « Sommaire » has « Version » and a date of publication, each beside its value
or in one cell with it, else a history with the versions in one column and their dates in the next.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kernel.text import fold
from terminology.jdv.headers import key
from terminology.readers.value_set.cells import as_text
from terminology.readers.value_set.findings import Findings
from terminology.readers.value_set.source import RawSheet, Source
from terminology.workbook import CellRow, CellValue

_VERSION = re.compile(r"(?:version|v)?\.?\s*(\d+(?:[.\-_]\d+)*)", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<![\d.])v?(\d+(?:\.\d+)+|\d{4}-\d{2}(?!-?\d))", re.IGNORECASE)
_DATE_IN_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})(\d{2})(\d{2})(?!\d)")
_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_NUMERIC = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_WORDED = re.compile(rf"(?:(\d{{1,2}})(?:er)? )?({'|'.join(_MONTHS)}) (\d{{4}})")

_VERSION_NAMES = ("version", "versiondujeudevaleurs", "numerodeversion", "versiondujdv", "nversion")
_DATE_NAMES = ("datedepublication", "date", "publiele", "datedeversion", "datedepublicationdelaversion")
_LICENCE = ("licence", "copyright", "©")


@dataclass(frozen=True, slots=True)
class Summary:
    """What names a release."""

    label: str
    published: date
    loinc_version: str | None = None
    nabm_version: str | None = None
    licences: tuple[str, ...] = ()


def read_summary(sheet: RawSheet | None, source: Source, findings: Findings) -> Summary:
    """From « Sommaire », else from the file's name, else from the file itself: what had to be made up is warned of."""
    rows = [row for _, row in sheet.rows()] if sheet else []
    pairs = list(_pairs(rows))
    versions = [label for name, value in pairs if key(name) in _VERSION_NAMES and (label := version_label(value))]
    dates = [day for name, value in pairs if key(name) in _DATE_NAMES and (day := day_of(value))]
    history = max(_history(rows), default=None)
    label = versions[0] if versions else history[1] if history else ""
    published = dates[0] if dates else history[0] if history else None
    return Summary(
        label or _made_up_label(source, findings),
        published or _made_up_date(source, findings),
        _named(pairs, "versionloinc"),
        _named(pairs, "versionnabm"),
        tuple(text for row in rows for cell in row if _is_licence(text := " ".join(as_text(cell).split()))),
    )


def _pairs(rows: Sequence[CellRow]) -> Iterator[tuple[str, CellValue]]:
    """Names with the cell to their right, or with what follows a colon in the same cell."""
    for row in rows:
        cells = [cell for cell in row if cell not in (None, "")]
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                name, colon, value = cell.partition(":")
                if colon and value.strip():
                    yield name, value.strip()
                elif place + 1 < len(cells):
                    yield name, cells[place + 1]


def _history(rows: Sequence[CellRow]) -> Iterator[tuple[date, str]]:
    """Rows of a history: a version, then a date."""
    for row in rows:
        cells = [cell for cell in row if cell not in (None, "")]
        if len(cells) > 1 and (label := version_label(cells[0])) and (day := day_of(cells[1])):
            yield day, label


def version_label(value: CellValue) -> str:
    """« Version 1.1.10 » → `1.1.10`; a date Excel made of `2025-09` is that again; empty for what is no version."""
    if isinstance(value, date):
        return f"{value:%Y-%m}"
    found = _VERSION.fullmatch(as_text(value).strip())
    return found[1].replace("_", ".") if found else ""


def day_of(value: CellValue) -> date | None:
    """A date cell, `15/09/2025`, `2025-09-15`, « 15 septembre 2025 », « septembre 2025 » (its first day)."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    text = fold(as_text(value))
    if found := _NUMERIC.search(text):
        day, month, year = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    elif found := _WORDED.search(text):
        day, month, year = found[1] or "1", str(_MONTHS.index(found[2]) + 1), found[3]
    else:
        return None
    return _date(year, month, day)


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _made_up_label(source: Source, findings: Findings) -> str:
    stem = source.path.stem
    found = _IN_NAME.search(_DATE_IN_NAME.sub(" ", stem))
    label = found[1] if found else re.sub(r"[^A-Za-z0-9.\-]+", "-", stem).strip("-.")[:40] or "sans-version"
    findings.of_file(
        "W01", f"Aucune version dans « Sommaire » : « {label} » est tirée du nom du fichier.",
        "Nommer le fichier d'après la version, par exemple JDV_CircuitBio_1.1.10_2018-12-03.csv.",
    )  # fmt: skip
    return label


def _made_up_date(source: Source, findings: Findings) -> date:
    found = _DATE_IN_NAME.search(source.path.stem)
    named = _date(*(part for part in found.groups() if part)) if found else None
    origin = "du nom du fichier" if named else "de la date du fichier"
    day = named or source.modified
    findings.of_file(
        "W01", f"Aucune date de publication dans « Sommaire » : le {day:%d/%m/%Y} est tiré {origin}.",
        "Nommer le fichier d'après la date, par exemple JDV_CircuitBio_1.1.10_2018-12-03.csv.",
    )  # fmt: skip
    return day


def _named(pairs: Sequence[tuple[str, CellValue]], wanted: str) -> str | None:
    return next((as_text(value) for name, value in pairs if key(name) == wanted), None)


def _is_licence(text: str) -> bool:
    return any(mark in fold(text) for mark in _LICENCE)


def read_notes(sheet: RawSheet | None) -> tuple[str, ...]:
    """The publisher's notes, one a row, its cells verbatim and kept apart by « | »."""
    rows = sheet.rows() if sheet else ()
    return tuple(" | ".join(text for cell in row if (text := as_text(cell).strip())) for _, row in rows)
