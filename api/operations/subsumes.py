"""`CodeSystem/$subsumes`: whether a code is another one, above it, or below it (FHIR R4, terminology.md §5.3).

Above and below are told by the property `parent`, where a code system has it.
"""

from collections.abc import Callable, Iterator
from functools import partial

from api.fhir import parameters as p
from api.fhir.json import serialise
from api.fhir.parameters import Kind
from api.fhir.sent_coding import SentCoding
from api.fhir.systems import LOINC
from api.operations.asking import Asked
from api.operations.codes import EXAMPLE, not_held
from api.operations.routing import Answer, routes
from api.operations.table import Operation, used
from api.operations.terms import Codes
from api.operations.things import code_system_asked
from api.terminology.concept import Concept
from api.terminology.systems import Canonical

_WAYS = (("codeA", "codingA"), ("codeB", "codingB"))
SUBSUMES = Operation(
    "CodeSystem",
    "subsumes",
    "Dit si un code est un autre, au-dessus de lui ou au-dessous",
    (
        used("codeA", Kind.CODE, "Premier code", example=EXAMPLE),
        used("codeB", Kind.CODE, "Second code", example=EXAMPLE),
        used("system", Kind.URI, "Système des deux codes ; url|version choisit une version", example=LOINC),
        used("version", Kind.STRING, "Version du système de codes"),
        used("codingA", Kind.CODING, "Premier code, avec son système"),
        used("codingB", Kind.CODING, "Second code, avec son système"),
    ),
    thing="system",
    ways=_WAYS,
    lasting=True,
)
_PARENT = "parent"


def subsumes(asked: Asked) -> Answer:
    """`equivalent`, `subsumes` (A is above B), `subsumed-by`, or `not-subsumed`."""
    ways = [asked.one_way(*way) for way in _WAYS]
    codings = [asked.given.coding(way) for way in ways]
    held, system = code_system_asked(asked, SUBSUMES, codings[0] or codings[1])
    first, second = (_concept(asked, held, system, *side) for side in zip(ways, codings, strict=True))
    outcome = p.code("outcome", relation(first, second, partial(held.concept, system.url)))
    return Answer(serialise(p.write_parameters([outcome])), held)


def _concept(asked: Asked, held: Codes, system: Canonical, way: str, coding: SentCoding | None) -> Concept:
    if coding and held.code_systems.by_url(coding.system) is not system:
        raise asked.wrong(way, f"Ce code n'est pas de {system.url}.", "Deux codes se comparent dans un même système.")
    if coding and coding.version and coding.version not in (held.version(system.url), held.release.name):
        raise asked.wrong(way, "Les deux codes ne sont pas de la même version.", "Retirer version d'un des codes.")
    code, place = (coding.code, coding.path) if coding else (asked.given.required(way), asked.place(way))
    concept = held.concept(system.url, code)
    if concept is None:
        raise not_held(system.url, code, place)
    return concept


def relation(first: Concept, second: Concept, find: Callable[[str], Concept | None]) -> str:
    """How two concepts of one system stand; `find` gives the others of it by their code."""
    if first.code == second.code:
        return "equivalent"
    if first.code in _above(second, find):
        return "subsumes"
    return "subsumed-by" if second.code in _above(first, find) else "not-subsumed"


def _above(concept: Concept, find: Callable[[str], Concept | None]) -> Iterator[str]:
    """The codes above a concept, each once."""
    seen, waiting = set[str](), [concept]
    while waiting:
        for parent in _parents(waiting.pop()):
            found = find(parent)
            if parent not in seen and found is not None:
                seen.add(parent)
                waiting.append(found)
                yield parent


def _parents(concept: Concept) -> Iterator[str]:
    return (str(one.value) for one in concept.properties if one.code == _PARENT)


ROUTES = routes(SUBSUMES, subsumes)
