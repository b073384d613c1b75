"""`POST /fhir/$epu-cancel`: the author cancels the order, or lines of it (interface.md §3)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.openapi.described import described
from api.openapi.orders import order_change
from api.transactions import CODE, change, exact_code
from prescription.usecases.cancel import cancel

router = APIRouter()
RULES = (
    CODE,
    p.Rule("line", p.Kind.URI, most=None, about="Lignes annulées ; aucune : l'ordonnance entière"),
    p.Rule("reason", p.Kind.STRING, longest=500, about="Motif, en mots"),
)


@router.post("/fhir/$epu-cancel")
@described(post=order_change("Annuler une ordonnance ou des lignes", RULES))
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
