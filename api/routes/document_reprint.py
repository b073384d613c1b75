"""`POST /fhir/$document-reprint`: the order printed again, by its patient or its author (prescription.md §8)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.document_calls import REFUSALS
from api.document_reprint import ReprintMark, draw_reprint
from api.fhir import parameters as p
from api.openapi.described import FHIR, JSON, PDF, described
from api.openapi.orders import IDEMPOTENCY_KEY, order_operation
from api.openapi.schema import BINARY, ref
from api.routes.document_search import binary_answer
from api.transactions import refusals_placed
from prescription.documents.care_team import read
from prescription.documents.ports import WrittenDocument
from prescription.documents.reprint import reprint
from prescription.ports import KeptAnswer, UnitOfWork
from prescription.usecases.once import OneCall, once

router = APIRouter()
_OPERATION = "document-reprint"
RULES = (
    p.Rule("document", p.Kind.STRING, least=1, longest=64, about="Document à réimprimer"),
    p.Rule("copy-for-record", p.Kind.BOOLEAN, about="Copie pour le dossier d'une ordonnance annulée, barrée"),
)
_DESCRIBED = order_operation(
    "Réimprimer l'ordonnance d'un document",
    RULES,
    *REFUSALS,
    answers={FHIR: ref("Binary"), PDF: BINARY},
    headers=(IDEMPOTENCY_KEY,),
)


@router.post("/fhir/$document-reprint")
@described(post=_DESCRIBED)
def document_reprint(call: CurrentCall) -> Response:
    """A fresh sheet with its number; the same Idempotency-Key gives the same one. It is drawn outside of the base."""
    call.admit(_OPERATION)
    given = p.read_parameters(call.resource(PDF), RULES)
    wanted = call.accepts(FHIR, PDF, JSON)
    mark, written = _counted(call, given)
    services = call.services
    content = draw_reprint(written.cda, mark, services.catalogue, services.config.privacy_notice, services.seal)
    return binary_answer(content, PDF, wanted)


def _counted(call: Call, given: p.Given) -> tuple[ReprintMark, WrittenDocument]:
    """The mark of this reprint, counted once for an Idempotency-Key, and the document it is drawn from."""
    now = call.services.clock.now()
    this = OneCall(call.caller(), _OPERATION, call.idempotency_key(), call.body, now)
    id_, written = given.required("document"), None

    def run(unit: UnitOfWork) -> KeptAnswer:
        nonlocal written
        with refusals_placed(given.locate):
            made = reprint(call.access(unit, _OPERATION, now), id_, copy_for_record=given.boolean("copy-for-record"))
        written = made.written
        return KeptAnswer(200, None, ReprintMark.of(made).written())

    kept, made_now = once(call.services.units, this, run)
    if written is None or not made_now:
        with call.services.units() as unit:
            _, written = read(call.access(unit, "document-read", now), id_)
            unit.commit()
    return ReprintMark.read(kept.body), written
