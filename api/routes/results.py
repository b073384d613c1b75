"""`POST /api/resultats/comparer` and `/convertir`: may two results be compared, what is one worth elsewhere (§6)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.fhir.element import Element, Report
from api.fhir.json import JsonObject
from api.openapi.described import FHIR, JSON, Body, Described, described
from api.openapi.queries import of_query
from api.openapi.schema import Schema
from api.openapi.shapes.results import (
    COMPARED,
    COMPARED_EXAMPLE,
    CONVERSION,
    CONVERTED,
    CONVERTED_EXAMPLE,
    VERDICT,
)
from api.query import QueryParameters, text
from api.responses import plain_json
from api.result_json import read_report, read_result, read_unit, write_conversion, write_verdict
from kernel import loinc
from kernel.errors import CircuitbioError, Invalid
from terminology.catalogue import Catalogue
from terminology.results.comparability import compare
from terminology.results.conversion import to_code, to_unit
from terminology.results.result import Result

router = APIRouter(prefix="/api/resultats")

_QUERY = (text("release", "Version du jeu de valeurs ; à défaut la version active"),)


def _described(summary: str, answer: Schema, sent: Schema, example: JsonObject) -> Described:
    body, refusals = Body((JSON, FHIR), sent, example), (400, 404, 406, 413, 415)
    return Described(summary, {JSON: answer}, of_query(_QUERY), body, refusals)


# Which element of the body a refusal of the domain speaks of.
_PLACES = {
    "required": "result.system",
    "not-found": "result.code",
    "text-not-convertible": "result.text",
    "unit-missing": "result.unit",
    "unite-inattendue": "result.unit",
    "no-correspondence": "target_code",
    "unit-not-convertible": "target_unit",
}


@router.post("/comparer")
@described(post=_described("Dire si deux résultats se comparent", VERDICT, COMPARED, COMPARED_EXAMPLE))
def compare_results(call: CurrentCall) -> Response:
    """The verdict on `first` and `second`; `report` holds the other results of the second's report."""
    catalogue = _catalogue(call)
    body = _body(call)
    first, second = (_result(body, name) for name in ("first", "second"))
    report = read_report(body, "report")
    _close(body)
    verdict = compare(first, second, catalogue, report)
    return plain_json(write_verdict(verdict, catalogue.release))


@router.post("/convertir")
@described(post=_described("Rendre un résultat dans une autre unité", CONVERSION, CONVERTED, CONVERTED_EXAMPLE))
def convert_result(call: CurrentCall) -> Response:
    """`result` under `target_code` or in `target_unit`; `report` holds the other results of its report."""
    catalogue = _catalogue(call)
    body = _body(call)
    result = _result(body, "result")
    code, unit = _target_code(body), read_unit(body, "target_unit")
    if bool(code) == bool(unit):
        body.wrong(
            "Une conversion a un seul but.", "Donner « target_code » ou « target_unit ».", "target_code", "required"
        )
    report = read_report(body, "report")
    _close(body)
    try:
        if code:
            converted = to_code(result, code, catalogue, report)
        else:
            converted = to_unit(result, unit, catalogue, report)
    except CircuitbioError as refused:
        raise type(refused)([f.at(_PLACES.get(f.code, f.path)) for f in refused.findings]) from None
    return plain_json(write_conversion(converted, catalogue.release))


def _catalogue(call: Call) -> Catalogue:
    """The release named by `?release=`, else the active one; 404 when it is not held."""
    name = QueryParameters(call.request, _QUERY).text("release")
    return call.services.editions.named(name or None)


def _body(call: Call) -> Element:
    return Element(call.resource(), "", Report())


def _result(body: Element, name: str) -> Result:
    child = body.child(name, required=True)
    return read_result(child) if child else Result("", "", "")


def _target_code(body: Element) -> str:
    code = body.text("target_code") or ""
    if code and not loinc.valid(code):
        body.wrong("Ce n'est pas un code LOINC.", "Vérifier le code et sa clé.", "target_code", "malformed-loinc")
    return code


def _close(body: Element) -> None:
    """Ends the reading: every fault at once, or none."""
    body.close(reads_past=())
    if body.report.findings:
        raise Invalid(body.report.findings)
