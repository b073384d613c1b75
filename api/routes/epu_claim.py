"""`POST /fhir/$epu-claim` and `$epu-release`: a laboratory takes charge of lines, or gives them back (§3)."""

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import CurrentCall
from api.fhir import parameters as p
from api.openapi.described import described
from api.openapi.orders import order_change
from api.transactions import CODE, change, exact_code
from prescription.usecases.claim import claim, release

router = APIRouter()
LINE = p.Rule("line", p.Kind.URI, most=None, about="Lignes ; aucune : toutes celles qui peuvent l'être")
CLAIM_RULES = (
    CODE,
    LINE,
    p.Rule("takeover", p.Kind.CODE, codes=("patient-present",), about="Reprendre à un autre laboratoire"),
    p.Rule("ins", p.Kind.INS, about="INS de la personne présente, à comparer"),
    p.Rule("identity-confirmed", p.Kind.BOOLEAN, about="Vrai quand l'identité est confirmée malgré un INS différent"),
)
RELEASE_RULES = (CODE, LINE)


@router.post("/fhir/$epu-claim")
@described(post=order_change("Prendre des lignes en charge", CLAIM_RULES))
def epu_claim(call: CurrentCall) -> Response:
    """Takes charge of lines for 72 hours."""
    return change(
        call,
        "epu-claim",
        CLAIM_RULES,
        lambda access, given, version: claim(
            access,
            exact_code(given),
            version,
            given.texts("line"),
            takeover=given.text("takeover") is not None,
            ins=given.ins("ins"),
            identity_confirmed=given.boolean("identity-confirmed"),
        ),
    )


@router.post("/fhir/$epu-release")
@described(post=order_change("Rendre des lignes", RELEASE_RULES))
def epu_release(call: CurrentCall) -> Response:
    """Gives lines back."""
    return change(
        call,
        "epu-release",
        RELEASE_RULES,
        lambda access, given, version: release(access, exact_code(given), version, given.texts("line")),
    )
