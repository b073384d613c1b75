"""The draft of a laboratory's catalogue over HTTP: read, kept, checked, published; withdrawn (lcsd.md §6).

`ETag` and `If-Match` carry the revision of the draft, so that what is published is what was read; `If-None-Match: *`
makes the first one.
"""

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir.json import JsonObject
from api.json_body import bad_body, only
from api.lab_catalogue_files import (
    DRAFT_FORMS,
    FILES,
    TABLE_TYPES,
    CatalogueForm,
    form_rule,
    read_sent,
    tables_answer,
    wanted_form,
)
from api.lab_catalogue_json import write_lab_catalogue
from api.lcsd_calls import PUBLISHING, publisher_of
from api.lcsd_json import write_findings, write_version
from api.openapi.described import FHIR, JSON, Body, Described, Parameter, described
from api.openapi.orders import IF_MATCH
from api.openapi.queries import of_query
from api.openapi.schema import BOOLEAN, TEXT, Schema, closed, record
from api.openapi.shapes.lcsd import CATALOGUE_SENT, DRAFT, PUBLISHED
from api.query import QueryParameters, text
from api.responses import etag, plain_json
from kernel.errors import NotFound
from kernel.findings import Finding, most_severe_first
from lcsd.publishing import Publisher
from terminology.publishing.version import CatalogueVersion

router = APIRouter(prefix="/api/lcsd/{finess}")
_FORM = (form_rule(*DRAFT_FORMS),)
_NOTE = (text("note", "Ce que cette version change"),)
_PUBLICATION: Schema = closed(record({}, {"confirm_removals": BOOLEAN}))
_WITHDRAWAL: Schema = closed(record({}, {"note": TEXT, "abandon_draft": BOOLEAN}))
_FIRST = Parameter("If-None-Match", "* pour un premier brouillon, à la place de If-Match", TEXT, where="header")


def _writing(summary: str, answer: Schema, sent: Schema | None, *refusals: int, match: bool = True) -> Described:
    return Described(
        summary,
        {JSON: answer},
        (IF_MATCH,) if match else (),
        Body((JSON, FHIR), sent) if sent else None,
        (400, 404, 406, 409, 412, 413, 415, *refusals),
        token=True,
        etag=match,
    )


@router.get("/brouillon")
@described(
    get=Described(
        "Lire le brouillon", {JSON: DRAFT, **FILES}, of_query(_FORM), refusals=(400, 404, 406), token=True, etag=True
    )
)
def read(call: CurrentCall, finess: str) -> Response:
    """The draft, whole, as JSON or as tables to edit; 404 while there is none."""
    query, publisher = QueryParameters(call.request, _FORM), publisher_of(call, finess)
    form = wanted_form(call, query, *DRAFT_FORMS)
    version = _draft(publisher)
    catalogue = publisher.store.catalogue(finess, version.number)
    assert catalogue is not None, "a version has its content"
    if form is not CatalogueForm.JSON:
        return tables_answer(catalogue, form, {"ETag": etag(version.revision)})
    content: JsonObject = {"version": write_version(version), "catalogue": write_lab_catalogue(catalogue)}
    return _answer(content, version)


@router.put("/brouillon")
@described(
    put=replace(
        _writing("Garder le brouillon", DRAFT, None, 428),
        body=Body((JSON, FHIR), CATALOGUE_SENT, files=TABLE_TYPES),
        parameters=(*of_query(_NOTE), _FIRST, replace(IF_MATCH, required=False)),
        status=(200, 201),
    )
)
def save(call: CurrentCall, finess: str) -> Response:
    """Keeps a catalogue as the draft, whatever the checks say of it: they are told beside, with what was left aside."""
    query, publisher = QueryParameters(call.request, _NOTE), publisher_of(call, finess, checking=True)
    first = call.headers.get("if-none-match", "").strip() == "*"
    revision = 0 if first else call.expected_version()
    catalogue, left_aside = read_sent(call)
    version = publisher.save(catalogue, query.text("note") or "", revision)
    return _checked(publisher, 201 if first else 200, version, left_aside)


@router.post("/brouillon/verification")
@described(post=_writing("Vérifier le brouillon", DRAFT, None, match=False))
def check(call: CurrentCall, finess: str) -> Response:
    """Every finding on the draft; one without error becomes `checked`."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess, checking=True)
    return _checked(publisher, 200, _draft(publisher))


@router.post("/brouillon/publication")
@described(post=_writing("Publier le brouillon", PUBLISHED, _PUBLICATION, 428))
def publish(call: CurrentCall, finess: str) -> Response:
    """Publishes the draft that was read, and queues it for every subscriber; refused with every finding."""
    QueryParameters(call.request)
    publisher = publisher_of(call, finess, *PUBLISHING, checking=True)
    revision, body = call.expected_version(), call.resource()
    only(body, "", ("confirm_removals",))
    confirmed = _flag(body, "confirm_removals")
    version, warnings = publisher.publish(confirm_removals=confirmed, revision=revision)
    return _answer({"version": write_version(version), "findings": write_findings(warnings)}, None)


@router.post("/retrait")
@described(post=_writing("Retirer la version courante", PUBLISHED, _WITHDRAWAL, match=False))
def withdraw(call: CurrentCall, finess: str) -> Response:
    """Publishes the content before the current version, as a new number in force now."""
    QueryParameters(call.request)
    publisher, body = publisher_of(call, finess, *PUBLISHING), call.resource()
    only(body, "", ("note", "abandon_draft"))
    note = body.get("note", "")
    if not isinstance(note, str):
        raise bad_body("note", "note est un texte.")
    version = publisher.withdraw(note, abandon_draft=_flag(body, "abandon_draft"))
    return _answer({"version": write_version(version), "findings": []}, None)


def _draft(publisher: Publisher) -> CatalogueVersion:
    version = publisher.draft()
    if version is None:
        raise NotFound.because("no-draft", "Aucun brouillon.", "PUT avec If-None-Match: * en dépose un.")
    return version


def _checked(
    publisher: Publisher, status: int, saved: CatalogueVersion, left_aside: tuple[Finding, ...] = ()
) -> Response:
    findings = most_severe_first((*publisher.check(), *left_aside))
    version = publisher.draft() or saved
    content: JsonObject = {"version": write_version(version), "findings": write_findings(findings)}
    return _answer(content, version, status)


def _answer(content: JsonObject, version: CatalogueVersion | None, status: int = 200) -> Response:
    return plain_json(content, status, {"ETag": etag(version.revision)} if version else None)


def _flag(body: JsonObject, name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise bad_body(name, f"{name} vaut true ou false.")
    return value
