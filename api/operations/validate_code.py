"""`CodeSystem/$validate-code`: whether a code is in a code system, under this label (FHIR R4, terminology.md §5.3)."""

from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.operations.asking import Asked
from api.operations.codes import CODE, CODING, CONCEPT
from api.operations.routing import Answer, routes
from api.operations.table import Operation, ignored, refused, used
from api.operations.terms import Terms
from api.operations.things import CODE_SYSTEM, thing_asked
from api.operations.verdict import Verdict, codings_asked, judge, of_all
from api.terminology.systems import Canonical

VALIDATE_CODE = Operation(
    "CodeSystem",
    "validate-code",
    (
        used("url", Kind.URI),
        refused("codeSystem", Kind.RESOURCE, "seuls les systèmes tenus ici répondent"),
        used(CODE, Kind.CODE),
        used("version", Kind.STRING),
        used("display", Kind.STRING),
        used(CODING, Kind.CODING),
        used(CONCEPT, Kind.CONCEPT),
        used("date", Kind.INSTANT),
        ignored("abstract", Kind.BOOLEAN, "aucun code abstrait n'est tenu"),
        used("displayLanguage", Kind.CODE),
    ),
    lasting=True,
)


def validate_code(asked: Asked) -> Answer:
    """One valid coding is enough; a retired code is valid, and said to be retired."""
    asked.check_language()
    asked.one_way(CODE, CODING, CONCEPT)
    held, system = thing_asked(asked, CODE_SYSTEM, "url", "version", asked.given.coding(CODING))
    verdicts = [_judge(held, system, sent) for sent in codings_asked(asked, system.url)]
    return Answer(of_all(verdicts), held)


def _judge(held: Terms, system: Canonical, sent: SentCoding) -> Verdict:
    if held.code_systems.by_url(sent.system) is not system:
        return Verdict(False, f"Le code {sent.code[:60]} est de {sent.system[:200]}, non de {system.url}.")
    return judge(held, sent, held.concept(system.url, sent.code), retired_is_valid=True)


ROUTES = routes(VALIDATE_CODE, validate_code)
