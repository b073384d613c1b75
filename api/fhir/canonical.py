"""What every conformance resource of a release begins with (FHIR R4 5.4, terminology.md §5.2)."""

from datetime import datetime

from api.fhir.datatypes import present, write_instant
from api.fhir.json import JsonObject
from api.terminology.systems import PUBLISHER
from terminology.coding import Coding
from terminology.release import Release


def write_meta(modified: datetime) -> JsonObject:
    """When it was last changed here; to the second, as HTTP has it."""
    return {"lastUpdated": write_instant(modified.replace(microsecond=0))}


def write_head(
    kind: str,
    id_: str,
    release: Release,
    modified: datetime,
    base: str,
    *,
    name: str,
    title: str,
    description: str = "",
    copyright: str = "",
    retired: bool = False,
) -> JsonObject:
    """The elements that a conformance resource of one exam or basket shares with the others."""
    return present(
        {
            "resourceType": kind,
            "id": id_,
            "meta": write_meta(modified),
            "language": "fr",
            "url": f"{base}/{kind}/{id_}",
            "version": release.name,
            "name": name,
            "title": title,
            "status": "retired" if retired else "active",
            "experimental": bool(release.notice),
            "date": release.published.isoformat(),
            "publisher": PUBLISHER,
            "description": " ".join(filter(None, (description, release.notice))),
            "copyright": copyright,
        }
    )


def concept(coding: Coding, text: str = "") -> JsonObject:
    """A CodeableConcept of one coding."""
    code = present({"system": coding.system, "code": coding.code, "display": coding.display})
    return present({"coding": [code], "text": text})
