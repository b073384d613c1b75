"""`POST /fhir/$epu-cancel`: the author cancels the order, or lines of it (interface.md §3)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.transactions import CODE, change, exact_code
from prescription.usecases.cancel import cancel

router = APIRouter()
RULES = (
    CODE,
    p.Rule("line", p.Kind.URI, most=None),
    p.Rule("reason", p.Kind.STRING, longest=500),
)


@router.post("/fhir/$epu-cancel")
def epu_cancel(call: CurrentCall) -> Response:
    """Cancels what is not yet sampled."""
    return change(
        call,
        "epu-cancel",
        RULES,
        lambda access, given, version: cancel(
            access, exact_code(given), version, given.texts("line"), given.text("reason")
        ),
    )
