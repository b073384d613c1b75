"""Composition `catalogue`: the header of a version, which its exams refer to (FHIR R4, lcsd.md §11).

The end of its validity is not told: a version never changes, its end comes with the next one.
"""

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.lab_catalogue.published import WHOLE, PublishedCatalogue
from api.fhir.systems import FINESS, URI

VALIDITY = "http://hl7.org/fhir/uv/order-catalog/StructureDefinition/ValidityPeriod"
_VERSION = "http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber"


def write_composition(whole: PublishedCatalogue) -> JsonObject:
    """The whole resource; its hash is the one that the LCSD publication is known by."""
    laboratory = whole.catalogue.laboratory
    owner: JsonObject = present(
        {
            "type": "Organization",
            "identifier": {"system": FINESS, "value": laboratory.finess},
            "display": laboratory.name,
        }
    )
    return {
        **whole.start("Composition", WHOLE),
        "extension": [
            {"url": VALIDITY, "valuePeriod": {"start": whole.catalogue.effective_from.isoformat()}},
            {"url": _VERSION, "valueString": str(whole.version.number)},
            *whole.extension("sha256", "String", whole.version.sha256),
        ],
        "identifier": {"system": URI, "value": whole.url("Composition", WHOLE)},
        "status": "final",
        "type": {"text": "Catalog"},
        "date": whole.published.isoformat(),
        "author": [owner],
        "title": f"Catalogue des examens, {laboratory.name or laboratory.finess}, version {whole.version.number}",
        "custodian": owner,
    }
