"""`GET /fhir/metadata`: what the service can do, and with `mode=terminology` what it knows (terminology.md §5.3)."""

from importlib.metadata import version

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.facade.answers import answer, offer_json
from api.facade.capability import capability_of
from api.facade.search_parameters import IGNORED
from api.fhir.capability_statement import write_capability_statement
from api.fhir.json import JsonObject, serialise
from api.fhir.terminology_capabilities import write_terminology_capabilities
from api.operations.expand import EXPAND
from api.operations.table import Use
from api.query import QueryParameters, bad
from api.terminology.systems import code_systems
from terminology.catalogue import Catalogue
from terminology.release_record import ReleaseStatus

router = APIRouter(prefix="/fhir")
_VERSION = version("circuit-biologie")
_STATEMENT, _TERMINOLOGY = ("full", "normative"), "terminology"


@router.get("/metadata")
def metadata(call: CurrentCall) -> Response:
    """`full` (default) and `normative` give the CapabilityStatement, `terminology` the TerminologyCapabilities."""
    query = QueryParameters(call.request, ("mode", "_format", *IGNORED))
    offer_json(call, query.text("_format"))
    mode = query.text("mode") or "full"
    catalogue = call.services.catalogue
    modified = call.services.publication(catalogue).modified
    if mode in _STATEMENT:
        config = call.services.config
        statement = write_capability_statement(
            capability_of(call.request.app.routes),
            config.base,
            config.public_url,
            modified,
            _VERSION,
            cors=bool(config.cors_origins),
        )
    elif mode == _TERMINOLOGY:
        statement = _terminology(call, catalogue)
    else:
        raise bad("mode", f"Mode inconnu : {mode[:60]}.", "mode = full, normative ou terminology.")
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
        _VERSION,
    )
