"""`POST /fhir/$epu-adapt`: a biologist adds, removes or replaces lines (interface.md §3)."""

import uuid
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.fhir.order_bundle import read_line
from api.fhir.places import Places
from api.transactions import CODE, change, exact_code
from kernel.errors import Invalid
from kernel.findings import Finding, Severity, errors
from prescription.lifecycle import ADAPTATION_REASONS, Adapt
from prescription.record import PrescriberContact
from prescription.usecases.adapt import adapt

router = APIRouter()
CHANGE_PARTS = (
    p.Rule("action", p.Kind.CODE, least=1, codes=("add", "remove", "modify")),
    p.Rule("line", p.Kind.URI),
    p.Rule("request", p.Kind.RESOURCE, resource="ServiceRequest"),
    p.Rule("reason", p.Kind.CODE, least=1, codes=tuple(sorted(ADAPTATION_REASONS))),
    p.Rule("comment", p.Kind.STRING, longest=500),
)
RULES = (
    CODE,
    p.Rule("prescriber-contact", p.Kind.CODE, least=1, codes=tuple(contact.value for contact in PrescriberContact)),
    p.Rule("contacted-at", p.Kind.INSTANT),
    p.Rule("change", p.Kind.PARTS, least=1, most=None, parts=CHANGE_PARTS),
)


@dataclass(slots=True)
class _Read:
    """The changes asked for, what is wrong with them, and where their lines stand."""

    changes: list[Adapt]
    findings: list[Finding]
    places: dict[str, Places]

    def locate(self, path: str) -> str:
        """The place, in what was sent, of a domain path about one of the new lines."""
        for line_id, places in self.places.items():
            if path.startswith(f"line/{line_id}"):
                return places.locate(path)
        return "" if path.startswith("line/") else path


@router.post("/fhir/$epu-adapt")
def epu_adapt(call: CurrentCall) -> Response:
    """Applies all changes or none, and answers with each line touched."""
    call.caller()
    given = p.read_parameters(call.resource(), RULES)
    read = _read_changes(given.parts("change"), call.services.config.base)
    if errors(read.findings):
        raise Invalid(read.findings)
    return change(
        call,
        "epu-adapt",
        lambda access, version: adapt(
            access,
            exact_code(given),
            version,
            read.changes,
            PrescriberContact(given.required("prescriber-contact")),
            call.services.rules(),
            given.instant("contacted-at"),
        ),
        read.locate,
    )


def _read_changes(parts: tuple[p.Given, ...], base: str) -> _Read:
    read = _Read([], [], {})
    for part in parts:
        action, line_id, request = part.required("action"), part.text("line"), part.resource("request")
        for name, wanted, there in (
            ("line", action != "add", line_id is not None),
            ("request", action != "remove", request is not None),
        ):
            if wanted != there:
                code, verb = ("missing-parameter", "attend") if wanted else ("bad-parameter", "n'attend pas")
                read.findings.append(
                    Finding(Severity.ERROR, code, f"L'action {action} {verb} « {name} ».", "Corriger.", part.path)
                )
        line = None
        if request is not None:
            new_id = f"urn:uuid:{uuid.uuid4()}"
            told = read_line(request.value, new_id, base, request.path)
            line, read.places[new_id] = told.line, told.places
            read.findings += told.findings
        read.changes.append(Adapt(part.required("reason"), line_id, line, part.text("comment")))
    return read
