"""One row of exams.csv, checked cell by cell, as an exam that can be prescribed."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from kernel import loinc
from kernel.text import compact
from terminology.coding import Coding
from terminology.readers.starter_lists import Lists
from terminology.readers.table import Faults, Row
from terminology.request_code import (
    ExpectedInformation,
    Obligation,
    OrderClass,
    RequestCode,
    Synonym,
    SynonymKind,
)

COLUMNS = (
    "loinc", "label", "chapter", "specimens", "nabm", "abbreviations", "synonyms", "required_information",
    "useful_information", "instructions", "order_class", "ucum", "restricted", "rank", "frequency", "verified",
)  # fmt: skip

_NABM = re.compile(r"[0-9]{4}", re.ASCII)
_UCUM = re.compile(r"[!-~]+", re.ASCII)
_RESTRICTED = {"": None, "O": True, "N": False}
_FREQUENCIES = frozenset("012345")
_Value = TypeVar("_Value")


class Verification(StrEnum):
    """What a row was checked against; terminology/starter/README.md gives the counts."""

    LOINC_AND_NABM = "loinc-nabm-2020"
    LOINC = "loinc-2020"
    SOURCES = "documents-sources"
    CHECK_DIGIT = "cle"


def read_exam(row: Row, lists: Lists, faults: Faults) -> RequestCode:
    """The exam of `row`; what is wrong goes to `faults`, and the exam is then to be thrown away."""
    return RequestCode(
        code=row["loinc"],
        system=loinc.SYSTEM,
        display=row["label"],
        synonyms=_synonyms(row, faults),
        order_class=_order_class(row, faults),
        chapter=_chapter(row, lists, faults),
        rank=_rank(row, faults),
        nabm=_nabm(row, faults),
        specimens=_specimens(row, lists, faults),
        clinical_information=_information(row, lists, faults),
        patient_instructions=row.values("instructions"),
        restricted=_restricted(row, faults),
        frequency=_frequency(row, faults),
        unit=_unit(row, faults),
        verified=_verified(row, faults),
    )


def _synonyms(row: Row, faults: Faults) -> tuple[Synonym, ...]:
    kinds = {"abbreviations": SynonymKind.ABBREVIATION, "synonyms": SynonymKind.SYNONYM}
    seen = {compact(row["label"]): row["label"]}
    for column in kinds:
        for term in row.values(column):
            folded = compact(term)
            if not term.strip():
                continue  # table.py has told it
            if not folded:
                faults.add(row, column, "E14", f"« {term} » ne contient ni lettre ni chiffre", "Retirer ce terme.")
            elif folded in seen:
                message = f"« {term} » répète « {seen[folded]} »"
                faults.add(row, column, "E26", message, "La casse, les accents et la ponctuation ne comptent pas.")
            seen.setdefault(folded, term)
    return tuple(Synonym(term, kind) for column, kind in kinds.items() for term in row.values(column))


def _chapter(row: Row, lists: Lists, faults: Faults) -> Coding | None:
    found = _known(row, "chapter", (row["chapter"],), lists.chapters, "E20", faults)
    return found[0] if found else None


def _specimens(row: Row, lists: Lists, faults: Faults) -> tuple[Coding, ...]:
    return _known(row, "specimens", row.values("specimens"), lists.specimens, "E22", faults)


def _information(row: Row, lists: Lists, faults: Faults) -> tuple[ExpectedInformation, ...]:
    columns = {"required_information": Obligation.REQUIRED, "useful_information": Obligation.USEFUL}
    expected: list[ExpectedInformation] = []
    for column, obligation in columns.items():
        for item in _known(row, column, row.values(column), lists.information, "E24", faults):
            if any(item.code == other.item.code for other in expected):
                faults.add(row, column, "E26", f"« {item.code} » est demandé deux fois", "Le garder une fois.")
            expected.append(ExpectedInformation(item, obligation))
    return tuple(expected)


def _known(
    row: Row, column: str, codes: tuple[str, ...], known: Mapping[str, _Value], fault: str, faults: Faults
) -> tuple[_Value, ...]:
    for code in codes:
        if code not in known:
            faults.add(row, column, fault, f"« {code} » est inconnu", "Le déclarer dans sa liste, ou le corriger.")
    return tuple(known[code] for code in codes if code in known)


def _nabm(row: Row, faults: Faults) -> tuple[str, ...]:
    acts = row.values("nabm")
    for act in acts:
        if not _NABM.fullmatch(act):
            faults.add(
                row, "nabm", "E23", f"« {act} » n'est pas un acte NABM", "Quatre chiffres, zéros compris : 0552."
            )
    if len(set(acts)) != len(acts):
        faults.add(row, "nabm", "E26", "acte NABM en double", "Le garder une fois.")
    return acts


def _order_class(row: Row, faults: Faults) -> OrderClass | None:
    if not row["order_class"]:
        return None
    if row["order_class"] not in list(OrderClass):
        faults.add(
            row, "order_class", "E14", f"« {row['order_class']} » est inconnu", f"{', '.join(OrderClass)} ou vide."
        )
        return None
    return OrderClass(row["order_class"])


def _restricted(row: Row, faults: Faults) -> bool | None:
    if row["restricted"] not in _RESTRICTED:
        faults.add(row, "restricted", "E14", f"« {row['restricted']} » est inconnu", "O, N, ou vide si on ne sait pas.")
    return _RESTRICTED.get(row["restricted"])


def _rank(row: Row, faults: Faults) -> int | None:
    if re.fullmatch(r"[1-9][0-9]{0,5}", row["rank"], re.ASCII):
        return int(row["rank"])
    faults.add(row, "rank", "E14", f"rang « {row['rank']} » illisible", "Un entier positif.")
    return None


def _frequency(row: Row, faults: Faults) -> int:
    """The class 0 to 5 as a count whose base-2 logarithm is the class: search ranks by that logarithm (§4.3)."""
    if row["frequency"] not in _FREQUENCIES:
        faults.add(row, "frequency", "E14", f"fréquence « {row['frequency']} » illisible", "Un chiffre de 0 à 5.")
        return 0
    level = int(row["frequency"])
    return 2**level if level else 0


def _unit(row: Row, faults: Faults) -> str | None:
    if row["ucum"] and not _UCUM.fullmatch(row["ucum"]):
        faults.add(row, "ucum", "E15", f"« {row['ucum']} » n'est pas de l'UCUM", "Signes ASCII sans espace : umol/L.")
    return row["ucum"] or None


def _verified(row: Row, faults: Faults) -> str:
    if row["verified"] not in list(Verification):
        faults.add(row, "verified", "E14", f"« {row['verified']} » est inconnu", f"{', '.join(Verification)}.")
    return row["verified"]
