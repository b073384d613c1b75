"""Organization: a structure of care, by its FINESS number (geographic; OID form read as equal) and name."""

from api.fhir.datatypes import present, read_address, read_telecom, write_address, write_telecom
from api.fhir.element import Element
from api.fhir.json import JsonObject
from api.fhir.systems import FINESS, FINESS_OID
from kernel import finess
from prescription.people import Organization


def read_organization(element: Element) -> Organization:
    """The structure."""
    number = None
    for identifier in element.children("identifier"):
        number = _read_finess(identifier) or number
    found = Organization(
        name=element.text("name"),
        finess=number,
        telecom=read_telecom(element),
        address=read_address(element.only("address")),
    )
    element.close_resource()
    return found


def _read_finess(identifier: Element) -> str | None:
    identifier.read_past("use", "type")
    system = identifier.text("system", required=True)
    value = identifier.text("value", required=True)
    identifier.close()
    if system is None or value is None:
        return None
    if system == FINESS_OID and value.startswith("1"):
        value = value[1:]
    elif system != FINESS:
        hint = f"Attendu : « {FINESS} »."
        identifier.wrong("Identifiant de structure non pris en charge.", hint, "system", "unsupported-element")
        return None
    if not finess.well_formed(value):
        identifier.wrong("Numéro FINESS mal formé.", "Écrire les neuf caractères du numéro.", "value")
        return None
    return value


def write_organization(organization: Organization) -> JsonObject:
    """An Organization."""
    address = write_address(organization.address)
    return present(
        {
            "resourceType": "Organization",
            "identifier": [{"system": FINESS, "value": organization.finess}] if organization.finess else [],
            "name": organization.name,
            "telecom": write_telecom(organization.telecom),
            "address": [address] if address else [],
        }
    )
