"""`POST /fhir/DocumentReference/_search` and `GET /fhir/Binary/{id}`: a patient's documents, and their bytes (§8).

By form only: an INS or an EPU code never stands in an address.
"""

import base64

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.calls import Call, CurrentCall
from api.fhir.document_reference import Part, write_document_reference
from api.fhir.document_search import FIELDS, PAGE, PATIENT, read_document_search
from api.fhir.search_bundle import SearchPage, write_search_bundle
from api.openapi.described import FHIR, FORM, JSON, PDF, XML, Body, Described, described
from api.openapi.fhir import searchset
from api.openapi.parameters import value_schema
from api.openapi.schema import BINARY, Schema, listed, record, ref
from api.query import QueryParameters
from api.responses import fhir
from kernel.errors import Invalid, NotFound
from kernel.findings import Finding, Severity
from prescription.caller import Role
from prescription.documents.care_team import DocumentPage, read, search
from prescription.documents.ports import DocumentQuery

router = APIRouter()
_KIND = "DocumentReference"
_FIELDS: dict[str, Schema] = {
    rule.name: {**(value_schema(rule) if rule.most == 1 else listed(value_schema(rule))), "description": rule.about}
    for rule in FIELDS
}
_SEARCHED = Described(
    "Chercher les documents d'un patient",
    {FHIR: searchset(_KIND, counted=False)},
    body=Body((FORM,), record({}, _FIELDS), required=False),
    refusals=(400, 406, 413, 415),
    token=True,
)
_READ = Described(
    "Lire le fichier d'un document",
    {PDF: BINARY, XML: BINARY, FHIR: ref("Binary")},
    refusals=(400, 404, 406),
    token=True,
)
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_NONE = DocumentPage((), None)


@router.post(f"/fhir/{_KIND}/_search")
@described(post=_SEARCHED)
def search_documents(call: CurrentCall) -> Response:
    """The patient's own, or those of a patient who agreed; the last fed first."""
    call.admit("document-search")
    call.accepts(FHIR, JSON)
    if call.media_type() not in ("", FORM):
        raise HTTPException(415)
    QueryParameters(call.request)  # nothing is asked in the address
    query = read_document_search(call.body)
    page = _NONE if query is None else _found(call, query)
    return fhir(write_search_bundle(_page(call, page)))


def _found(call: Call, query: DocumentQuery) -> DocumentPage:
    now, caller = call.services.clock.now(), call.caller()
    if not query.patients and caller.role is not Role.PATIENT:
        raise Invalid.because(
            "missing-parameter", "Le patient manque.", "Donner patient.identifier=urn:oid:…|matricule.", PATIENT.name
        )
    with call.services.units() as unit:
        found = search(call.access(unit, "document-search", now), query)
        unit.commit()
    return found


def _page(call: Call, found: DocumentPage) -> SearchPage:
    config, now = call.services.config, call.services.clock.now()
    folder = f"{config.public_url}/fhir/{_KIND}"
    links = {"self": f"{folder}/_search"}
    if found.cursor:
        links["next"] = f"{folder}/_search?{PAGE.name}={found.cursor}"
    resources = [write_document_reference(each, now, config.public_url, config.base) for each in found.documents]
    told = [_waiting(found.told)] if found.told else []
    return SearchPage(folder, None, resources, links, told, now, config.base)


def _waiting(number: int) -> Finding:
    """The patient is told that something waits, not what (seed 003 §3.4.3)."""
    message = f"{number} document(s) vous attendent, à découvrir avec un professionnel de santé."
    return Finding(Severity.INFORMATION, "document-waiting", message, "Prendre rendez-vous avec votre médecin.")


async def not_by_address(_: Request) -> Response:
    """The form by GET that FHIR also has."""
    raise HTTPException(405)


# It takes no method at all: what is asked by mistake in an address is told so, not that nothing is there.
router.routes.append(Route(f"/fhir/{_KIND}", not_by_address, methods=[]))


@router.get("/fhir/Binary/{id}")
@described(get=_READ)
def read_binary(call: CurrentCall, id: str) -> Response:
    """The bytes as they were fed, or a Binary of them, as Accept asks."""
    call.admit("document-read")
    QueryParameters(call.request)
    document, _, name = id.rpartition("-")
    if name not in set(Part):
        raise NotFound.because(
            "unknown-document", "Aucun document de cet identifiant.", "Relire la liste des documents."
        )
    part = Part(name)
    media_type = call.accepts(part.media_type, FHIR, JSON)
    with call.services.units() as unit:
        access = call.access(unit, "document-read", call.services.clock.now())
        _, written = read(access, document)
        unit.commit()
    content = written.cda if part is Part.CDA else written.pdf
    return binary_answer(content, part.media_type, media_type, id)


def binary_answer(content: bytes, own_type: str, wanted: str, id_: str = "") -> Response:
    """A file as it is, or as a Binary where FHIR is wanted."""
    if wanted != own_type:
        encoded = base64.b64encode(content).decode("ascii")
        named = {"id": id_} if id_ else {}
        return fhir({"resourceType": "Binary", **named, "contentType": own_type, "data": encoded})
    return Response(content, 200, _HEADERS, media_type=own_type)
