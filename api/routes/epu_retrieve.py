"""`POST /fhir/$epu-retrieve`: the structured order behind a code (interface.md §3; analogue of EP3)."""

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, cast

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.fhir.json import JsonObject
from api.fhir.order_bundle import write_order
from api.openapi.described import described
from api.openapi.orders import order_operation
from api.responses import etag, fhir
from api.transactions import CODE, outcome_of, refusals_placed
from kernel.errors import Invalid
from prescription.caller import Caller
from prescription.record import EpuRecord, LineOrigin, LineState
from prescription.usecases.retrieve import Mode, retrieve

router = APIRouter()
RULES = (
    CODE,
    p.Rule("mode", p.Kind.CODE, codes=tuple(mode.value for mode in Mode), about="Code lu, ou tapé à la main"),
    p.Rule("ins", p.Kind.INS, about="INS de la personne présente, à comparer"),
    p.Rule("view", p.Kind.CODE, codes=("current", "original"), about="Ordonnance actuelle, ou telle que prescrite"),
)


@router.post("/fhir/$epu-retrieve")
@described(post=order_operation("Lire une ordonnance par son code", RULES, 404, 422, 429, etag=True))
def epu_retrieve(call: CurrentCall) -> Response:
    """Reads the order; an unknown code takes the same path and is a 404."""
    call.admit("epu-retrieve")
    base, now = call.services.config.base, call.services.clock.now()
    given = p.read_parameters(call.resource(), RULES)
    with call.services.units() as unit:
        access = call.access(unit, "epu-retrieve", now)
        mode = Mode(given.text("mode") or Mode.SCANNED)
        with refusals_placed(lambda _: given.locate("code"), Invalid):
            found = retrieve(access, given.required("code"), mode, given.ins("ins"), call.services.rules())
        unit.commit()
    record = found.record
    order = _order(record, base, given.text("view") == "original", now)
    answer = p.write_parameters(
        [
            p.string("code", found.code.value),
            p.boolean("repaired", found.repaired),
            p.code("binding", found.binding.value),
            p.integer("version", record.version),
            p.code("status", record.status_at(now).value),
            *_claims(record, access.caller, now),
            p.resource("order", order),
            outcome_of(found.findings, base, partial(_place, order)),
        ]
    )
    return fhir(answer, headers={"ETag": etag(record.version)})


def _claims(record: EpuRecord, caller: Caller, now: datetime) -> list[JsonObject]:
    """A parameter `claim` for each open line that the caller holds, and until when if that ends."""
    held = [
        (line, claim)
        for line in record.lines
        if (claim := line.claim_at(now)) and claim.holder == caller.holder and line.is_open_at(now)
    ]
    return [
        p.parts(
            "claim",
            [
                p.uri("line", line.line.line_id),
                p.instant("lease-until", claim.until if line.state is LineState.CLAIMED else None),
            ],
        )
        for line, claim in held
    ]


def _order(record: EpuRecord, base: str, original: bool, now: datetime) -> JsonObject:
    lines = [line for line in record.lines if not original or line.origin is LineOrigin.PRESCRIBER]
    states = {line.line.line_id: (line.state_at(now).value, line.origin.value) for line in lines}
    shown = replace(record.prescription, lines=tuple(line.line for line in lines))
    return write_order(shown, base, states)


def _place(order: JsonObject, path: str) -> str:
    """Where the line of a path of the domain stands in the order that is given back; nowhere for what is of no line."""
    for at, entry in enumerate(cast("list[dict[str, Any]]", order["entry"])):
        if any(
            path.startswith(f"line/{identifier['value']}") for identifier in entry["resource"].get("identifier", ())
        ):
            return f"Bundle.entry[{at}].resource"
    return ""
