"""`POST /fhir/$epu-create`: a signed order in, its code out (interface.md §3; analogue of EP4)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.checking import check_read
from api.fhir import parameters as p
from api.fhir.order_bundle import read_order
from api.openapi.described import described
from api.openapi.orders import IDEMPOTENCY_KEY, order_operation
from api.services import Services
from api.transactions import Done, answer_of, mutation, outcome_of
from kernel.errors import Invalid
from kernel.findings import errors, most_severe_first
from prescription.labels import request_of
from prescription.record import EpuRecord
from prescription.usecases.access import Access
from prescription.usecases.create import create, readiness
from terminology.catalogue import Catalogue

router = APIRouter()
RULES = (p.Rule("order", p.Kind.RESOURCE, least=1, resource="Bundle", about="L'ordonnance, signée"),)
_DESCRIBED = order_operation("Confier une ordonnance signée", RULES, 409, 422, headers=(IDEMPOTENCY_KEY,), etag=True)


@router.post("/fhir/$epu-create")
@described(post=_DESCRIBED)
def epu_create(call: CurrentCall) -> Response:
    """Checks, makes anonymous, seals; every warning comes with the code, and none of them blocks."""
    services, settings = call.services, call.services.config.create
    call.admit("epu-create")
    order = p.read_parameters(call.resource(), RULES).resource("order")
    read = read_order(order.value if order else {}, services.config.base)
    place = read.places.locate

    rules = services.rules()

    def run(access: Access) -> Done:
        if read.prescription is None or errors(read.findings):
            unready = readiness(read.prescription, settings) if read.prescription else ()
            raise Invalid(most_severe_first((*check_read(read, rules).findings, *unready)))
        created = create(access, read.prescription, rules, settings)
        record = created.record
        lines = [line.line.line_id for line in record.lines]
        return Done(
            record.version,
            [
                p.string("code", created.code.value),
                p.uri("handle", record.handle),
                *answer_of(record, lines, access.now),
                outcome_of(created.findings, services.config.base, place),
            ],
            lambda: _count(services, record, rules.catalogue) if record.created_at == access.now else None,
        )

    return mutation(call, "epu-create", run, place)


def _count(services: Services, record: EpuRecord, catalogue: Catalogue) -> None:
    exams = (request_of(line.line, catalogue) for line in record.lines)
    services.note_usage([exam.code for exam in exams if exam])
