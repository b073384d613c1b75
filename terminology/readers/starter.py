"""The starter catalogue: from its six CSV files to a release and its baskets, or one error with every fault.

Content and columns: `terminology/starter/README.md`; what it must hold: terminology.md §3. The files ship with the
software, so a fault is ours: reading is strict, and nothing half-read is ever given out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources

from kernel.canonical import DEFAULT_BASE
from kernel.text import compact
from terminology.basket import BasketOutline
from terminology.readers.starter_lists import Lists, read_lists
from terminology.readers.starter_results import read_results
from terminology.readers.starter_rows import COLUMNS, check_code, read_exam
from terminology.readers.table import Faults, Row, read_table, unique
from terminology.release import Release, ReleaseKind, ValueLists
from terminology.request_code import RequestCode
from terminology.result_code import RequestResult, ResultCode

LABEL = "demarrage-1"
NOTICE = "Catalogue de démarrage — non officiel, ne remplace pas le JDV Circuit de la biologie de l'ANS"
PUBLISHED = date(2026, 11, 21)
LICENCES = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. "
    "and the LOINC Committee, available at no cost under the license at http://loinc.org/license",
    "NABM : Assurance maladie, Licence Ouverte v2",
)
FILES = ("exams.csv", "results.csv", "chapters.csv", "specimens.csv", "clinical_information.csv", "baskets.csv")
BASKET_COLUMNS = ("id", "name", "conditions", "source", "codes")


@dataclass(frozen=True, slots=True)
class Starter:
    """What the files hold: the release, and the baskets made of its exams."""

    release: Release
    baskets: tuple[BasketOutline, ...]


def load_starter(base: str = DEFAULT_BASE) -> Release:
    """The starter release that ships with this software, its own code systems under the canonical `base`."""
    return read_starter(shipped_texts(), base).release


def load_starter_baskets() -> tuple[BasketOutline, ...]:
    """The starter baskets that ship with this software, whatever the catalogue of the day holds."""
    faults = Faults()
    baskets = _read_baskets(_shipped_text("baskets.csv"), faults)
    faults.settle()
    return baskets


def shipped_texts() -> dict[str, str]:
    """The six files as they ship, by name."""
    return {name: _shipped_text(name) for name in FILES}


def _shipped_text(name: str) -> str:
    return (resources.files("terminology.starter") / name).read_bytes().decode("utf-8")


def read_starter(texts: Mapping[str, str], base: str = DEFAULT_BASE) -> Starter:
    """A starter catalogue from the texts of its six files, by name; `Invalid` with every fault otherwise."""
    faults = Faults()
    for missing in [name for name in FILES if name not in texts]:
        faults.add_file(missing, "E02", "fichier absent", "Fournir les six fichiers du catalogue de démarrage.")
    faults.settle()
    lists = read_lists(texts, faults, base)
    results = read_results(texts["results.csv"], lists.chapters, faults)
    rows = read_table("exams.csv", texts["exams.csv"], COLUMNS, faults)
    requests = _read_exams(rows, lists, results, faults)
    baskets = _read_baskets(texts["baskets.csv"], faults, {r.code for r in requests})
    faults.settle()
    release = Release(
        LABEL,
        1,
        ReleaseKind.STARTER,
        PUBLISHED,
        requests,
        results=tuple(results.values()),
        links=tuple(_links(rows)),
        lists=_value_lists(lists),
        notice=NOTICE,
        licences=LICENCES,
    )
    return Starter(release, baskets)


def _read_exams(
    rows: Sequence[Row], lists: Lists, results: Mapping[str, ResultCode], faults: Faults
) -> tuple[RequestCode, ...]:
    for row in rows:
        check_code(row, faults)
    unique(rows, "loinc", faults)
    unique(rows, "label", faults, key=compact)
    return tuple(read_exam(row, lists, results, faults) for row in rows)


def _links(rows: Sequence[Row]) -> Iterator[RequestResult]:
    for row in rows:
        for place, result in enumerate(row.values("results"), start=1):
            yield RequestResult(row["loinc"], result, place)


def _value_lists(lists: Lists) -> ValueLists:
    return ValueLists(
        chapters=tuple(lists.chapters.values()),
        information=tuple(lists.information.values()),
        specimens=tuple(lists.specimens.values()),
    )


def _read_baskets(text: str, faults: Faults, known: set[str] | None = None) -> tuple[BasketOutline, ...]:
    rows = read_table("baskets.csv", text, BASKET_COLUMNS, faults)
    unique(rows, "id", faults)
    unique(rows, "name", faults)
    for row in rows:
        codes = row.values("codes")
        if not codes or len(set(codes)) != len(codes):
            faults.add(row, "codes", "E14", "panier vide ou examen en double", "Lister chaque examen une fois.")
        for code in codes:
            if known is not None and code not in known:
                message = f"l'examen « {code} » n'est pas dans exams.csv"
                faults.add(row, "codes", "E14", message, "Ajouter l'examen ou le retirer du panier.")
    return tuple(BasketOutline(r["id"], r["name"], r["conditions"], r["source"], r.values("codes")) for r in rows)
