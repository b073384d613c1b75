"""`POST /fhir/$epu-adapt`: a biologist adds, removes or replaces lines (interface.md §3)."""

import uuid

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.fhir.order_bundle import read_line
from api.fhir.places import Places
from api.openapi.described import described
from api.openapi.orders import order_change
from api.transactions import CODE, change, exact_code
from kernel.errors import Invalid
from kernel.findings import Finding, Severity, errors
from prescription.lifecycle import ADAPTATION_REASONS, Adapt, Change
from prescription.record import PrescriberContact
from prescription.usecases.access import Access
from prescription.usecases.adapt import adapt

router = APIRouter()
CHANGE_PARTS = (
    p.Rule("action", p.Kind.CODE, least=1, codes=("add", "remove", "modify"), about="Ajouter, retirer, remplacer"),
    p.Rule("line", p.Kind.URI, about="Ligne retirée ou remplacée"),
    p.Rule("request", p.Kind.RESOURCE, resource="ServiceRequest", about="Nouvelle ligne"),
    p.Rule("reason", p.Kind.CODE, least=1, codes=tuple(sorted(ADAPTATION_REASONS)), about="Motif"),
    p.Rule("comment", p.Kind.STRING, longest=500, about="Précision en mots"),
)
RULES = (
    CODE,
    p.Rule("prescriber-contact", p.Kind.CODE, least=1, codes=tuple(PrescriberContact), about="Avis du prescripteur"),
    p.Rule("contacted-at", p.Kind.INSTANT, about="Quand le prescripteur a été joint"),
    p.Rule("change", p.Kind.PARTS, least=1, most=None, parts=CHANGE_PARTS, about="Changements, tous ou aucun"),
)


@router.post("/fhir/$epu-adapt")
@described(post=order_change("Ajouter, retirer ou remplacer des lignes", RULES))
def epu_adapt(call: CurrentCall) -> Response:
    """Applies all changes or none, and answers with each line touched."""
    sent = _Sent(call.services.config.base)

    def perform(access: Access, given: p.Given, version: int) -> Change:
        changes = sent.read(given.parts("change"))
        contact = PrescriberContact(given.required("prescriber-contact"))
        contacted_at = given.instant("contacted-at")
        return adapt(access, exact_code(given), version, changes, contact, call.services.rules(), contacted_at)

    return change(call, "epu-adapt", RULES, perform, sent.locate)


class _Sent:
    """The changes as they were sent: what they ask for, and where their new lines stand."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._places: dict[str, Places] = {}

    def read(self, parts: tuple[p.Given, ...]) -> list[Adapt]:
        """The changes; `Invalid` with everything that is wrong with them."""
        findings: list[Finding] = []
        changes = [self._read_change(part, findings) for part in parts]
        if errors(findings):
            raise Invalid(findings)
        return changes

    def locate(self, path: str) -> str:
        """The place, in what was sent, of a domain path about one of the new lines."""
        for line_id, places in self._places.items():
            if path.startswith(f"line/{line_id}"):
                return places.locate(path)
        return path

    def _read_change(self, part: p.Given, findings: list[Finding]) -> Adapt:
        action, line_id, request = part.required("action"), part.text("line"), part.resource("request")
        for name, wanted, there in (
            ("line", action != "add", line_id is not None),
            ("request", action != "remove", request is not None),
        ):
            if wanted != there:
                code, verb = ("missing-parameter", "attend") if wanted else ("bad-parameter", "n'attend pas")
                message = f"L'action {action} {verb} « {name} »."
                findings.append(Finding(Severity.ERROR, code, message, "Corriger.", part.path))
        line = None
        if request is not None:
            new_id = f"urn:uuid:{uuid.uuid4()}"
            told = read_line(request.value, new_id, self._base, request.path)
            line, self._places[new_id] = told.line, told.places
            findings += told.findings
        return Adapt(part.required("reason"), line_id, line, part.text("comment"))
