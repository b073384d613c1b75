"""How every operation on the base runs: one transaction, an idempotent answer, an ETag (interface.md §1, §3)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from starlette.responses import Response

from api.calls import Call
from api.fhir import parameters as p
from api.fhir.json import JsonObject, serialise
from api.fhir.operation_outcome import write_outcome
from api.responses import etag, fhir_bytes
from kernel.errors import CircuitbioError
from kernel.findings import Finding
from prescription.epu_code import EpuCode
from prescription.lifecycle import Change
from prescription.ports import KeptAnswer, UnitOfWork
from prescription.record import EpuRecord
from prescription.usecases.access import Access
from prescription.usecases.once import OneCall, once

CODE = p.Rule("code", p.Kind.STRING, least=1, about="Code de l'ordonnance")

Place = Callable[[str], str]
"""From a path of the domain to a place in what was sent."""


def _nothing() -> None:
    """Where an operation ends with its answer."""


@dataclass(frozen=True, slots=True)
class Done:
    """What an operation has done: the version of the record now, None for what has none, and the parameters of its
    answer; `then` is done once it is kept."""

    version: int | None
    parameters: Sequence[JsonObject | None]
    then: Callable[[], None] = _nothing


def mutation(call: Call, operation: str, perform: Callable[[Access], Done], place: Place = str) -> Response:
    """Runs `perform` once for an Idempotency-Key: a repeated call gets the first answer, byte for byte.

    `place` turns domain paths into places of what was sent, in refusals too.
    """
    now = call.services.clock.now()
    this = OneCall(call.caller(), operation, call.idempotency_key(), call.body, now)
    then = _nothing

    def run(unit: UnitOfWork) -> KeptAnswer:
        nonlocal then
        with refusals_placed(place):
            done = perform(call.access(unit, operation, now))
        then = done.then
        tag = None if done.version is None else etag(done.version)
        return KeptAnswer(200, tag, serialise(p.write_parameters(done.parameters)))

    answer, made = once(call.services.units, this, run)
    if made:
        then()
    return fhir_bytes(answer.body, answer.status, {"ETag": answer.etag} if answer.etag else None)


def change(
    call: Call,
    operation: str,
    rules: Iterable[p.Rule],
    perform: Callable[[Access, p.Given, int], Change],
    place: Place = str,
) -> Response:
    """A mutation of an existing order: asks for If-Match, and answers with the lines it touched."""
    call.admit(operation)
    given = p.read_parameters(call.resource(), rules)

    def sent(path: str) -> str:
        return given.locate(place(path))

    def run(access: Access) -> Done:
        made = perform(access, given, call.expected_version())
        due = dict(made.due)
        said = answer_of(made.record, made.touched, access.now, due)
        outcome = outcome_of(made.findings, call.services.config.base, sent)
        return Done(made.record.version, [*said, p.instant("lease-until", made.lease_until), outcome])

    return mutation(call, operation, run, sent)


def answer_of(
    record: EpuRecord, touched: Iterable[str], now: datetime, due: dict[str, date] | None = None
) -> list[JsonObject | None]:
    """What every mutation answers: `version`, `status`, and each line it touched with its state."""
    lines = []
    for line_id in touched:
        line = record.line(line_id)
        if line is not None:
            lines.append(
                p.parts(
                    "line",
                    [
                        p.uri("id", line_id),
                        p.code("state", line.state_at(now).value),
                        p.uri("replaces", line.line.replaces),
                        p.day("next-due", (due or {}).get(line_id)),
                    ],
                )
            )
    return [p.integer("version", record.version), p.code("status", record.status_at(now).value), *lines]


def outcome_of(findings: Sequence[Finding], base: str, place: Place = str) -> JsonObject | None:
    """The parameter `outcome`, when there is something to say."""
    return p.resource("outcome", write_outcome(located(findings, place), base)) if findings else None


def located(findings: Sequence[Finding], place: Place) -> tuple[Finding, ...]:
    """The same findings, in places of what was sent."""
    return tuple(finding.at(place(finding.path)) for finding in findings)


@contextmanager
def refusals_placed(place: Place, kind: type[CircuitbioError] = CircuitbioError) -> Iterator[None]:
    """Whatever of that kind is refused inside is told in places of what was sent."""
    try:
        yield
    except kind as error:
        error.findings = located(error.findings, place)
        raise


def exact_code(given: p.Given) -> EpuCode:
    """The EPU code of a mutation: exact, since repair belongs to `$epu-retrieve`."""
    with refusals_placed(lambda _: given.locate("code")):
        return EpuCode(given.required("code"))
