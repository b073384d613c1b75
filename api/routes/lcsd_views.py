"""`GET /api/lcsd/{finess}…`: versions, what they change, deliveries (lcsd.md §6)."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.fhir.json import JsonObject
from api.lab_catalogue_files import (
    FILES,
    LCSD_FILE,
    CatalogueForm,
    form_rule,
    lcsd_answer,
    tables_answer,
    wanted_form,
)
from api.lab_catalogue_json import write_lab_catalogue
from api.lcsd_calls import publisher_of
from api.lcsd_json import (
    CHANGE_COLUMNS,
    change_row,
    write_diff,
    write_mapping_changes,
    write_state,
    write_version,
)
from api.openapi.described import CSV as CSV_TYPE
from api.openapi.described import described
from api.openapi.queries import asked
from api.openapi.schema import TEXT
from api.openapi.shapes.lcsd import CATALOGUE, DIFF, MAPPING_CHANGES, STATE
from api.query import QueryParameters, choice, text
from api.responses import attachment, etag, plain_json
from api.transcoding_exports import CSV
from kernel.csv_export import write_csv
from kernel.errors import Conflict, NotFound
from lcsd.messages.control import Emission, Receiver
from lcsd.publishing import Publisher

router = APIRouter()
_FORM = choice("format", "Forme de la réponse", "json", "csv")
_VERSION = (
    form_rule(*CatalogueForm),
    text("destinataire", "Logiciel à qui va un fichier LCSD"),
    text("destinataire_finess", "FINESS de qui le reçoit"),
)


@router.get("/api/lcsd/{finess}")
@described(get=asked("Lire les versions publiées d'un laboratoire et leurs envois", STATE, token=True))
def state(call: CurrentCall, finess: str) -> Response:
    """Versions, deliveries, subscribers that are behind."""
    return plain_json(write_state(_publisher(call, finess)))


@router.get("/api/lcsd/{finess}/versions/{number}")
@described(
    get=replace(
        asked("Lire une version", CATALOGUE, _VERSION, 404, 406, 409, media={**FILES, **LCSD_FILE}, token=True),
        etag=True,
    )
)
def version(call: CurrentCall, finess: str, number: int) -> Response:
    """One version, whole, drafts included; `destinataire` and `destinataire_finess` name who an LCSD file is for."""
    query, publisher = QueryParameters(call.request, _VERSION), publisher_of(call, finess)
    form = wanted_form(call, query, *CatalogueForm)
    found = next((v for v in publisher.store.versions(finess) if v.number == number), None)
    catalogue = publisher.store.catalogue(finess, number) if found else None
    if found is None or catalogue is None:
        raise NotFound.because("unknown-version", f"Version inconnue : {number}.", "Voir la liste des versions.")
    headers = {"ETag": etag(found.revision)}
    if form is CatalogueForm.JSON:
        content: JsonObject = {"version": write_version(found), "catalogue": write_lab_catalogue(catalogue)}
        return plain_json(content, headers=headers)
    if form is not CatalogueForm.LCSD:
        return tables_answer(catalogue, form, headers)
    if found.published is None:
        raise Conflict.because("not-published", "Cette version n'est pas publiée.", "La publier, puis reprendre.")
    receiver = Receiver(query.text("destinataire") or "DPI", query.text("destinataire_finess") or finess)
    return lcsd_answer(Emission(catalogue, receiver, call.services.clock.now()), headers)


@router.get("/api/lcsd/{finess}/versions/{number}/differences")
@described(get=asked("Dire ce qu'une version change", DIFF, (), 404, token=True))
def differences(call: CurrentCall, finess: str, number: int) -> Response:
    """What a version changes of the one published before it, field by field."""
    QueryParameters(call.request)
    return plain_json(write_diff(publisher_of(call, finess).diff(number)))


@router.get("/api/lcsd/{finess}/correspondances")
@described(
    get=asked(
        "Lire l'histoire des correspondances publiées", MAPPING_CHANGES, (_FORM,), media={CSV_TYPE: TEXT}, token=True
    )
)
def mapping_changes(call: CurrentCall, finess: str) -> Response:
    """Each LOINC and technique that a version gave, changed or took away: who, when, before, after."""
    form = QueryParameters(call.request, (_FORM,)).text("format")
    changes = publisher_of(call, finess).store.mapping_changes(finess)
    if form == "csv":
        content = write_csv(CHANGE_COLUMNS, map(change_row, changes))
        return attachment(f"correspondances-{finess}.csv", content, CSV)
    return plain_json(write_mapping_changes(changes))


def _publisher(call: Call, finess: str) -> Publisher:
    QueryParameters(call.request)
    return publisher_of(call, finess)
