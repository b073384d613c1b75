"""`POST /fhir/Bundle/$print`: the order as a PDF; the base is not asked (interface.md §4, printing.md §15)."""

import base64

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.checking import check_order
from api.fhir import parameters as p
from api.openapi.described import FHIR, JSON, PDF, described
from api.openapi.orders import order_operation
from api.openapi.schema import BINARY, Schema, ref
from api.responses import fhir
from api.transactions import refusals_placed
from kernel.errors import Unsupported
from prescription.prescription import Prescription
from printing.options import PrintOptions
from printing.order_sheet import render_order

router = APIRouter()
RULES = (
    p.Rule("order", p.Kind.RESOURCE, least=1, resource="Bundle", about="L'ordonnance"),
    p.Rule("kind", p.Kind.CODE, codes=("order", "patient-sheet", "both"), about="Ce qui est imprimé"),
    p.Rule("draft", p.Kind.BOOLEAN, about="Vrai pour une ordonnance qui n'est pas signée"),
    p.Rule("reprint", p.Kind.POSITIVE, about="Numéro de réédition"),
    p.Rule("reprinted-at", p.Kind.INSTANT, about="Quand elle est rééditée"),
)
_ANSWERS: dict[str, Schema] = {FHIR: ref("Binary"), PDF: BINARY}


@router.post("/fhir/Bundle/$print")
@described(post=order_operation("Imprimer une ordonnance", RULES, 422, answers=_ANSWERS, token=False))
def bundle_print(call: CurrentCall) -> Response:
    """The PDF itself, or a Binary, as Accept asks."""
    media_type = call.accepts(FHIR, PDF, JSON)
    given = p.read_parameters(call.resource(PDF), RULES)
    if given.text("kind") not in (None, "order"):
        raise Unsupported.because(
            "not-supported", "La fiche de consignes n'est pas encore imprimée.", "kind = order.", "kind"
        )
    order = given.resource("order")
    services = call.services
    rules = services.rules()
    checked = check_order(order.value if order else {}, services.config.base, rules)
    prescription = checked.accepted()
    options = PrintOptions(
        draft=given.boolean("draft"),
        reprint=given.integer("reprint"),
        reprinted_at=given.instant("reprinted-at"),
        privacy_notice=services.config.privacy_notice,
    )
    with refusals_placed(checked.places.locate):
        pdf = render_order(prescription, rules.catalogue, options)
    if media_type == PDF:
        disposition = f'inline; filename="{_file_name(prescription)}"'
        return Response(pdf, 200, {"Content-Disposition": disposition, "Cache-Control": "no-store"}, PDF)
    return fhir({"resourceType": "Binary", "contentType": PDF, "data": base64.b64encode(pdf).decode("ascii")})


def _file_name(prescription: Prescription) -> str:
    """A name without the patient's."""
    signed = prescription.authored_on
    return f"ordonnance-biologie-{signed:%Y%m%d}.pdf" if signed else "ordonnance-biologie.pdf"
