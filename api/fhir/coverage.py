"""Coverage: what pays for a line, when the prescriber says so; never invented."""

from api.fhir.datatypes import present
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.systems import DATA_ABSENT_REASON
from prescription.line import Coverage


def read_coverage(element: Element) -> Coverage | None:
    """The coverage; its beneficiary is checked with the other references to the patient."""
    element.one_of("status", ("active",), required=True)
    kind = element.child("type", required=True)
    words = None
    if kind is not None:
        words = kind.text("text", required=True)
        kind.close()
    payor = _read_payor(element.only("payor", required=True))
    element.close_resource()
    return None if words is None else Coverage(words, payor)


def _read_payor(payor: Element | None) -> str | None:
    if payor is None:
        return None
    absent = payor.extension(DATA_ABSENT_REASON)
    if absent is not None:
        absent.text("valueCode")
        absent.close()
    display = payor.text("display", required=absent is None)
    payor.close()
    return display


def write_coverage(coverage: Coverage, patient: JsonObject) -> JsonObject:
    """A Coverage; R4 wants a payor, so one nobody named is marked as not known."""
    payor: JsonObject = {"extension": [{"url": DATA_ABSENT_REASON, "valueCode": "unknown"}]}
    if coverage.payor:
        payor = {"display": coverage.payor}
    return present(
        {
            "resourceType": "Coverage",
            "status": "active",
            "type": {"text": coverage.type},
            "beneficiary": patient,
            "payor": [payor],
        }
    )
