"""What the operations on documents share: one transaction, an answer made once, and a departure as it is written."""

from collections.abc import Callable, Iterable

from starlette.responses import Response

from api.calls import Call
from api.fhir import parameters as p
from api.fhir.json import JsonObject
from api.openapi.described import Described
from api.openapi.orders import IDEMPOTENCY_KEY, order_operation
from api.transactions import Done, Place, mutation
from prescription.documents.departure import Departure
from prescription.usecases.access import Access

REFUSALS = (404, 409, 422, 429)
"""What a change of a document may be refused with, beside what any operation may."""


def document_operation(summary: str, rules: tuple[p.Rule, ...]) -> Described:
    """A change of what becomes of a document. It has no version to tell: what is said twice is done once."""
    return order_operation(summary, rules, *REFUSALS, headers=(IDEMPOTENCY_KEY,))


def document_change(
    call: Call,
    operation: str,
    rules: Iterable[p.Rule],
    perform: Callable[[Access, p.Given], Iterable[JsonObject | None]],
    place: Place = str,
) -> Response:
    """Reads the Parameters and performs once; `perform` gives the parameters of the answer."""
    call.admit(operation)
    given = p.read_parameters(call.resource(), rules)

    def sent(path: str) -> str:
        placed = place(path)
        return given.locate(placed) or (placed if placed.startswith("Bundle") else "")

    return mutation(call, operation, lambda access: Done(None, [*perform(access, given)]), sent)


def write_departures(departures: Iterable[Departure]) -> list[JsonObject]:
    """A parameter `departure` for each: its id, its channel, its state, and when it is tried next while it waits."""
    return [p.parts("departure", _parts(each)) for each in departures]


def _parts(departure: Departure) -> list[JsonObject | None]:
    waiting = departure.state.is_waiting
    return [
        p.string("id", departure.id),
        p.code("channel", departure.channel.value),
        p.code("state", departure.state.value),
        p.boolean("withdrawal", True) if departure.withdrawal else None,
        p.integer("attempts", departure.attempts),
        p.instant("due", departure.due) if waiting else None,
        p.instant("changed", departure.changed),
        p.code("error", departure.error),
        p.code("receipt", departure.receipt.value) if departure.receipt else None,
    ]
