"""`ValueSet/$validate-code`: whether a code is of a value set, under this label (FHIR R4, terminology.md §5.3)."""

from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.operations.asking import Asked, Version
from api.operations.codes import CODE, CODING, CONCEPT
from api.operations.routing import Answer, routes
from api.operations.table import Operation, ignored, refused, used
from api.operations.terms import Terms
from api.operations.things import VALUE_SET, release_of_system, thing_asked
from api.operations.verdict import Verdict, codings_asked, judge, of_all
from api.operations.versions import said, same_version, split
from api.terminology.systems import REQUESTS, Canonical

VALUE_SET_VALIDATE_CODE = Operation(
    "ValueSet",
    "validate-code",
    (
        used("url", Kind.URI),
        refused("context", Kind.URI, "aucun profil n'est lié aux jeux de valeurs tenus"),
        refused("valueSet", Kind.RESOURCE, "seuls les jeux de valeurs tenus ici répondent"),
        used("valueSetVersion", Kind.STRING),
        used(CODE, Kind.CODE),
        used("system", Kind.URI),
        used("systemVersion", Kind.STRING),
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


def value_set_validate_code(asked: Asked) -> Answer:
    """One valid coding is enough; a retired code is no longer of a value set of requests."""
    asked.check_language()
    way = asked.one_way(CODE, CODING, CONCEPT)
    held, value_set = thing_asked(asked, VALUE_SET, "url", "valueSetVersion")
    system, version = _system(asked, way)
    if system is not None and version is not None:
        held = release_of_system(asked, held, system, version, "valueSetVersion")
    verdicts = [_judge(held, value_set, sent) for sent in codings_asked(asked, system)]
    return Answer(of_all(verdicts), held)


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
        return Verdict(False, message, concept.display)
    return judge(held, sent, member, retired_is_valid=not value_set.id.startswith(REQUESTS))


ROUTES = routes(VALUE_SET_VALIDATE_CODE, value_set_validate_code)
