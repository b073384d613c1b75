"""PractitionerRole: a professional where he or she practises, and the professions and specialties held there."""

from api.fhir.datatypes import present, read_codings, write_coding
from api.fhir.element import Element
from api.fhir.entries import Entries
from api.fhir.json import JsonObject
from api.fhir.new_entries import NewEntries
from api.fhir.organization import read_organization, write_organization
from api.fhir.practitioner import read_practitioner, write_practitioner
from prescription.people import Organization, Practitioner, PractitionerRole


def read_practitioner_role(element: Element, entries: Entries, path: str) -> PractitionerRole:
    """The role with its Practitioner and Organization; `path` is the place of the domain it fills."""
    entries.places.mark(path, element.path)
    practitioner = Practitioner(None)
    # An author without a person is `no-author`, an order rule; any other role needs one.
    person = element.child("practitioner", required=path != "author")
    for _, found in entries.follow(person, "Practitioner")[:1]:
        practitioner = read_practitioner(found, entries.places, path)
    organization: Organization | None = None
    for _, found in entries.follow(element.child("organization"), "Organization")[:1]:
        organization = read_organization(found)
    specialties = tuple(coding for concept in element.children("code") for coding in read_codings(concept))
    element.close_resource()
    return PractitionerRole(practitioner, organization, specialties)


def write_practitioner_role(role: PractitionerRole, entries: NewEntries) -> JsonObject:
    """Adds the role and what it needs; returns a Reference to the role."""
    practitioner = entries.add(write_practitioner(role.practitioner))
    organization = entries.add(write_organization(role.organization)) if role.organization else None
    return entries.add(
        present(
            {
                "resourceType": "PractitionerRole",
                "practitioner": practitioner,
                "organization": organization,
                "code": [{"coding": [write_coding(specialty)]} for specialty in role.specialties],
            }
        )
    )
