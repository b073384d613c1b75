"""`POST /fhir/$epu-status` and `$epu-list`: the prescriber follows own orders (interface.md §3; analogue of EP2)."""

from datetime import date, datetime

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.fhir.json import JsonObject
from api.openapi.described import described
from api.openapi.orders import order_operation
from api.responses import fhir
from prescription.record import LineRecord, LineState
from prescription.recurrence import next_due
from prescription.usecases.follow import MAX_CODES, Followed, own_orders, status

router = APIRouter()
_DEFAULT_COUNT, _MOST = 20, 100
STATUS_RULES = (p.Rule("code", p.Kind.STRING, least=1, most=MAX_CODES, about="Codes de ses ordonnances"),)
LIST_RULES = (
    p.Rule("from", p.Kind.DATE, about="Premier jour"),
    p.Rule("to", p.Kind.DATE, about="Dernier jour"),
    p.Rule("count", p.Kind.INTEGER, low=1, high=_MOST, about=f"Ordonnances d'une page ; {_DEFAULT_COUNT} à défaut"),
    p.Rule("cursor", p.Kind.STRING, about="next de la page d'avant"),
)


@router.post("/fhir/$epu-status")
@described(post=order_operation("Suivre ses ordonnances par leurs codes", STATUS_RULES, 429))
def epu_status(call: CurrentCall) -> Response:
    """State of up to a hundred own orders, in the order asked; no content."""
    now = call.services.clock.now()
    call.admit("epu-status")
    given = p.read_parameters(call.resource(), STATUS_RULES)
    with call.services.units() as unit:
        followed = status(call.access(unit, "epu-status", now), given.texts("code"))
        unit.commit()
    return fhir(p.write_parameters([_order(one, now) for one in followed]))


def _order(followed: Followed, now: datetime) -> JsonObject:
    record = followed.record
    if record is None:
        return p.parts("order", [p.string("code", followed.text), p.code("status", "unknown")])
    return p.parts(
        "order",
        [
            p.string("code", followed.text),
            p.code("status", record.status_at(now).value),
            p.integer("version", record.version),
            *(_line(line, now) for line in record.lines),
        ],
    )


def _line(line: LineRecord, now: datetime) -> JsonObject:
    return p.parts(
        "line",
        [
            p.uri("id", line.line.line_id),
            p.code("state", line.state_at(now).value),
            p.instant("changed", line.changed),
            p.code("reason", _reason(line)),
            p.day("next-due", _due(line, now)),
        ],
    )


def _reason(line: LineRecord) -> str | None:
    """The reason as a code; why a line was cancelled is the prescriber's own free text, and no code."""
    return None if line.state is LineState.CANCELLED else line.reason


def _due(line: LineRecord, now: datetime) -> date | None:
    return next_due(line) if line.is_open_at(now) else None


@router.post("/fhir/$epu-list")
@described(post=order_operation("Lister ses ordonnances", LIST_RULES))
def epu_list(call: CurrentCall) -> Response:
    """Own orders by date, newest first: handles, dates and counts, no code."""
    call.admit("epu-list")
    now = call.services.clock.now()
    given = p.read_parameters(call.resource(), LIST_RULES)
    count = given.integer("count")
    count = _DEFAULT_COUNT if count is None else count
    with call.services.units() as unit:
        access = call.access(unit, "epu-list", now)
        records, cursor = own_orders(access, given.day("from"), given.day("to"), count, given.text("cursor"))
        unit.commit()
    orders = [
        p.parts(
            "order",
            [
                p.uri("handle", record.handle),
                p.day("created", record.created),
                p.code("status", record.status_on(now.date()).value),
                p.integer("lines", record.lines),
                p.integer("closed", record.closed),
            ],
        )
        for record in records
    ]
    return fhir(p.write_parameters([*orders, p.string("next", cursor)]))
