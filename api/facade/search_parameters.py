"""Every search parameter the standard knows for each type: used with what it reads, ignored, or refused.

FHIR R4 3.1.1 and the search tables of each resource; terminology.md §5.3. The search, the CapabilityStatement and the
tests read this table, so that none of them can know more than the others.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from api.fhir.json import JsonObject, JsonValue


class Kind(StrEnum):
    """FHIR search parameter types."""

    TOKEN = "token"  # noqa: S105 - a type of FHIR, no secret
    STRING = "string"
    URI = "uri"
    DATE = "date"
    REFERENCE = "reference"


Values = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SearchParameter:
    """One parameter: its name, its type, what it reads in a resource, what it is for (French)."""

    name: str
    kind: Kind
    values: Callable[[JsonObject], Values]
    documentation: str


def _texts(*path: str) -> Callable[[JsonObject], Values]:
    """Every text at a path of names, lists walked through."""
    return lambda resource: (("", text) for text in _walk(resource, path) if isinstance(text, str))


def _tokens(*path: str, system: str = "") -> Callable[[JsonObject], Values]:
    """Every code at a path, all of one system."""
    return lambda resource: ((system, text) for text in _walk(resource, path) if isinstance(text, str))


def _codings(*path: str, code: str = "code") -> Callable[[JsonObject], Values]:
    """Every Coding, or Identifier with `code="value"`, at a path."""
    return lambda resource: (
        (str(found.get("system", "")), str(found.get(code, "")))
        for found in _walk(resource, path)
        if isinstance(found, dict)
    )


def _walk(value: JsonValue, path: tuple[str, ...]) -> Iterator[JsonValue]:
    if isinstance(value, list):
        for each in cast("list[JsonValue]", value):
            yield from _walk(each, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def _codes_of_system(resource: JsonObject) -> Values:
    system = str(resource.get("url", ""))
    return ((system, str(concept.get("code"))) for concept in _concepts(resource))


def _languages(resource: JsonObject) -> Values:
    written = (concept.get("designation", ()) for concept in _concepts(resource))
    designations = cast("Iterable[Iterable[JsonObject]]", written)
    return {("", str(designation.get("language"))) for several in designations for designation in several}


def _concepts(resource: JsonObject) -> Iterable[JsonObject]:
    """Thousands of them: not to be walked by `_walk`."""
    return cast("Iterable[JsonObject]", resource.get("concept", ()))


def _codes_composed(resource: JsonObject) -> Values:
    for include in _walk(resource, ("compose", "include")):
        if isinstance(include, dict):
            yield from _tokens("concept", "code", system=str(include.get("system", "")))(include)


def _codes_mapped(side: str, *path: str) -> Callable[[JsonObject], Values]:
    """Every code at a path of a group, of the system of its `side`."""

    def read(resource: JsonObject) -> Values:
        for group in _walk(resource, ("group",)):
            if isinstance(group, dict):
                yield from _tokens(*path, system=str(group.get(side, "")))(group)

    return read


_STATUS = "http://hl7.org/fhir/publication-status"
_COMMON = (
    SearchParameter("_id", Kind.TOKEN, _tokens("id"), "Identifiant de la ressource"),
    SearchParameter("_lastUpdated", Kind.DATE, _texts("meta", "lastUpdated"), "Dernière modification"),
)
_CANONICAL = (
    *_COMMON,
    SearchParameter("url", Kind.URI, _texts("url"), "URI canonique ; url|version choisit une version"),
    SearchParameter("version", Kind.TOKEN, _tokens("version"), "Version ; le nom d'un jeu de valeurs le choisit"),
    SearchParameter("name", Kind.STRING, _texts("name"), "Nom pour les programmes"),
    SearchParameter("title", Kind.STRING, _texts("title"), "Titre"),
    SearchParameter("status", Kind.TOKEN, _tokens("status", system=_STATUS), "État de publication"),
    SearchParameter("date", Kind.DATE, _texts("date"), "Date de publication"),
    SearchParameter("description", Kind.STRING, _texts("description"), "Description"),
    SearchParameter("publisher", Kind.STRING, _texts("publisher"), "Qui publie"),
    SearchParameter("identifier", Kind.TOKEN, _codings("identifier", code="value"), "Identifiant métier (OID)"),
)

PARAMETERS: dict[str, tuple[SearchParameter, ...]] = {
    "CodeSystem": (
        *_CANONICAL,
        SearchParameter("system", Kind.URI, _texts("url"), "URI du système de codes"),
        SearchParameter("code", Kind.TOKEN, _codes_of_system, "Code tenu par le système"),
        SearchParameter(
            "content-mode",
            Kind.TOKEN,
            _tokens("content", system="http://hl7.org/fhir/codesystem-content-mode"),
            "Système complet ou fragment",
        ),
        SearchParameter("language", Kind.TOKEN, _languages, "Langue d'un libellé"),
    ),
    "ValueSet": (
        *_CANONICAL,
        SearchParameter(
            "reference", Kind.URI, _texts("compose", "include", "system"), "Système dont des codes en sont"
        ),
        SearchParameter("code", Kind.TOKEN, _codes_composed, "Code du jeu de valeurs"),
    ),
    "ConceptMap": (
        *_CANONICAL,
        SearchParameter("source-system", Kind.URI, _texts("group", "source"), "Système de départ"),
        SearchParameter("target-system", Kind.URI, _texts("group", "target"), "Système d'arrivée"),
        SearchParameter("source-code", Kind.TOKEN, _codes_mapped("source", "element", "code"), "Code de départ"),
        SearchParameter(
            "target-code", Kind.TOKEN, _codes_mapped("target", "element", "target", "code"), "Code d'arrivée"
        ),
        SearchParameter("source", Kind.REFERENCE, _texts("sourceCanonical"), "Jeu de valeurs de départ"),
        SearchParameter("target", Kind.REFERENCE, _texts("targetCanonical"), "Jeu de valeurs d'arrivée"),
    ),
    "Questionnaire": (
        *_CANONICAL,
        SearchParameter("code", Kind.TOKEN, _codings("item", "code"), "Renseignement demandé"),
        SearchParameter(
            "subject-type", Kind.TOKEN, _tokens("subjectType", system="http://hl7.org/fhir/resource-types"), "Sujet"
        ),
    ),
    "ActivityDefinition": (
        *_CANONICAL,
        SearchParameter("topic", Kind.TOKEN, _codings("topic", "coding"), "Chapitre"),
        SearchParameter("depends-on", Kind.REFERENCE, _texts("relatedArtifact", "resource"), "Questionnaire"),
    ),
    "PlanDefinition": (
        *_CANONICAL,
        SearchParameter("type", Kind.TOKEN, _codings("type", "coding"), "Type de plan"),
        SearchParameter("definition", Kind.REFERENCE, _texts("action", "definitionCanonical"), "Examen du panier"),
    ),
    "ObservationDefinition": _COMMON,
    "SpecimenDefinition": (
        *_COMMON,
        SearchParameter("identifier", Kind.TOKEN, _codings("identifier", code="value"), "Identifiant"),
        SearchParameter("type", Kind.TOKEN, _codings("typeCollected", "coding"), "Nature du prélèvement"),
    ),
}
"""By type of resource, the parameters that are used."""

_REFUSED_EVERYWHERE = (
    "_text _content _list _has _type _query _filter _tag _profile _security _source _include _revinclude _contained "
    "_containedType"
).split()
_REFUSED_OF_CANONICALS = "context context-quantity context-type context-type-quantity context-type-value jurisdiction"
_REFUSED_OF_TYPE = {
    "CodeSystem": "supplements",
    "ValueSet": "expansion",
    "ConceptMap": "dependson other product source-uri target-uri",
    "Questionnaire": "definition effective",
    "ActivityDefinition": "composed-of derived-from effective predecessor successor",
    "PlanDefinition": "composed-of depends-on derived-from effective predecessor successor topic",
    "SpecimenDefinition": "container",
}


def refused(kind: str) -> frozenset[str]:
    """The parameters R4 defines for a type that are not handled."""
    canonicals = _REFUSED_OF_CANONICALS.split() if "url" in {p.name for p in PARAMETERS[kind]} else ()
    return frozenset((*_REFUSED_EVERYWHERE, *canonicals, *_REFUSED_OF_TYPE.get(kind, "").split()))
