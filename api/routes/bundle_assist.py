"""`POST /fhir/Bundle/$assist`: help while an order is written (prescription.md §2; docs/assistance.md).

What `Bundle/$validate` says, and what needs more than the order: its history, answers the client knows already, exams
often asked for with those chosen. Nothing is stored, and what was dismissed is the client's to remember.
"""

import hashlib
from collections.abc import Collection
from dataclasses import replace

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Call, CurrentCall
from api.checking import check_order
from api.fhir import parameters as p
from api.fhir.element import Element, Report
from api.fhir.json import JsonObject
from api.fhir.operation_outcome import write_outcome
from api.fhir.questionnaire_response import read_known_answers, write_questionnaire_response
from api.openapi.described import described
from api.openapi.orders import order_operation
from api.responses import fhir
from kernel.errors import Forbidden, Invalid
from kernel.findings import Finding, Severity, errors
from prescription.assistance.history import HistoryEntry, HistoryStatus
from prescription.assistance.prefill import Proposed, prefill
from prescription.assistance.suggestions import Suggestion, suggest
from prescription.basket import Basket
from prescription.caller import Role
from prescription.context import Answer
from prescription.line import CodedExam
from prescription.starter_baskets import starter_baskets
from prescription.usecases.baskets import BasketDesk

router = APIRouter()
_MOST_HISTORY, _MOST_DISMISSED = 500, 500
RULES = (
    p.Rule("resource", p.Kind.RESOURCE, least=1, resource="Bundle", about="L'ordonnance en cours"),
    p.Rule(
        "history",
        p.Kind.PARTS,
        most=_MOST_HISTORY,
        parts=(
            p.Rule("exam", p.Kind.CODE, least=1, longest=64, about="Code de l'examen"),
            p.Rule("date", p.Kind.DATE, least=1, about="Quand il a été prescrit ou réalisé"),
            p.Rule("status", p.Kind.CODE, least=1, codes=tuple(HistoryStatus), about="Prescrit, ou réalisé"),
        ),
        about="Examens du passé de ce patient, que connaît le logiciel",
    ),
    p.Rule(
        "context",
        p.Kind.RESOURCE,
        resource="QuestionnaireResponse",
        about="Réponses que le logiciel connaît, par code de renseignement clinique",
    ),
    p.Rule("dismissed", p.Kind.STRING, most=_MOST_DISMISSED, longest=100, about="Clés de ce qui a été écarté"),
)


@router.post("/fhir/Bundle/$assist")
@described(post=order_operation("Aider à écrire une ordonnance", RULES, 422))
def bundle_assist(call: CurrentCall) -> Response:
    """`outcome`, `proposed` answers by line, `suggestion`s; each with the key that dismisses it."""
    if call.caller().role is not Role.PRESCRIBER:
        raise Forbidden.because("role", "L'aide à la prescription est aux prescripteurs.", "Rôle admis : prescriber.")
    given = p.read_parameters(call.resource(), RULES)
    order, base = given.resource("resource"), call.services.config.base
    history = tuple(
        HistoryEntry(one.required("exam"), day, HistoryStatus(one.required("status")))
        for one in given.parts("history")
        if (day := one.day("date"))
    )
    rules = replace(call.services.rules(), history=history)
    checked = check_order(order.value if order else {}, base, rules)
    dismissed = frozenset(given.texts("dismissed"))
    told = [finding for finding in checked.findings if _stays(finding, dismissed)]
    said: list[JsonObject | None] = [
        p.resource("outcome", write_outcome(told, base, key=key_of)),
    ]
    if checked.prescription is not None:
        known = _known(given)
        said += [_write_proposed(each, base) for each in prefill(checked.prescription, known, rules)]
        left = {key.removeprefix(_SUGGESTION) for key in dismissed if key.startswith(_SUGGESTION)}
        offered = suggest(checked.prescription, _baskets(call), rules.catalogue, left)
        said += [_write_suggestion(each) for each in offered]
    return fhir(p.write_parameters(said))


_SUGGESTION = "suggestion:"


def key_of(finding: Finding) -> str:
    """What dismisses a finding: the same as long as its reason is, wherever its line stands."""
    return hashlib.sha256(f"{finding.code}|{finding.message}".encode()).hexdigest()[:16]


def _stays(finding: Finding, dismissed: Collection[str]) -> bool:
    return finding.severity is Severity.ERROR or key_of(finding) not in dismissed


def _known(given: p.Given) -> tuple[Answer, ...]:
    sent, report = given.resource("context"), Report()
    if sent is None:
        return ()
    known = read_known_answers(Element(sent.value, sent.path, report))
    if errors(report.findings):
        raise Invalid(report.findings)
    return known


def _baskets(call: Call) -> list[Basket]:
    services, rules = call.services, call.services.rules()
    starter = starter_baskets(services.baskets, services.catalogue)
    with services.units(writing=False) as unit:
        desk = BasketDesk(call.caller(), unit.baskets, rules, starter)
        return list(desk.listed()) if call.caller().id else list(starter)


def _write_proposed(proposed: Proposed, base: str) -> JsonObject:
    code = proposed.line.exam.code if isinstance(proposed.line.exam, CodedExam) else ""
    answers = write_questionnaire_response(proposed.answers, base, code)
    return p.parts("proposed", [p.uri("line", proposed.line.line_id), p.resource("answers", answers)])


def _write_suggestion(suggestion: Suggestion) -> JsonObject:
    exam = suggestion.exam
    return p.parts(
        "suggestion",
        [
            p.coding("exam", exam.system, exam.code, exam.display),
            *(p.string("basket", name) for name in suggestion.baskets),
            p.string("source", suggestion.source or None),
            p.string("key", f"{_SUGGESTION}{exam.code}"),
        ],
    )
