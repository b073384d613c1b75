"""`CodeSystem/$lookup`: all there is to say of a code (FHIR R4, terminology.md §5.3)."""

from collections.abc import Collection, Iterator

from api.fhir import parameters as p
from api.fhir.datatypes import write_coding
from api.fhir.json import JsonObject, serialise
from api.fhir.parameters import Kind
from api.fhir.systems import LOINC
from api.operations.asking import Asked
from api.operations.codes import CODE, CODING, EXAMPLE, not_held
from api.operations.routing import Answer, routes
from api.operations.table import Operation, display_language, one_of, used
from api.operations.terms import Checked, Codes
from api.operations.things import code_system_asked
from api.terminology.concept import Concept, Designation
from api.terminology.properties import PROPERTY_TYPES, PropertyType, PropertyValue
from api.terminology.systems import Canonical
from terminology.coding import Coding

EVERYTHING = "*"
# FHIR R4, `property` of $lookup: what it may name beside the properties of the code system. The first are always told.
_ALWAYS = ("url", "system", "name", "version", "code", "display")
_DESIGNATIONS = ("designation", "lang.fr")
_RELATIVES = ("parent", "child")
_DEFINITION = "definition"
_WORDS = (*PROPERTY_TYPES, *_ALWAYS, *_DESIGNATIONS, *_RELATIVES, _DEFINITION, EVERYTHING)
_ONE_OF = (CODE, CODING)
LOOKUP = Operation(
    "CodeSystem",
    "lookup",
    "Dit tout ce qui est tenu d'un code",
    (
        used(CODE, Kind.CODE, "Code cherché", example=EXAMPLE),
        used("system", Kind.URI, "Système du code ; url|version choisit une version", example=LOINC),
        used("version", Kind.STRING, "Version du système de codes"),
        used(CODING, Kind.CODING, "Code cherché, avec son système"),
        used("date", Kind.INSTANT, "Jour dont on demande l'état ; aujourd'hui ou après"),
        display_language(),
        one_of("property", Kind.CODE, "Propriété à rendre ; toutes quand aucune n'est nommée, ou *", _WORDS),
    ),
    thing="system",
    ways=(_ONE_OF,),
    lasting=True,
)
_VALUES = {
    PropertyType.CODE: "valueCode",
    PropertyType.STRING: "valueString",
    PropertyType.INTEGER: "valueInteger",
    PropertyType.BOOLEAN: "valueBoolean",
    PropertyType.DECIMAL: "valueDecimal",
}


def lookup(asked: Asked) -> Answer:
    """The code asked for, with the designations and properties asked for, or all of them."""
    asked.check_language()
    asked.one_way(*_ONE_OF)
    coding = asked.given.coding(CODING)
    held, system = code_system_asked(asked, LOOKUP, coding)
    if coding and held.code_systems.by_url(coding.system) is not system:
        raise asked.wrong(CODING, f"Ce code n'est pas de {system.url}.", "N'en donner qu'un système.")
    code, place = (coding.code, coding.path) if coding else (asked.given.required(CODE), asked.place(CODE))
    concept = held.concept(system.url, code)
    if concept is None:
        raise not_held(system.url, code, place)
    return _write(asked, held, system, concept)


def _write(asked: Asked, held: Codes, system: Canonical, concept: Concept) -> Answer:
    wanted = asked.given.texts("property")
    if wanted and EVERYTHING not in wanted:
        return Answer(serialise(write_concept(held, system, concept, _checked(asked, wanted))), held)
    key = (concept.system, concept.code)
    told = held.told.of(key, lambda: Checked.of(serialise(write_concept(held, system, concept))))
    return Answer(told.body, held, told.checksum)


def _checked(asked: Asked, wanted: Collection[str]) -> Collection[str]:
    for name in wanted:
        if name not in _WORDS:
            hint = f"Connues : {', '.join(PROPERTY_TYPES)}."
            raise asked.wrong("property", f"Propriété inconnue : {name[:60]}.", hint)
    return wanted


def write_concept(
    held: Codes, system: Canonical, concept: Concept, wanted: Collection[str] | None = None
) -> JsonObject:
    """The Parameters of a concept; `wanted` names what is told beside its name, None = all."""
    designations = concept.designations if wanted is None or set(_DESIGNATIONS) & set(wanted) else ()
    return p.write_parameters(
        [
            p.string("name", system.name),
            p.string("version", held.version(system.url)),
            p.string("display", concept.display or concept.code),
            *map(_write_designation, designations),
            *_write_properties(concept, wanted),
        ]
    )


def _write_designation(designation: Designation) -> JsonObject:
    use: JsonObject = {"name": "use", "valueCoding": write_coding(designation.use)}
    return p.parts("designation", [p.code("language", designation.language), use, p.string("value", designation.value)])


def _write_properties(concept: Concept, wanted: Collection[str] | None) -> Iterator[JsonObject]:
    if concept.definition and (wanted is None or _DEFINITION in wanted):
        yield _write_property(_DEFINITION, PropertyType.STRING, concept.definition)
    for one in concept.properties:
        if wanted is None or one.code in wanted:
            yield _write_property(one.code, one.type, one.value)


def _write_property(code: str, type_: PropertyType, value: PropertyValue) -> JsonObject:
    if isinstance(value, Coding):
        told: JsonObject = {"name": "value", "valueCoding": write_coding(value)}
        return p.parts("property", [p.code("code", code), told, p.string("description", value.display)])
    return p.parts("property", [p.code("code", code), {"name": "value", _VALUES[type_]: value}])


ROUTES = routes(LOOKUP, lookup)
