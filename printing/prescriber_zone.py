"""Z1: who prescribes, at the head of every page (printing.md §2)."""

from prescription.people import PractitionerRole
from printing.contacts import address, contact, correspondent
from printing.elements import Role, Row
from printing.faces import Face
from printing.french import typeset
from printing.paragraph import SMALL, Span, paragraph

_NAME = 13.0


def prescriber_rows(
    author: PractitionerRole, width: float, replaced: PractitionerRole | None = None
) -> tuple[Row, ...]:
    """Name, whom the author stands in for, specialty, numbers, structure with FINESS and address, contacts."""
    person, place = author.practitioner, author.organization
    rows = paragraph([Span(person.full_name, Face.BOLD, _NAME)], width, role=Role.HEADING)
    numbers = [typeset(f"RPPS : {person.rpps}")] if person.rpps else []
    numbers += [typeset(f"N° AM : {person.am_number}")] if person.am_number else []
    texts = [typeset(f"Remplace {correspondent(replaced)}")] if replaced else []
    texts += [specialty.display for specialty in author.specialties] + [" – ".join(numbers)]
    if place is not None:
        texts += [place.name or "", typeset(f"FINESS : {place.finess}") if place.finess else ""]
        texts += [", ".join(address(place.address))] if place.address else []
    points = [*person.telecom, *(place.telecom if place else ())]
    texts += [contact(point) for point in dict.fromkeys(points)]
    for text in filter(None, texts):
        rows += paragraph([Span(text, size=SMALL)], width, hang=3)
    return rows
