"""The fields of a concept that a diff compares, by the names of interface.md §6, as values that can be shown."""

from collections.abc import Iterable

from terminology.coding import Coding
from terminology.request_code import RequestCode
from terminology.result_code import ResultCode

FieldValue = str | int | bool | tuple[str, ...] | None


def request_fields(request: RequestCode) -> dict[str, FieldValue]:
    """Every compared field of an exam."""
    return {
        "display": request.display,
        "reference_label": request.reference_label,
        "synonyms": tuple(synonym.text for synonym in request.synonyms),
        "order_class": request.order_class.value if request.order_class else None,
        "restricted": request.restricted,
        "chapter": _code(request.chapter),
        "sub_chapter": _code(request.sub_chapter),
        "rank": request.rank,
        "specimens": _codes(request.specimens),
        "sites": _codes(request.sites),
        "lateralities": _codes(request.lateralities),
        "clinical_information": tuple(
            f"{expected.item.code} ({expected.obligation.value})" for expected in request.clinical_information
        ),
        "nabm": (*request.nabm, *request.rihn),
    }


def result_fields(result: ResultCode) -> dict[str, FieldValue]:
    """Every compared field of an analysis; a factor is its decimal as written."""
    twin = result.correspondence
    return {
        "reference_label": result.reference_label,
        "edition_label": result.edition_label or None,
        "unit": result.unit or None,
        "ucum": result.ucum or None,
        "comparability": result.comparability.value,
        "restricted": result.restricted,
        "systematic": result.systematic,
        "chapter": _code(result.chapter),
        "sub_chapter": _code(result.sub_chapter),
        "rank": result.rank,
        "correspondence": twin.code if twin else None,
        "factor": format(twin.factor, "f") if twin and twin.factor else None,
    }


def _code(coding: Coding | None) -> str | None:
    return coding.code if coding else None


def _codes(codings: Iterable[Coding]) -> tuple[str, ...]:
    return tuple(coding.code for coding in codings)
