"""`GET /fhir/metadata`: what the service can do, and with `mode=terminology` what it knows (terminology.md §5.3)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.facade.answers import answer, offer_json
from api.facade.capability import capability_of
from api.facade.result_parameters import FORMAT, GENERAL
from api.fhir.capability_statement import write_capability_statement
from api.fhir.json import JsonObject, serialise
from api.fhir.terminology_capabilities import write_terminology_capabilities
from api.openapi.described import FHIR, Described, described
from api.openapi.queries import of_query
from api.openapi.resources import NOT_MODIFIED
from api.openapi.schema import ref
from api.operations.expand import EXPAND
from api.operations.table import Use
from api.query import QueryParameters, choice
from api.terminology.systems import code_systems
from api.version import VERSION
from terminology.catalogue import Catalogue
from terminology.release_record import ReleaseStatus

router = APIRouter(prefix="/fhir")
_STATEMENT, _TERMINOLOGY = ("full", "normative"), "terminology"
_QUERY = (choice("mode", "Déclaration voulue ; full à défaut", *_STATEMENT, _TERMINOLOGY), *GENERAL)
_DESCRIBED = Described(
    "Dire ce que le service sait faire, ou ce qu'il sait de la terminologie",
    {FHIR: {"anyOf": [ref("CapabilityStatement"), ref("TerminologyCapabilities")]}},
    (*of_query(_QUERY), NOT_MODIFIED),
    refusals=(400, 406),
    status=(200, 304),
    etag=True,
)


@router.api_route("/metadata", methods=["GET", "HEAD"])
@described(get=_DESCRIBED)
def metadata(call: CurrentCall) -> Response:
    """`full` (default) and `normative` give the CapabilityStatement, `terminology` the TerminologyCapabilities."""
    query = QueryParameters(call.request, _QUERY)
    offer_json(call, query.given(FORMAT.name))
    mode = query.text("mode")
    catalogue = call.services.catalogue
    modified = call.services.publication(catalogue).modified
    if mode != _TERMINOLOGY:
        config = call.services.config
        statement = write_capability_statement(
            capability_of(call.request.app.routes),
            config.base,
            config.public_url,
            modified,
            VERSION,
            cors=bool(config.cors_origins),
        )
    else:
        statement = _terminology(call, catalogue)
    return answer(call, serialise(statement), catalogue.release, modified)


def _terminology(call: Call, catalogue: Catalogue) -> JsonObject:
    services, release = call.services, catalogue.release
    records = services.editions.store.records()
    others = [r.name for r in records if r.status is not ReleaseStatus.WITHDRAWN and r.name != release.name]
    return write_terminology_capabilities(
        code_systems(release, services.config.base),
        others,
        [*EXPAND.names(Use.USED), *EXPAND.names(Use.IGNORED)],
        services.config.base,
        services.config.public_url,
        services.publication(catalogue).modified,
        VERSION,
    )
