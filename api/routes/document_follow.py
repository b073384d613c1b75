"""`POST /fhir/$document-status`, `$document-withdraw` and `$document-resend`: how far a document is, and back (§8)."""

from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.document_calls import document_change, document_operation, write_departures
from api.fhir import parameters as p
from api.fhir.json import JsonObject
from api.openapi.described import described
from api.openapi.orders import order_operation
from api.responses import fhir
from api.transactions import CODE, exact_code
from prescription.documents.follow import MAX_CODES, FollowedDispatch, resend, status
from prescription.documents.withdraw import withdraw
from prescription.usecases.access import Access

router = APIRouter()
STATUS_RULES = (p.Rule("code", p.Kind.STRING, least=1, most=MAX_CODES, about="Codes de ses ordonnances"),)
WITHDRAW_RULES = (CODE,)
RESEND_RULES = (p.Rule("departure", p.Kind.STRING, least=1, longest=64, about="Envoi à refaire"),)


@router.post("/fhir/$document-status")
@described(post=order_operation("Suivre les documents de ses ordonnances", STATUS_RULES, 429))
def document_status(call: CurrentCall) -> Response:
    """By code, in the order asked: where the document is in the DMP, and each of its departures."""
    now = call.services.clock.now()
    call.admit("document-status")
    given = p.read_parameters(call.resource(), STATUS_RULES)
    with call.services.units() as unit:
        access = call.access(unit, "document-status", now)
        followed = status(access, given.texts("code"))
        told = [p.parts("document", _followed(access, one)) for one in followed]
        unit.commit()
    return fhir(p.write_parameters(told))


def _followed(access: Access, one: FollowedDispatch) -> Iterator[JsonObject | None]:
    yield p.string("code", one.text)
    if one.dispatch is None:
        yield p.code("status", "unknown")
        return
    held = access.unit.documents.of_code(one.dispatch.code)
    yield p.code("status", held.situation_at(access.now).value if held else "not-fed")
    yield p.string("id", held.id if held else None)
    yield from write_departures(one.dispatch.departures)


@router.post("/fhir/$document-withdraw")
@described(post=document_operation("Retirer le document d'une ordonnance", WITHDRAW_RULES))
def document_withdraw(call: CurrentCall) -> Response:
    """Called back where it has not left, out of use in the DMP where it has."""

    def run(access: Access, given: p.Given) -> Iterable[JsonObject | None]:
        return write_departures(withdraw(access, exact_code(given)).departures)

    return document_change(call, "document-withdraw", WITHDRAW_RULES, run)


@router.post("/fhir/$document-resend")
@described(post=document_operation("Refaire un envoi", RESEND_RULES))
def document_resend(call: CurrentCall) -> Response:
    """What was refused, or waits for another attempt, is tried now."""

    def run(access: Access, given: p.Given) -> Iterable[JsonObject | None]:
        return write_departures([resend(access, given.required("departure"))])

    return document_change(call, "document-resend", RESEND_RULES, run)
