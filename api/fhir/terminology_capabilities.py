"""TerminologyCapabilities: code systems, their versions, how expansions and translations work (FHIR R4 5.3)."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from api.fhir.canonical import write_meta
from api.fhir.datatypes import present, write_instant
from api.fhir.json import JsonObject
from api.terminology.properties import PROPERTIES
from api.terminology.systems import PUBLISHER, Canonical


def write_terminology_capabilities(
    systems: Iterable[Canonical],
    other_releases: Sequence[str],
    expansion_parameters: Sequence[str],
    base: str,
    public_url: str,
    modified: datetime,
    version: str,
) -> JsonObject:
    """The statement; each system has the version of the active release by default, and answers to the names of the
    other releases."""
    return {
        "resourceType": "TerminologyCapabilities",
        "id": "circuitbio",
        "meta": write_meta(modified),
        "language": "fr",
        "url": f"{base}/TerminologyCapabilities/circuitbio",
        "version": version,
        "name": "CircuitbioTerminologie",
        "title": "Ce que ce service sait de la terminologie",
        "status": "active",
        "date": write_instant(modified.replace(microsecond=0)),
        "publisher": PUBLISHER,
        "kind": "instance",
        "software": {"name": "Circuitbio", "version": version},
        "implementation": {"description": "Terminologie du circuit de la biologie", "url": f"{public_url}/fhir"},
        "codeSystem": [_write_system(system, other_releases) for system in systems],
        "expansion": {
            "hierarchical": False,
            "paging": True,
            "incomplete": False,
            "parameter": [{"name": name} for name in expansion_parameters],
            "textFilter": "Le filtre est une recherche : mots en tout ordre, abréviations, codes, fautes de frappe.",
        },
        "codeSearch": "explicit",
        "validateCode": {"translations": False},
        "translation": {"needsMap": True},
        "closure": {"translation": False},
    }


def _write_system(system: Canonical, other_releases: Sequence[str]) -> JsonObject:
    others: list[JsonObject] = [{"code": name, "isDefault": False} for name in other_releases if name != system.version]
    default: JsonObject = {
        "code": system.version,
        "isDefault": True,
        "compositional": False,
        "language": ["fr"],
        "property": [definition.code for definition in PROPERTIES],
    }
    return present({"uri": system.url, "version": [default, *others], "subsumption": False})
