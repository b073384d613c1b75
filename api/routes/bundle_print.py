"""`POST /fhir/Bundle/$print`: order and patient sheet; the base is not asked (interface.md §4, printing.md §15)."""

import base64

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.checking import check_order
from api.fhir import parameters as p
from api.openapi.described import FHIR, HTML, JSON, PDF, PNG, described
from api.openapi.orders import order_operation
from api.openapi.schema import BINARY, TEXT, Schema, ref
from api.responses import fhir
from api.transactions import refusals_placed
from printing.documents import Document, Form, check_form, file_name, render
from printing.options import PrintOptions
from printing.preview import page_as_png
from printing.sealing import sealing_at

router = APIRouter()
RULES = (
    p.Rule("order", p.Kind.RESOURCE, least=1, resource="Bundle", about="L'ordonnance"),
    p.Rule(
        "kind", p.Kind.CODE, codes=tuple(Document), about="L'ordonnance, la fiche de consignes du patient, ou les deux"
    ),
    p.Rule("format", p.Kind.CODE, codes=tuple(Form), about="html : la fiche de consignes seulement"),
    p.Rule("draft", p.Kind.BOOLEAN, about="Vrai pour une ordonnance qui n'est pas signée"),
    p.Rule("reprint", p.Kind.POSITIVE, about="Numéro de réédition"),
    p.Rule("reprinted-at", p.Kind.INSTANT, about="Quand elle est rééditée"),
    p.Rule("page", p.Kind.POSITIVE, about="Image PNG : la page voulue ; la première à défaut"),
    p.Rule("copy-for-record", p.Kind.BOOLEAN, about="Copie pour le dossier d'une ordonnance annulée, barrée"),
)
_ANSWERS: dict[str, Schema] = {FHIR: ref("Binary"), PDF: BINARY, HTML: TEXT, PNG: BINARY}
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_MEDIA = {Form.PDF: PDF, Form.HTML: HTML}


@router.post("/fhir/Bundle/$print")
@described(post=order_operation("Imprimer une ordonnance", RULES, 409, 422, answers=_ANSWERS, token=False))
def bundle_print(call: CurrentCall) -> Response:
    """The file itself, or a Binary, as Accept asks; a `format` that is asked for narrows what Accept may choose."""
    given = p.read_parameters(call.resource(PDF, HTML, PNG), RULES)
    document = Document(given.text("kind") or Document.ORDER)
    media_type, form = _form(call, given.text("format"))
    with refusals_placed(lambda _: given.locate("format")):
        check_form(document, form)
    order = given.resource("order")
    services = call.services
    rules = services.rules()
    checked = check_order(order.value if order else {}, services.config.base, rules, cancelled_too=True)
    prescription = checked.accepted()
    options = PrintOptions(
        draft=given.boolean("draft"),
        reprint=given.integer("reprint"),
        reprinted_at=given.instant("reprinted-at"),
        privacy_notice=services.config.privacy_notice,
        copy_for_record=given.boolean("copy-for-record"),
        sealing=sealing_at(services.seal, services.clock.now().astimezone()),
    )
    with refusals_placed(checked.places.locate):
        content = render(document, form, prescription, rules.catalogue, options)
    if media_type in (FHIR, JSON):
        encoded = base64.b64encode(content).decode("ascii")
        return fhir({"resourceType": "Binary", "contentType": _MEDIA[form], "data": encoded})
    if media_type == PNG:
        return _picture(content, given)
    headers = _HEADERS | {"Content-Disposition": f'inline; filename="{file_name(document, form, prescription)}"'}
    return Response(content, 200, headers, "text/html; charset=utf-8" if form is Form.HTML else PDF)


def _picture(pdf: bytes, given: p.Given) -> Response:
    """One page, to be looked at; how many there are is in a header."""
    with refusals_placed(lambda _: given.locate("page")):
        picture = page_as_png(pdf, given.integer("page") or 1)
    return Response(picture.png, 200, _HEADERS | {"X-Page-Count": str(picture.pages)}, PNG)


def _form(call: Call, asked: str | None) -> tuple[str, Form]:
    """The media type of the answer and the form of the file; without `format`, a page only for who accepts nothing
    else."""
    forms = (Form(asked),) if asked else (Form.PDF, Form.HTML)
    pictures = (PNG,) if Form.PDF in forms else ()
    media_type = call.accepts(FHIR, *(_MEDIA[form] for form in forms), *pictures, JSON)
    return media_type, Form.HTML if media_type == HTML else forms[0]
