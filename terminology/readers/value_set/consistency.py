"""Sixth stage: the rows against each other (terminology.md §1.4.7-8).

Only rows that stand so far are compared. Decisions: the first row of a request, or of an analysis, is the reference
and a later one that differs is rejected; the acts of a request are not compared, since they follow its results, nor the
rank of an analysis, since it may depend on the request; what an analysis is called is warned of only, what it computes
by is an error. Both analyses of a pair whose factors disagree are rejected: nothing tells which one is wrong. An
analysis whose twin was rejected for another reason stays, without its twin.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal

from terminology.jdv.columns import Column
from terminology.readers.value_set.cells import Row
from terminology.readers.value_set.findings import Findings, merged
from terminology.readers.value_set.rows import ValueSetRow
from terminology.request_code import RequestCode

_TOLERANCE = Decimal("0.01")

_OF_REQUEST: dict[Column, Callable[[RequestCode], object]] = {
    Column.REQUEST_LABEL: lambda request: request.display,
    Column.SYNONYMS: lambda request: request.synonyms,
    Column.REQUEST_REFERENCE: lambda request: request.reference_label,
    Column.ORDER_CLASS: lambda request: request.order_class,
    Column.REQUEST_WAITING: lambda request: request.waiting_code,
    Column.SPECIMENS: lambda request: request.specimens,
    Column.SITES: lambda request: request.sites,
    Column.LATERALITIES: lambda request: request.lateralities,
    Column.INFORMATION_REQUIRED: lambda request: request.required_information,
    Column.INFORMATION_USEFUL: lambda request: request.useful_information,
}
_COMPUTED_BY: dict[Column, Callable[[ValueSetRow], object]] = {
    Column.UCUM: lambda row: row.result.ucum,
    Column.COMPARABILITY: lambda row: row.result.comparability,
    Column.RESTRICTED: lambda row: row.result.restricted,
    Column.CORRESPONDENCE: lambda row: row.twin,
    Column.FACTOR: lambda row: row.factor,
}
_TOLD_BY: dict[Column, Callable[[ValueSetRow], object]] = {
    Column.RESULT_REFERENCE: lambda row: row.result.reference_label,
    Column.EDITION_LABEL: lambda row: row.result.edition_label,
    Column.CHAPTER: lambda row: row.result.chapter,
    Column.SUB_CHAPTER: lambda row: row.result.sub_chapter,
    Column.UNIT: lambda row: row.result.unit,
    Column.SYSTEMATIC: lambda row: row.result.systematic,
    Column.TECHNIQUES: lambda row: row.result.techniques,
}


def standing(rows: Sequence[ValueSetRow], findings: Findings) -> list[ValueSetRow]:
    """The rows that are not rejected so far, in their order: all of them have both their codes."""
    return [row for row in rows if row.row.number not in findings.rejected(row.row.layout.sheet)]


def check_consistency(rows: Sequence[ValueSetRow], findings: Findings) -> None:
    """Tells what does not agree; what is rejected on the way is compared no more."""
    _check_doubles(standing(rows, findings))
    _check_requests(standing(rows, findings))
    _check_results(standing(rows, findings))
    in_file = {row.result.code for row in rows}
    _check_twins(standing(rows, findings), in_file)


def _check_doubles(rows: Sequence[ValueSetRow]) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        pair = (row.request.code, row.result.code)
        number = first.setdefault(pair, row.row.number)
        if number != row.row.number:
            message = f"La demande « {pair[0]} » a déjà l'analyse « {pair[1]} » à la ligne {number}."
            row.row.error(Column.RESULT_LOINC, "E26", message, "Garder une seule des deux lignes.")


def _check_requests(rows: Sequence[ValueSetRow]) -> None:
    first: dict[str, ValueSetRow] = {}
    for row in rows:
        reference = first.setdefault(row.request.code, row)
        if row.request is reference.request:
            continue
        differing = [c for c, get in _OF_REQUEST.items() if get(row.request) != get(reference.request)]
        if differing:
            whose = f"La demande « {row.request.code} »"
            row.row.error(differing[0], "E13", _difference(whose, reference.row, row.row, differing), _AGREE)


def _check_results(rows: Sequence[ValueSetRow]) -> None:
    first: dict[str, ValueSetRow] = {}
    for row in rows:
        reference = first.setdefault(row.result.code, row)
        if reference is row:
            continue
        whose = f"L'analyse « {row.result.code} »"
        computed = [c for c, get in _COMPUTED_BY.items() if _differ(get(row), get(reference))]
        told = [c for c, get in _TOLD_BY.items() if _differ(get(row), get(reference))]
        if computed:
            row.row.error(computed[0], "E13", _difference(whose, reference.row, row.row, computed), _AGREE)
        elif told:
            row.row.warning(told[0], "W13", _difference(whose, reference.row, row.row, told), _FIRST_KEPT)


_AGREE = "Mettre les deux lignes d'accord : la première est gardée, celle-ci est rejetée."
_FIRST_KEPT = "Mettre les deux lignes d'accord : ce que dit la première est gardé."


def _differ(value: object, reference: object) -> bool:
    """What is unknown on either side differs from nothing."""
    return value is not None and reference is not None and value != reference


def _difference(whose: str, reference: Row[Column], row: Row[Column], columns: Sequence[Column]) -> str:
    headers = row.layout.headers
    names = merged(f"« {headers[row.layout.places[c]]} »" if c in row.layout.places else c for c in columns)
    return f"{whose} n'est pas la même aux lignes {reference.number} et {row.number} : {names}."


def _check_twins(rows: Sequence[ValueSetRow], in_file: set[str]) -> None:
    """Column AA must name an analysis of the file that points back, the two factors must undo each other."""
    by_code: dict[str, ValueSetRow] = {}
    for row in rows:
        by_code.setdefault(row.result.code, row)
    for row in rows:
        if not row.twin:
            continue
        code, twin = row.result.code, by_code.get(row.twin)
        if row.twin not in in_file:
            _broken(row, f"« {row.twin} » n'est le code d'aucune analyse du fichier.")
        elif row.twin == code:
            _broken(row, f"« {code} » est sa propre correspondance.")
        elif twin is None:
            if by_code[code] is row:
                message = f"Toutes les lignes de « {row.twin} » sont rejetées : la correspondance est retirée."
                row.row.warning(Column.CORRESPONDENCE, "W17", message, f"Corriger les lignes de « {row.twin} ».")
        elif twin.twin != code:
            _broken(row, f"« {row.twin} » ne renvoie pas à « {code} » (ligne {twin.row.number}).")
        elif row.factor and twin.factor and abs(row.factor * twin.factor - 1) > _TOLERANCE:
            message = f"Les facteurs {row.factor} et {twin.factor} (ligne {twin.row.number}) ne sont pas réciproques."
            row.row.error(Column.FACTOR, "E19", message, "Leur produit doit être 1, à un centième près.")


def _broken(row: ValueSetRow, message: str) -> None:
    row.row.error(Column.CORRESPONDENCE, "E17", message, "Les deux analyses doivent se désigner l'une l'autre.")
