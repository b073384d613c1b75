"""`CodeSystem/$validate-code`: whether a code is in a code system, under this label (FHIR R4, terminology.md §5.3)."""

from api.fhir.code_issue import UNKNOWN_CODE
from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.fhir.systems import LOINC
from api.operations.asking import Asked
from api.operations.codes import CODING, ONE_OF
from api.operations.routing import Answer, routes
from api.operations.table import Operation, refused, used
from api.operations.terms import Codes
from api.operations.things import code_system_asked
from api.operations.verdict import TOLD, Verdict, codings_asked, judge, of_all
from api.terminology.systems import Canonical

VALIDATE_CODE = Operation(
    "CodeSystem",
    "validate-code",
    "Dit si un code est d'un système de codes, sous ce libellé",
    (
        used("url", Kind.URI, "Système de codes ; url|version choisit une version", example=LOINC),
        refused("codeSystem", Kind.RESOURCE, "seuls les systèmes tenus ici répondent"),
        *TOLD,
    ),
    thing="url",
    ways=(ONE_OF,),
    lasting=True,
)


def validate_code(asked: Asked) -> Answer:
    """One valid coding is enough; a retired code is valid, and said to be retired."""
    asked.check_language()
    asked.one_way(*ONE_OF)
    held, system = code_system_asked(asked, VALIDATE_CODE, asked.given.coding(CODING))
    verdicts = [_judge(held, system, sent) for sent in codings_asked(asked, system.url)]
    return Answer(of_all(held, verdicts), held)


def _judge(held: Codes, system: Canonical, sent: SentCoding) -> Verdict:
    if held.code_systems.by_url(sent.system) is not system:
        message = f"Le code {sent.code[:60]} est de {sent.system[:200]}, non de {system.url}."
        return Verdict(sent, False, None, UNKNOWN_CODE, message)
    return judge(held, sent, held.concept(system.url, sent.code), retired_is_valid=True)


ROUTES = routes(VALIDATE_CODE, validate_code)
