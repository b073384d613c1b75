"""`POST /fhir/$document-choice` and `$document-visibility`: what the patient chose, and who sees a document (§8)."""

from collections.abc import Iterable

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.document_calls import document_change, document_operation
from api.fhir import parameters as p
from api.fhir.json import JsonObject
from api.openapi.described import described
from api.routes.document_feed import VISIBILITY
from api.transactions import exact_code
from kernel.errors import Invalid
from prescription.documents.choices import Act, Answer, Manner
from prescription.documents.choose import choose
from prescription.documents.masking import change_visibility, show_to_patient
from prescription.documents.visibility import Restriction
from prescription.usecases.access import Access

router = APIRouter()
CHOICE_RULES = (
    p.Rule("patient", p.Kind.INS, least=1, about="INS du patient"),
    p.Rule("act", p.Kind.CODE, least=1, codes=tuple(Act), about="Alimenter Mon espace santé, ou le consulter"),
    p.Rule("answer", p.Kind.CODE, least=1, codes=tuple(Answer), about="Ce que le patient répond"),
    p.Rule("how", p.Kind.CODE, least=1, codes=tuple(Manner), about="Comment il l'a dit"),
)
VISIBILITY_RULES = (
    p.Rule("code", p.Kind.STRING, about="Code de l'ordonnance, pour qui en a confié le document"),
    p.Rule("document", p.Kind.STRING, longest=64, about="Document que tout soignant admis rend visible au patient"),
    VISIBILITY,
)


@router.post("/fhir/$document-choice")
@described(post=document_operation("Enregistrer le choix d'un patient", CHOICE_RULES))
def document_choice(call: CurrentCall) -> Response:
    """The choice as it is recorded; by whom stays in the record."""

    def run(access: Access, given: p.Given) -> Iterable[JsonObject | None]:
        ins = given.ins("patient")
        if ins is None:
            raise ValueError("the table of parameters asks for an INS")
        act, answer = Act(given.required("act")), Answer(given.required("answer"))
        choice = choose(access, ins, act, answer, Manner(given.required("how")))
        said = (("act", choice.act), ("answer", choice.answer), ("how", choice.how), ("by", choice.role))
        return [*(p.code(name, word.value) for name, word in said), p.instant("recorded", choice.at)]

    return document_change(call, "document-choice", CHOICE_RULES, run)


@router.post("/fhir/$document-visibility")
@described(post=document_operation("Dire qui ne voit pas un document", VISIBILITY_RULES))
def document_visibility(call: CurrentCall) -> Response:
    """Its author says who does not see it, before it leaves or after; a carer who announced it shows it."""

    def run(access: Access, given: p.Given) -> Iterable[JsonObject | None]:
        document, wanted = given.text("document"), frozenset(map(Restriction, given.texts("visibility")))
        if (document is None) == (given.text("code") is None) or (document and wanted):
            raise Invalid.because(
                "bad-parameter",
                "Soit « code » avec « visibility », soit « document » seul.",
                "« document » rend visible au patient ce qui lui était caché.",
                "Parameters",
            )
        if document is None:
            change_visibility(access, exact_code(given), wanted)
        else:
            wanted = show_to_patient(access, document).visibility
        return [p.code("visibility", each.value) for each in Restriction if each in wanted]

    return document_change(call, "document-visibility", VISIBILITY_RULES, run)
