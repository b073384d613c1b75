"""`POST /fhir/Bundle/$validate`: all there is to say about an order; nothing is stored (interface.md §4)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.checking import check_order
from api.fhir import parameters as p
from api.fhir.operation_outcome import write_outcome
from api.responses import fhir

router = APIRouter()
RULES = (p.Rule("resource", p.Kind.RESOURCE, least=1, resource="Bundle"),)


@router.post("/fhir/Bundle/$validate")
def bundle_validate(call: CurrentCall) -> Response:
    """A bare OperationOutcome, 200 whatever it says; 400 only when the body is no JSON Bundle."""
    order = p.read_parameters(call.resource(), RULES).resource("resource")
    checked = check_order(order.value if order else {}, call.services.config.base, call.services.rules())
    return fhir(write_outcome(checked.findings, call.services.config.base))
