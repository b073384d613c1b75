"""results.csv of the starter catalogue, checked cell by cell: what its exams lead to (terminology.md §2, §3)."""

import re
from collections.abc import Mapping
from decimal import Decimal

from kernel import loinc
from terminology.coding import Coding
from terminology.readers.starter_rows import check_code, read_mark, read_rank
from terminology.readers.table import Faults, Row, read_table, unique
from terminology.result_code import Comparability, Correspondence, FactorOrigin, ResultCode

FILE = "results.csv"
COLUMNS = (
    "loinc", "reference_label", "edition_label", "chapter", "comparability", "restricted", "systematic", "unit",
    "ucum", "correspondence", "factor", "factor_origin", "rank", "verified",
)  # fmt: skip

_UCUM = re.compile(r"[!-~]+", re.ASCII)
_FACTOR = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", re.ASCII)
_ANSWERS = {"": None, "O": True, "N": False}
_COMPARABILITY = {str(level.value): level for level in Comparability}
# A factor and that of the twin give 1 back, within their own rounding (§1.4.7).
_RECIPROCITY = Decimal("0.01")


def read_results(text: str, chapters: Mapping[str, Coding], faults: Faults) -> dict[str, ResultCode]:
    """The analyses of results.csv by code; what is wrong goes to `faults`, and nothing is then to be kept."""
    rows = read_table(FILE, text, COLUMNS, faults)
    by_code = unique(rows, "loinc", faults)
    for row in rows:
        check_code(row, faults)
    results = {code: _result(row, chapters, faults) for code, row in by_code.items()}
    for code, result in results.items():
        _check_twin(by_code[code], result, results, faults)
    return results


def _result(row: Row, chapters: Mapping[str, Coding], faults: Faults) -> ResultCode:
    for column in ("reference_label", "edition_label"):
        if not row[column]:
            faults.add(row, column, "E14", "valeur absente", "Donner un libellé.")
    if row["chapter"] not in chapters:
        faults.add(row, "chapter", "E20", f"« {row['chapter']} » est inconnu", "Le déclarer dans chapters.csv.")
    return ResultCode(
        code=row["loinc"],
        system=loinc.SYSTEM,
        reference_label=row["reference_label"],
        edition_label=row["edition_label"],
        chapter=chapters.get(row["chapter"]),
        rank=read_rank(row, faults),
        comparability=_comparability(row, faults),
        restricted=_answer(row, "restricted", faults),
        systematic=_answer(row, "systematic", faults),
        unit=row["unit"],
        ucum=_ucum(row, faults),
        correspondence=_correspondence(row, faults),
        verified=read_mark(row, faults),
    )


def _comparability(row: Row, faults: Faults) -> Comparability:
    if row["comparability"] not in _COMPARABILITY:
        faults.add(row, "comparability", "E14", f"« {row['comparability']} » est inconnu", "1, 2, ou 9 (non évalué).")
    return _COMPARABILITY.get(row["comparability"], Comparability.NOT_EVALUATED)


def _answer(row: Row, column: str, faults: Faults) -> bool | None:
    if row[column] not in _ANSWERS:
        faults.add(row, column, "E14", f"« {row[column]} » est inconnu", "O, N, ou vide si on ne sait pas.")
    return _ANSWERS.get(row[column])


def _ucum(row: Row, faults: Faults) -> str:
    if row["ucum"] and not _UCUM.fullmatch(row["ucum"]):
        faults.add(row, "ucum", "E15", f"« {row['ucum']} » n'est pas de l'UCUM", "Signes ASCII sans espace : umol/L.")
    if bool(row["ucum"]) != bool(row["unit"]):
        faults.add(row, "unit", "E15", "unité affichée et UCUM vont ensemble", "Remplir les deux cellules, ou aucune.")
    return row["ucum"]


def _correspondence(row: Row, faults: Faults) -> Correspondence | None:
    cells = (row["correspondence"], row["factor"], row["factor_origin"])
    if not any(cells):
        return None
    if row["factor_origin"] not in list(FactorOrigin):
        origins = ", ".join(FactorOrigin)
        faults.add(row, "factor_origin", "E18", f"« {row['factor_origin']} » est inconnu", f"Origines : {origins}.")
        return None
    if not _FACTOR.fullmatch(row["factor"]) or not Decimal(row["factor"]):
        faults.add(row, "factor", "E18", f"facteur « {row['factor']} » illisible", "Un décimal positif : 5.551.")
        return None
    return Correspondence(row["correspondence"], Decimal(row["factor"]), FactorOrigin(row["factor_origin"]))


def _check_twin(row: Row, result: ResultCode, results: Mapping[str, ResultCode], faults: Faults) -> None:
    here = result.correspondence
    if here is None:
        return
    back = results[here.code].correspondence if here.code in results else None
    if back is None or back.code != result.code:
        message = f"« {here.code} » ne renvoie pas à cette analyse"
        faults.add(row, "correspondence", "E17", message, "Les deux analyses se désignent l'une l'autre.")
    elif here.factor and back.factor and abs(here.factor * back.factor - 1) > _RECIPROCITY:
        message = f"{here.factor} × {back.factor} s'écarte de 1 de plus d'un centième"
        faults.add(row, "factor", "E19", message, "Corriger l'un des deux facteurs.")
