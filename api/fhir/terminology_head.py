"""The beginning of CodeSystem, ValueSet and ConceptMap: what a `Canonical` says of itself, as R4 orders it."""

from datetime import datetime

from api.fhir.canonical import write_meta
from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.systems import URI
from api.terminology.systems import Canonical


def write_terminology_head(kind: str, thing: Canonical, modified: datetime) -> JsonObject:
    """The elements the three share; the caller adds those of the kind."""
    identifier: JsonObject = {"system": URI, "value": f"urn:oid:{thing.oid}"}
    return present(
        {
            "resourceType": kind,
            "id": thing.id,
            "meta": write_meta(modified),
            "language": "fr",
            "url": thing.url,
            "identifier": [identifier] if thing.oid else [],
            "version": thing.version,
            "name": thing.name,
            "title": thing.title,
            "status": "active",
            "experimental": thing.experimental,
            "date": thing.date.isoformat(),
            "publisher": thing.publisher,
            "description": thing.description,
            "copyright": thing.copyright,
        }
    )
