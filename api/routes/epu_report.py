"""`POST /fhir/$epu-report`: sampled, done, done in part, not done (interface.md §3; analogue of EP1)."""

from datetime import datetime

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.openapi.described import described
from api.openapi.orders import order_change
from api.transactions import CODE, change, exact_code
from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from prescription.lifecycle import REPORT_REASONS, Report
from prescription.record import ReportedResult
from prescription.usecases.report import report

router = APIRouter()
REPORT_PARTS = (
    p.Rule("line", p.Kind.URI, least=1, about="Ligne"),
    p.Rule("result", p.Kind.CODE, least=1, codes=tuple(ReportedResult), about="Ce qui est fait"),
    p.Rule("performed", p.Kind.INSTANT, least=1, about="Quand"),
    p.Rule("reason", p.Kind.CODE, codes=tuple(sorted(REPORT_REASONS)), about="Motif, sauf done et sampled"),
    p.Rule("comment", p.Kind.STRING, longest=500, about="Précision en mots"),
    p.Rule("more-expected", p.Kind.BOOLEAN, about="Vrai quand la suite est encore attendue"),
)
RULES = (CODE, p.Rule("report", p.Kind.PARTS, least=1, most=None, parts=REPORT_PARTS, about="Compte rendu d'une ligne"))
_REASONED = frozenset({ReportedResult.NOT_DONE, ReportedResult.PARTIALLY_DONE})


@router.post("/fhir/$epu-report")
@described(post=order_change("Dire ce qui est prélevé, fait, non fait", RULES))
def epu_report(call: CurrentCall) -> Response:
    """Records all reports or none; a line that repeats answers with the day it is next due."""
    return change(
        call,
        "epu-report",
        RULES,
        lambda access, given, version: report(access, exact_code(given), version, _reports(given.parts("report"))),
    )


def _reports(parts: tuple[p.Given, ...]) -> list[Report]:
    reports, findings = [], []
    for part in parts:
        result, performed = ReportedResult(part.required("result")), part.instant("performed")
        reason, more = part.text("reason"), part.boolean("more-expected")
        if result in _REASONED and reason is None:
            findings.append(_wrong("missing-parameter", f"« reason » manque pour {result.value}.", part.path))
        if more and result is not ReportedResult.PARTIALLY_DONE:
            findings.append(_wrong("bad-parameter", "« more-expected » ne va qu'avec partially-done.", part.path))
        if isinstance(performed, datetime):
            reports.append(
                Report(part.required("line"), result, performed, reason, part.text("comment"), more_expected=more)
            )
    if findings:
        raise Invalid(findings)
    return reports


def _wrong(code: str, message: str, path: str) -> Finding:
    return Finding(Severity.ERROR, code, message, "Corriger le paramètre.", path)
