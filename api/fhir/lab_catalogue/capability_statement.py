"""CapabilityStatement of a laboratory's own base: its catalogue is read, no more (FHIR R4 5.2, lcsd.md §11)."""

from collections.abc import Iterable
from datetime import datetime

from api.fhir.canonical import write_meta
from api.fhir.datatypes import write_instant
from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.published import WHOLE
from api.terminology.systems import PUBLISHER

_ABOUT = (
    f"Bundle/{WHOLE} rend tout le catalogue ; version={{numéro}} lit une version publiée, à défaut celle qui est en "
    "vigueur. Sans jeton."
)


def write_lab_capability_statement(
    finess: str, kinds: Iterable[str], base: str, address: str, modified: datetime, version: str, *, cors: bool
) -> JsonObject:
    """The statement; `kinds` are the types that are read below `address`, `version` is the software's."""
    return {
        "resourceType": "CapabilityStatement",
        "id": WHOLE,
        "meta": write_meta(modified),
        "language": "fr",
        "url": f"{base}/laboratoires/{finess}/CapabilityStatement/{WHOLE}",
        "version": version,
        "name": f"Catalogue{finess}",
        "title": f"Catalogue publié du laboratoire {finess}",
        "status": "active",
        "date": write_instant(modified.replace(microsecond=0)),
        "publisher": PUBLISHER,
        "kind": "instance",
        "software": {"name": "Circuitbio", "version": version},
        "implementation": {"description": f"Catalogue des examens du laboratoire {finess}", "url": address},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [
            {
                "mode": "server",
                "documentation": _ABOUT,
                "security": {"cors": cors},
                "resource": [
                    {
                        "type": kind,
                        "interaction": [{"code": "read"}],
                        "versioning": "no-version",
                        "conditionalRead": "not-match",
                    }
                    for kind in kinds
                ],
            }
        ],
    }
