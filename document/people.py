"""Professionals and structures in the header and in the lines (CI-SIS header, *structuration minimale*)."""

from dataclasses import replace

from document.systems import AM_NUMBER_ROOT
from document.values import read_address, read_coding, read_telecom, write_address, write_coding, write_telecom
from document.xml import Child, Element, child, children, make, text
from prescription.documents.codes import FINESS_KIND, FINESS_ROOT, RPPS_KIND, RPPS_ROOT
from prescription.people import Organization, Practitioner, PractitionerRole
from terminology.coding import Coding

# JDV_J246-Titre and JDV_J245-Civilite of the CI-SIS, and how people write them.
_TITLES = {"Dr": "DR", "Pr": "PR"}
_CIVILITIES = {"M.": "M", "Mme": "MME"}
# The label, which the CI-SIS wants, of a specialty that has none.
_UNLABELLED = "Spécialité "
_WRITTEN = {code: title for title, code in (_TITLES | _CIVILITIES).items()}


def write_person(tag: str, person: Practitioner) -> Element:
    """A person by name: civility, given names, family name, title."""
    title = person.title
    civility = _CIVILITIES.get(title or "")
    name = make(
        "name",
        make("prefix", text=civility) if civility else None,
        (make("given", text=given) for given in person.given),
        make("family", text=person.family) if person.family else None,
        make("suffix", text=_TITLES.get(title, title)) if title and not civility else None,
    )
    return make(tag, name)


def read_person(element: Element | None) -> Practitioner:
    """The name of a person, without number; empty when there is none."""
    name = child(element, "name")
    if name is None:
        return Practitioner(None)
    title = text(name, "suffix") or text(name, "prefix")
    given = tuple(filter(None, (text(each) for each in children(name, "given"))))
    family = text(name, "family")
    if family is None and not given and not len(name):
        family = text(name)
    return Practitioner(family, given, _WRITTEN.get(title or "", title))


def write_ids(person: Practitioner) -> list[Element]:
    """The RPPS number, and the billing number under a root of ours; unknown when there is neither."""
    ids = [make("id", root=RPPS_ROOT, extension=RPPS_KIND + person.rpps)] if person.rpps else []
    if person.am_number:
        ids.append(make("id", root=AM_NUMBER_ROOT, extension=person.am_number, assigningAuthorityName="AM"))
    return ids or [make("id", nullFlavor="UNK")]


def _extension(holder: Element | None, root: str) -> str | None:
    found = (each.get("extension") for each in children(holder, "id") if each.get("root") == root)
    return next(filter(None, found), None)


def rpps_of(holder: Element | None) -> str | None:
    """The eleven digits of an RPPS number; None for another kind of national number."""
    given = _extension(holder, RPPS_ROOT) or ""
    return given[1:] if len(given) == 12 and given.startswith(RPPS_KIND) else None


def write_specialties(specialties: tuple[Coding, ...]) -> Element:
    """The first one as the code, the others as its translations; the CI-SIS wants a label of each."""
    if not specialties:
        return make("code", nullFlavor="UNK")
    first, *others = (replace(each, display=each.display or _UNLABELLED + each.code) for each in specialties)
    return write_coding("code", first, (write_coding("translation", other) for other in others))


def read_specialties(code: Element | None) -> tuple[Coding, ...]:
    """The code and its translations."""
    found = (read_coding(each) for each in (code, *children(code, "translation")))
    return tuple(
        replace(coding, display="") if coding.display == _UNLABELLED + coding.code else coding
        for coding in found
        if coding is not None
    )


def write_structure(tag: str, structure: Organization | None, *inside: Child) -> Element | None:
    """A structure with its FINESS number; None without a structure nor anything else to say."""
    if structure is None and not inside:
        return None
    return make(tag, *(structure_parts(structure) if structure else ()), *inside)


def structure_parts(structure: Organization) -> tuple[Child, ...]:
    """What a structure is made of, in the order of the schema: number, name, telecom, address."""
    return (
        make("id", root=FINESS_ROOT, extension=FINESS_KIND + structure.finess) if structure.finess else None,
        make("name", text=structure.name) if structure.name else None,
        write_telecom(structure.telecom),
        write_address(structure.address),
    )


def read_structure(element: Element | None) -> Organization | None:
    """A structure; None when the element is not there, or says nothing of it."""
    if element is None:
        return None
    given = _extension(element, FINESS_ROOT) or ""
    finess = given[1:] if given.startswith(FINESS_KIND) and len(given) == 10 else None
    found = Organization(text(element, "name"), finess, read_telecom(element), read_address(child(element, "addr")))
    return None if found == Organization(None) else found


def write_role(
    tag: str,
    role: PractitionerRole,
    person: str,
    structure: str,
    *inside_structure: Child,
    class_code: str | None = None,
) -> Element:
    """A professional where he or she practises: `assignedAuthor`, `assignedEntity` or `associatedEntity`."""
    return make(
        tag,
        write_ids(role.practitioner),
        write_specialties(role.specialties),
        write_telecom(role.practitioner.telecom),
        write_person(person, role.practitioner),
        write_structure(structure, role.organization, *inside_structure),
        classCode=class_code,
    )


def read_role(element: Element | None, person: str, structure: str) -> PractitionerRole:
    """The professional in such an element."""
    if element is None:
        return PractitionerRole(Practitioner(None))
    return PractitionerRole(
        _practitioner(element, person),
        read_structure(child(element, structure)),
        read_specialties(child(element, "code")),
    )


def _practitioner(element: Element, person: str) -> Practitioner:
    named = read_person(child(element, person))
    return Practitioner(
        named.family,
        named.given,
        named.title,
        rpps_of(element),
        _extension(element, AM_NUMBER_ROOT),
        read_telecom(element),
    )


def write_recipient(copy: PractitionerRole | Organization) -> Element:
    """Who gets a copy of the results: a recipient has no specialty in CDA R2, the comment section tells it."""
    if isinstance(copy, Organization):
        return make("intendedRecipient", write_structure("receivedOrganization", copy))
    return make(
        "intendedRecipient",
        write_ids(copy.practitioner),
        write_telecom(copy.practitioner.telecom),
        write_person("informationRecipient", copy.practitioner),
        write_structure("receivedOrganization", copy.organization),
    )


def read_recipient(element: Element | None) -> PractitionerRole | Organization:
    """A professional when a person is named or numbered, otherwise a structure."""
    structure = read_structure(child(element, "receivedOrganization"))
    if element is None or (child(element, "informationRecipient") is None and rpps_of(element) is None):
        return structure or Organization(None)
    return PractitionerRole(_practitioner(element, "informationRecipient"), structure)
