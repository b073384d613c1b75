"""The expansion of the value set `demandes`: the typeahead's answer (interface.md §5, terminology.md §5.3).

Plain dicts from our own writer: this is the path of a keystroke. The tests hold it against `fhir.resources`.
"""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from api.fhir.datatypes import present, write_coding, write_instant
from api.fhir.json import JsonObject, JsonValue, Written, serialise
from api.fhir.systems import EXPANSION_PROPERTY, LOINC, NABM, SNOMED, code_system
from api.prepared import Prepared
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import ClinicalInformation, CodeStatus, RequestCode, Synonym, SynonymKind

SPECIMEN = "prelevement"
REQUIRED_INFORMATION = "renseignement-obligatoire"
USEFUL_INFORMATION = "renseignement-utile"
ACT = "nabm"
CHAPTER = "chapitre"
RESTRICTED = "liste-restreinte"
PROPERTIES = (SPECIMEN, REQUIRED_INFORMATION, USEFUL_INFORMATION, ACT, CHAPTER, RESTRICTED)

# SNOMED CT « Synonym », the designation use FHIR servers agree on.
_SYNONYM_USE: JsonObject = {"system": SNOMED, "code": "900000000000013009", "display": "Synonym"}

_prepared = Prepared()


@dataclass(frozen=True, slots=True)
class Expansion:
    """One page of the value set. `total` counts the whole match, `filter_text` is None without a filter."""

    release: Release
    requests: Sequence[RequestCode]
    total: int
    offset: int
    count: int | None
    filter_text: str | None
    engine: str
    degraded: bool
    now: datetime
    base: str
    include_designations: bool = True
    properties: Collection[str] = PROPERTIES
    active_only: bool = True
    language: str = "fr"


def write_expansion(page: Expansion, value_set: str = "demandes") -> JsonObject:
    """A ValueSet with its expansion; requests keep the order they come in."""
    return present(
        {
            "resourceType": "ValueSet",
            "id": value_set,
            "url": f"{page.base}/ValueSet/{value_set}",
            "version": page.release.name,
            "name": "Demandes",
            "title": "Examens de biologie médicale prescriptibles",
            "status": "active",
            "experimental": bool(page.release.notice),
            "date": page.release.published.isoformat(),
            "description": page.release.notice,
            "expansion": present(
                {
                    "identifier": uuid.uuid4().urn,
                    "timestamp": write_instant(page.now),
                    "total": page.total,
                    "offset": page.offset,
                    "parameter": _write_parameters(page, value_set),
                    "contains": _write_contains(page),
                }
            ),
        }
    )


def _write_parameters(page: Expansion, value_set: str) -> list[JsonObject]:
    systems = sorted({request.system for request in page.requests})
    used: list[tuple[str, str, JsonValue]] = [
        ("filter", "valueString", page.filter_text),
        ("count", "valueInteger", page.count),
        ("offset", "valueInteger", page.offset),
        ("displayLanguage", "valueCode", page.language),
        ("includeDesignations", "valueBoolean", page.include_designations),
        ("activeOnly", "valueBoolean", page.active_only),
        *(("property", "valueString", name) for name in PROPERTIES if name in page.properties),
        ("version", "valueUri", f"{page.base}/ValueSet/{value_set}|{page.release.name}"),
        *(("used-codesystem", "valueUri", f"{system}|{_version(system, page)}") for system in systems),
        ("engine", "valueCode", page.engine),
        ("degraded", "valueBoolean", page.degraded),
    ]
    return [{"name": name, kind: value} for name, kind, value in used if value is not None and value != ""]


def _version(system: str, page: Expansion) -> str:
    """Every code system is held as one fragment per release; the LOINC version is given when it is known."""
    held = page.release.loinc_version if system == LOINC else None
    return held or page.release.name


def _write_contains(page: Expansion) -> list[Written]:
    """The concepts, each written once in each manner it is asked in."""
    manner = (page.base, page.release.name, page.release.loinc_version, page.language, page.include_designations)
    whole = (*manner, *page.properties)
    return [Written(_prepared.of(r, whole, partial(_write_concept, r, page))) for r in page.requests]


def _write_concept(request: RequestCode, page: Expansion) -> bytes:
    concept = present(
        {
            "extension": _write_properties(request, page),
            "system": request.system,
            "version": _version(request.system, page),
            "code": request.code,
            "display": request.display,
            "inactive": True if request.status is CodeStatus.RETIRED else None,
            "designation": _write_designations(request.synonyms, page) if page.include_designations else [],
        }
    )
    return serialise(concept)


def _write_designations(synonyms: Iterable[Synonym], page: Expansion) -> list[JsonObject]:
    abbreviation: JsonObject = {
        "system": code_system(page.base, "type-designation"),
        "code": SynonymKind.ABBREVIATION.value,
        "display": "Abréviation",
    }
    return [
        {
            "language": page.language,
            "use": abbreviation if synonym.kind is SynonymKind.ABBREVIATION else _SYNONYM_USE,
            "value": synonym.text,
        }
        for synonym in synonyms
    ]


def _write_properties(request: RequestCode, page: Expansion) -> list[JsonObject]:
    found: list[tuple[str, str, JsonValue]] = [
        *((SPECIMEN, "valueCoding", write_coding(specimen)) for specimen in request.specimens),
        *((REQUIRED_INFORMATION, "valueCoding", _item(i, page.base)) for i in request.required_information),
        *((USEFUL_INFORMATION, "valueCoding", _item(i, page.base)) for i in request.useful_information),
        *((ACT, "valueCoding", write_coding(Coding(NABM, act))) for act in request.nabm),
        *((CHAPTER, "valueCoding", write_coding(chapter)) for chapter in (request.chapter,) if chapter),
        *((RESTRICTED, "valueBoolean", known) for known in (request.restricted,) if known is not None),
    ]
    return [
        {
            "url": EXPANSION_PROPERTY,
            "extension": [{"url": "code", "valueCode": name}, {"url": "value", kind: value}],
        }
        for name, kind, value in found
        if name in page.properties
    ]


def _item(item: ClinicalInformation, base: str) -> JsonObject:
    return write_coding(Coding(code_system(base, "renseignements-cliniques"), item.code, item.label))
