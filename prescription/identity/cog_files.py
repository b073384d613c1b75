"""Reads the files of INSEE's *Code officiel géographique*, as they are published: comma-separated, one header line.

Taken by their columns, not by their names, so that each year's edition is read alike: communes and their history
(`COM`), those overseas (`COM_COMER`), countries and territories (`COG`), events on communes (`COM_AV`, `COM_AP`).
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from kernel.errors import Invalid
from prescription.identity.cog import PATTERN, Gazetteer, Place, Succession, gazetteer

_CODES = ("COM", "COM_COMER", "COG")
_NAMES = ("LIBELLE", "LIBCOG")
_EVENT = ("COM_AV", "COM_AP", "DATE_EFF")
_SINCE_ALWAYS = date(1943, 1, 1)  # INSEE's histories begin here, whatever the age of the place


def read_gazetteer(folder: Path) -> Gazetteer:
    """The places and events of every CSV file of `folder`; `Invalid` (`cog`) names a file that is none of INSEE's."""
    places: dict[Place, None] = {}
    successions: dict[Succession, None] = {}
    files = sorted(folder.glob("*.csv"))
    if not files:
        raise _refused(folder.name, "aucun fichier .csv", 0)
    for file in files:
        for number, row in enumerate(_rows(file), 2):
            try:
                if "COM_AV" in row:
                    successions.update(dict.fromkeys(_succession(row)))
                else:
                    places.update(dict.fromkeys(_place(row)))
            except (ValueError, KeyError):
                raise _refused(file.name, "ligne illisible", number) from None
    return gazetteer(places, successions)


def _rows(file: Path) -> Iterable[Mapping[str, str]]:
    try:
        reader = csv.DictReader(file.read_text("utf-8-sig").splitlines(), restval="")
        header = [name.strip().upper() for name in reader.fieldnames or ()]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise _refused(file.name, "fichier illisible (CSV en UTF-8 attendu)", 0) from None
    reader.fieldnames = header
    if not (set(_EVENT) <= set(header) or ({*_CODES} & set(header) and {*_NAMES} & set(header))):
        raise _refused(file.name, "aucune colonne connue du code officiel géographique", 1)
    return reader


def _place(row: Mapping[str, str]) -> Iterator[Place]:
    code = next(row[name] for name in _CODES if row.get(name)).strip().upper()
    name = next((row[name] for name in _NAMES if row.get(name)), "").strip()
    if PATTERN.fullmatch(code) and name:
        start, end = _day(row.get("DATE_DEBUT")), _day(row.get("DATE_FIN"))
        yield Place(code, name, None if start == _SINCE_ALWAYS else start, end)


def _succession(row: Mapping[str, str]) -> Iterator[Succession]:
    before, after, day = row["COM_AV"].strip(), row["COM_AP"].strip(), _day(row["DATE_EFF"])
    if day is None or not PATTERN.fullmatch(before) or not PATTERN.fullmatch(after):
        raise ValueError("an event has two places and a day")
    if before != after:
        yield Succession(before, after, day)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text.strip()) if text and text.strip() else None


def _refused(name: str, why: str, number: int) -> Invalid:
    where = f"{name}, ligne {number}" if number else name
    return Invalid.because(
        "cog",
        f"Code officiel géographique : {where} : {why}.",
        "Y mettre les fichiers CSV publiés par l'INSEE, et eux seuls.",
        where,
    )
