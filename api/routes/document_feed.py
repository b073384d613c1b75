"""`POST /fhir/$document-feed` and `$document-identity`: the author hands over what the EPU base does not keep (§8)."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.checking import check_order
from api.document_calls import document_change, document_operation, write_departures
from api.fhir import parameters as p
from api.fhir.element import Element, Report
from api.fhir.json import JsonObject
from api.fhir.patient import read_patient
from api.fhir.places import Places
from api.openapi.described import described
from api.transactions import CODE, Done, exact_code, mutation
from kernel.errors import Invalid
from kernel.findings import errors
from prescription.documents.departure import LONGEST_DELAY_HOURS
from prescription.documents.qualify import qualify
from prescription.documents.submit import feed
from prescription.documents.visibility import Restriction
from prescription.people import Patient
from prescription.usecases.access import Access

router = APIRouter()
VISIBILITY = p.Rule("visibility", p.Kind.CODE, most=None, codes=tuple(Restriction), about="Qui ne voit pas le document")
FEED_RULES = (
    p.Rule(
        "order", p.Kind.RESOURCE, least=1, resource="Bundle", about="L'ordonnance complète, signée, portant son code"
    ),
    VISIBILITY,
    p.Rule(
        "delay",
        p.Kind.INTEGER,
        low=0,
        high=LONGEST_DELAY_HOURS,
        about="Heures avant le dépôt au DMP ; celles de la structure à défaut",
    ),
    p.Rule("recipient", p.Kind.STRING, most=None, longest=200, about="Adresse MSSanté d'un professionnel"),
)
IDENTITY_RULES = (
    CODE,
    p.Rule("patient", p.Kind.RESOURCE, least=1, resource="Patient", about="L'identité du patient, qualifiée"),
)


@router.post("/fhir/$document-feed")
@described(post=document_operation("Confier le document d'une ordonnance", FEED_RULES))
def document_feed(call: CurrentCall) -> Response:
    """What leaves, and how far it is; an order that was handed over before is told as it stands."""
    operation, services = "document-feed", call.services
    call.admit(operation)
    given = p.read_parameters(call.resource(), FEED_RULES)
    order = given.resource("order")
    checked = check_order(order.value if order else {}, services.config.base, services.rules())
    prescription = checked.accepted()

    def place(path: str) -> str:
        return given.locate(path) or checked.places.locate(path)

    def run(access: Access) -> Done:
        dispatch = feed(
            access,
            prescription,
            services.config.sending,
            visibility=frozenset(map(Restriction, given.texts("visibility"))),
            delay_hours=given.integer("delay"),
            recipients=given.texts("recipient"),
        )
        known = access.unit.documents.of_code(dispatch.code)
        fed = p.string("document", known.id if known else None)
        return Done(None, [fed, *write_departures(dispatch.departures)])

    return mutation(call, operation, run, place)


@router.post("/fhir/$document-identity")
@described(post=document_operation("Donner l'identité qualifiée qu'un document attend", IDENTITY_RULES))
def document_identity(call: CurrentCall) -> Response:
    """What waited for the identity leaves."""
    config = call.services.config

    def run(access: Access, given: p.Given) -> Iterable[JsonObject | None]:
        return write_departures(
            qualify(access, exact_code(given), _patient(given, config.base), config.sending).departures
        )

    return document_change(call, "document-identity", IDENTITY_RULES, run)


def _patient(given: p.Given, base: str) -> Patient:
    sent = given.resource("patient")
    if sent is None:
        raise ValueError("the table of parameters asks for a patient")
    report = Report()
    resource = {name: value for name, value in sent.value.items() if name != "resourceType"}
    patient = read_patient(Element(resource, sent.path, report), base, Places(sent.path))
    if errors(report.findings):
        raise Invalid(report.findings)
    if not isinstance(patient, Patient):
        raise Invalid.because(
            "not-qualified", "Un patient anonyme n'a pas d'identité.", "Donner l'identité qualifiée.", sent.path
        )
    return patient
