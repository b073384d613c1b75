"""How to reach someone, in words: telephone, fax, secure messaging, addresses."""

from prescription.people import Address, ContactPoint, Organization, PractitionerRole
from printing.french import NBSP, phone, typeset

_NAMES = {
    "phone": "Tél.",
    "sms": "SMS",
    "fax": "Télécopie",
    "email": "Courriel",
    "url": "Site",
    "pager": "Récepteur",
    "other": "Autre",
}


def contact(point: ContactPoint) -> str:
    """`Tél. : 01 23 45 67 89`; a professional's work e-mail is his or her MSSanté address (interface.md §2)."""
    name = "MSSanté" if is_secure(point) else _NAMES.get(point.system, "Autre")
    return typeset(f"{name} :") + NBSP + value(point)


def value(point: ContactPoint) -> str:
    """The number or address alone, numbers in pairs."""
    return phone(point.value) if point.system in ("phone", "sms", "fax") else point.value


def is_secure(point: ContactPoint) -> bool:
    """Whether it is an address of secure health messaging."""
    return point.system == "email" and point.use == "work"


def address(place: Address) -> list[str]:
    """The lines of a postal address."""
    town = " ".join(part for part in (place.postal_code, place.city) if part)
    return [line for line in (*place.lines, town, place.country) if line]


def correspondent(who: PractitionerRole | Organization) -> str:
    """A professional or a structure on one line, with number and ways to be reached."""
    if isinstance(who, Organization):
        parts = [who.name, who.finess and typeset(f"FINESS : {who.finess}"), *map(contact, who.telecom)]
        return " – ".join(part for part in parts if part)
    person = who.practitioner
    parts = [person.full_name, person.rpps and typeset(f"RPPS : {person.rpps}"), *map(contact, person.telecom)]
    parts += [correspondent(who.organization)] if who.organization else []
    return " – ".join(part for part in parts if part)
