"""One row of exams.csv, checked cell by cell, as an exam that can be prescribed."""

import re
from collections.abc import Mapping
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
from terminology.result_code import ResultCode
from terminology.starter_verification import Verification

COLUMNS = (
    "loinc", "label", "chapter", "specimens", "nabm", "abbreviations", "synonyms", "required_information",
    "useful_information", "instructions", "order_class", "results", "rank", "frequency", "verified",
)  # fmt: skip

_NABM = re.compile(r"[0-9]{4}", re.ASCII)
_FREQUENCIES = frozenset("012345")
_Value = TypeVar("_Value")


def check_code(row: Row, faults: Faults) -> None:
    """A LOINC code is well formed, and its check digit right."""
    code = row["loinc"]
    if not code:
        return
    if not loinc.well_formed(code):
        faults.add(row, "loinc", "E10", f"« {code} » n'est pas un code LOINC", "Forme attendue : 2842-3.")
    elif not loinc.valid(code):
        number = code.partition("-")[0]
        hint = f"Clé attendue : {number}-{loinc.check_digit(number)}."
        faults.add(row, "loinc", "E11", f"clé de contrôle incorrecte dans « {code} »", hint)


def read_exam(row: Row, lists: Lists, results: Mapping[str, ResultCode], faults: Faults) -> RequestCode:
    """The exam of `row`; what is wrong goes to `faults`, and the exam is then to be thrown away."""
    return RequestCode(
        code=row["loinc"],
        system=loinc.SYSTEM,
        display=row["label"],
        synonyms=_synonyms(row, faults),
        order_class=_order_class(row, faults),
        chapter=_chapter(row, lists, faults),
        rank=read_rank(row, faults),
        nabm=_nabm(row, faults),
        specimens=_specimens(row, lists, faults),
        clinical_information=_information(row, lists, faults),
        patient_instructions=row.values("instructions"),
        restricted=_restricted(row, results, faults),
        frequency=_frequency(row, faults),
        verified=read_mark(row, faults),
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


def _restricted(row: Row, results: Mapping[str, ResultCode], faults: Faults) -> bool | None:
    """True when any of its results is in the restricted list, False when none is, None when that is not known (§2)."""
    found = _known(row, "results", row.values("results"), results, "E21", faults)
    if not row["results"]:
        faults.add(row, "results", "E21", "aucun résultat", "Un examen mène à un résultat au moins.")
    answers = {result.restricted for result in found}
    return True if True in answers else (None if None in answers else False)


def read_rank(row: Row, faults: Faults) -> int | None:
    """The place of the row among those of its file."""
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


def read_mark(row: Row, faults: Faults) -> str:
    """What the row was checked against."""
    if row["verified"] not in list(Verification):
        hint = f"Marques : {', '.join(Verification)}."
        faults.add(row, "verified", "E14", f"« {row['verified']} » est inconnu", hint)
    return row["verified"]
