"""`ValueSet/$validate-code`: whether a code is of a value set, under this label (FHIR R4, terminology.md §5.3)."""

from api.fhir.code_issue import NOT_IN_VALUE_SET, UNKNOWN_SYSTEM
from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.fhir.systems import LOINC
from api.operations.asking import Asked, Version
from api.operations.codes import CODE, CODING, CONCEPT, ONE_OF
from api.operations.routing import Answer, routes
from api.operations.table import Operation, refused, used
from api.operations.terms import Terms
from api.operations.things import VALUE_SET, release_of_system, thing_asked
from api.operations.verdict import TOLD, Verdict, codings_asked, judge, of_all
from api.operations.versions import said, same_version, split
from api.terminology.systems import LOINC_VALUE_SET, REQUESTS, Canonical

VALUE_SET_VALIDATE_CODE = Operation(
    "ValueSet",
    "validate-code",
    "Dit si un code est d'un jeu de valeurs, sous ce libellé",
    (
        used("url", Kind.URI, "Jeu de valeurs ; url|version choisit une version", example=LOINC_VALUE_SET),
        refused("context", Kind.URI, "aucun profil n'est lié aux jeux de valeurs tenus"),
        refused("valueSet", Kind.RESOURCE, "seuls les jeux de valeurs tenus ici répondent"),
        used("valueSetVersion", Kind.STRING, "Version du jeu de valeurs"),
        used("system", Kind.URI, "Système du code", example=LOINC),
        used("systemVersion", Kind.STRING, "Version du système du code"),
        *TOLD,
    ),
    thing="url",
    ways=(ONE_OF,),
    with_code="system",
    lasting=True,
)


def value_set_validate_code(asked: Asked) -> Answer:
    """One valid coding is enough; a retired code is no longer of a value set of requests."""
    asked.check_language()
    way = asked.one_way(*ONE_OF)
    held, value_set = thing_asked(asked, VALUE_SET, "url", "valueSetVersion")
    system, version = _system(asked, way)
    if system is not None and version is not None:
        held = release_of_system(asked, held, system, version, "valueSetVersion")
    verdicts = [_judge(held, value_set, sent) for sent in codings_asked(asked, system)]
    return Answer(of_all(held, verdicts), held)


def _system(asked: Asked, way: str) -> tuple[str | None, Version | None]:
    """The system of the code, and its version, by the parameters that say so; `version` is short for the latter."""
    coding, text = asked.given.coding(CODING), asked.text("system")
    system, in_system = split(text) if text is not None else (None, None)
    if way == CODE and system is None:
        raise asked.missing("system", "Un code ne veut rien dire sans son système.")
    if system is not None and way != CODE:
        raise asked.wrong("system", "system accompagne code.", f"Mettre le système dans {way}.")
    if coding is not None:
        system = coding.system
    in_coding = said(coding.version, coding.path) if coding else None
    told = (asked.version("systemVersion"), asked.version("version"), said(in_system, asked.place("system")), in_coding)
    version = same_version(asked, *told)
    if version is not None and way == CONCEPT:
        raise asked.wrong(
            "systemVersion", "systemVersion accompagne code ou coding.", "Donner version dans chaque coding."
        )
    return system, version


def _judge(held: Terms, value_set: Canonical, sent: SentCoding) -> Verdict:
    known = held.code_systems.by_url(sent.system)
    system = known.url if known else sent.system
    member = held.members(value_set.id).get((system, sent.code))
    concept = None if member else held.concept(system, sent.code)
    if concept is not None:
        message = f"Le code {concept.code} n'est pas du jeu de valeurs {value_set.title}."
        return Verdict(sent, False, concept, NOT_IN_VALUE_SET, message)
    if member is None and known is None and system not in held.systems_of(value_set.id):
        return Verdict(sent, False, None, UNKNOWN_SYSTEM, f"Le système de codes {system[:200]} n'est pas tenu ici.")
    return judge(held, sent, member, retired_is_valid=not value_set.id.startswith(REQUESTS))


ROUTES = routes(VALUE_SET_VALIDATE_CODE, value_set_validate_code)
