"""`POST /fhir/Bundle/$validate`: all there is to say about an order; nothing is stored (interface.md §4)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.checking import check_order
from api.fhir import parameters as p
from api.fhir.operation_outcome import write_outcome
from api.openapi.described import FHIR, described
from api.openapi.orders import order_operation
from api.openapi.schema import ref
from api.responses import fhir

router = APIRouter()
RULES = (p.Rule("resource", p.Kind.RESOURCE, least=1, resource="Bundle", about="L'ordonnance"),)
_ANSWER = {FHIR: ref("OperationOutcome")}


@router.post("/fhir/Bundle/$validate")
@described(post=order_operation("Dire tout ce qu'il y a à dire d'une ordonnance", RULES, answers=_ANSWER, token=False))
def bundle_validate(call: CurrentCall) -> Response:
    """A bare OperationOutcome, 200 whatever it says; 400 only when the body is no JSON Bundle."""
    order = p.read_parameters(call.resource(), RULES).resource("resource")
    checked = check_order(order.value if order else {}, call.services.config.base, call.services.rules())
    return fhir(write_outcome(checked.findings, call.services.config.base))
