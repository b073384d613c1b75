"""`GET /fhir/laboratoires/{finess}/{type}/{id}` and `/metadata`: a laboratory's catalogue as FHIR R4 (lcsd.md §11).

A FHIR base for each laboratory, read-only: `Bundle/catalogue` is the whole of a version, `version` chooses it. A
catalogue is published for those who prescribe: like the value set, it is read without a token.
"""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.facade.answers import answer, answer_tagged, offer_json
from api.facade.result_parameters import FORMAT, GENERAL
from api.fhir.json import serialise
from api.fhir.lab_catalogue.capability_statement import write_lab_capability_statement
from api.fhir.lab_catalogue.collection import RESOURCE_TYPES
from api.lab_publications import lab_address
from api.openapi.described import FHIR, Described, described
from api.openapi.queries import of_query
from api.openapi.resources import NOT_MODIFIED
from api.openapi.schema import ref
from api.query import QueryParameters, QueryRule, check_finess, number
from api.version import VERSION
from kernel.errors import NotFound
from terminology.publishing.in_force import find_published

router = APIRouter(prefix="/fhir/laboratoires/{finess}")
READ_TYPES = ("Bundle", *RESOURCE_TYPES)
_VERSION = number("version", "Version publiée du catalogue ; à défaut celle qui est en vigueur", 1, 999_999_999, 0)
_QUERY = (_VERSION, *GENERAL)


def _described(summary: str, kind: str, rules: tuple[QueryRule, ...], *refusals: int) -> Described:
    return Described(
        summary,
        {FHIR: ref(kind)},
        (*of_query(rules), NOT_MODIFIED),
        refusals=(400, 406, *refusals),
        status=(200, 304),
        etag=True,
    )


def reading(kind: str) -> Callable[[Call, str, str], Response]:
    """The reading of one type of resource."""

    @described(get=_described(f"Lire une ressource {kind} du catalogue d'un laboratoire", kind, _QUERY, 404, 410))
    def read(call: CurrentCall, finess: str, id: str) -> Response:
        query = QueryParameters(call.request, _QUERY)
        offer_json(call, query.given(FORMAT.name))
        check_finess(finess)
        services = call.services
        asked = query.number(_VERSION.name) or None
        version = find_published(services.publishing, finess, asked, services.clock.now())
        body = services.lab_publications.of(version).read(kind, id)
        if body is None:
            raise NotFound.because(
                "not-found",
                f"{kind}/{id[:64]} n'est pas dans la version {version.number} du catalogue.",
                "Lire Bundle/catalogue, ou demander une autre version (version=).",
            )
        return answer_tagged(call, body, version.sha256, version.published or version.created)

    return read


for _kind in READ_TYPES:
    router.add_api_route(f"/{_kind}/{{id}}", reading(_kind), methods=["GET", "HEAD"])


@router.api_route("/metadata", methods=["GET", "HEAD"])
@described(get=_described("Dire ce qui se lit du catalogue d'un laboratoire", "CapabilityStatement", GENERAL))
def metadata(call: CurrentCall, finess: str) -> Response:
    """The CapabilityStatement of a laboratory's base."""
    query = QueryParameters(call.request, GENERAL)
    offer_json(call, query.given(FORMAT.name))
    check_finess(finess)
    services, catalogue = call.services, call.services.catalogue
    config, modified = services.config, services.publication(catalogue).modified
    address = lab_address(config.public_url, finess)
    statement = write_lab_capability_statement(
        finess, READ_TYPES, config.base, address, modified, VERSION, cors=bool(config.cors_origins)
    )
    return answer(call, serialise(statement), catalogue.release, modified)
