"""The sections of the body beside the acts: the code as an image, the comment of the order, its copy as PDF (§3)."""

import uuid
from copy import deepcopy

from document import words
from document.entries import LABELS, component, detail, detail_code, details, identifier, observation, own_code
from document.media import PDF, PNG, read_media, write_media
from document.narrative import Anchors, Rows, content
from document.parts import read_instructions, read_returns, said, write_instruction, write_return
from document.patient import as_read, carried_ins
from document.remarks import Remarks
from document.systems import (
    ATTACHED,
    ATTACHED_TYPE,
    ATTACHED_TYPE_TEMPLATE,
    BARCODE,
    BARCODE_TITLE,
    COMMENT,
    COMMENT_TITLE,
    PDF_COPY,
    PDF_TITLE,
    TEMPLATES,
)
from document.values import read_coding, read_number, write_code, write_coding
from document.xml import Child, Element, below, child, children, make, templates
from prescription.documents.codes import Code
from prescription.line import Instruction, ResultReturn
from prescription.people import IdentityAttribute, IdentityStatus, Patient, PractitionerRole
from prescription.prescription import Prescription, UseCase
from terminology.coding import Coding

_QR, _COPY = "CODE2D", "PDF"


def section(own: uuid.UUID, template: str, code: Code, title: str, narrative: Element, *entries: Child) -> Element:
    """A section of the body; its id is derived from the document's."""
    return make(
        "component",
        make(
            "section",
            templates(TEMPLATES[template]),
            make("id", root=identifier(own, template)),
            write_code("code", code),
            make("title", text=title),
            make("text", narrative),
            *entries,
        ),
    )


def write_barcode(own: uuid.UUID, png: bytes) -> Element:
    """FR-Code-a-barres: the QR code of the order."""
    media = make(
        "observationMedia",
        templates(TEMPLATES["image"]),
        write_media("value", PNG, png),
        classCode="OBS",
        moodCode="EVN",
        ID=_QR,
    )
    return section(own, "barcode", BARCODE, BARCODE_TITLE, _shown(_QR), make("entry", media))


def write_pdf_copy(own: uuid.UUID, pdf: bytes) -> Element:
    """FR-Document-PDF-copie: the printed order, byte for byte (FR-Document-attache)."""
    kind = observation(
        identifier(own, "pdf/type"),
        write_code("code", ATTACHED_TYPE),
        f"#{_COPY}-1",
        write_code("value", PDF_COPY, type_="CD"),
        template=ATTACHED_TYPE_TEMPLATE,
    )
    media = make("observationMedia", write_media("value", PDF, pdf), classCode="OBS", moodCode="EVN", ID=_COPY)
    organizer = make(
        "organizer",
        templates(TEMPLATES["attached"]),
        make("id", root=identifier(own, "pdf/organizer")),
        write_code("code", ATTACHED),
        make("statusCode", code="completed"),
        make("component", kind),
        make("component", media),
        classCode="CLUSTER",
        moodCode="EVN",
    )
    narrative = _shown(_COPY)
    narrative.insert(0, content("Ordonnance imprimée, jointe en PDF", f"{_COPY}-1"))
    return section(own, "pdf", PDF_COPY, PDF_TITLE, narrative, make("entry", organizer))


def _shown(identifier_: str) -> Element:
    return make("paragraph", make("renderMultiMedia", referencedObject=identifier_))


def write_comment(own: uuid.UUID, prescription: Prescription, patient: Patient) -> Element | None:
    """The comment of the order: context, channels of return, and what the model has no place for; None for nothing."""
    rows = Rows("o")
    context = enumerate(prescription.general_context, 1)
    parts = [write_instruction(own, "context", each, rank, rows) for rank, each in context]
    if prescription.home_sampling:
        rows.say("Prélèvement à domicile", words.YES)
    parts += [write_return(own, each, rank, rows) for rank, each in enumerate(prescription.result_returns, 1)]
    parts += _write_identity(own, patient, rows) + _write_of_people(own, prescription, rows)
    if prescription.use_case is not UseCase.B1:
        anchor = rows.say(LABELS["use-case"], prescription.use_case.value)
        case = detail_code(prescription.use_case.value, "value", "CD", prescription.use_case.value)
        parts.append(detail(own, "use-case", anchor, case))
    narrative = rows.as_list()
    if narrative is None:
        return None
    # An entry holds the observation itself: what links it to a line has no meaning here.
    entries = (make("entry", part[0]) for part in parts)
    return section(own, "comment section", COMMENT, COMMENT_TITLE, narrative, entries)


def _write_identity(own: uuid.UUID, patient: Patient, rows: Rows) -> list[Element]:
    """The status of the identity where the header cannot say it, and its attributes."""
    found = []
    if patient.status is not _status_of_header(carried_ins(patient) is not None):
        anchor = rows.say(LABELS["identity-status"], words.STATUS[patient.status])
        value = detail_code(patient.status.value, "value", "CD", words.STATUS[patient.status])
        found.append(detail(own, "identity-status", anchor, value))
    for rank, attribute in enumerate(sorted(patient.attributes), 1):
        anchor = rows.say(LABELS["identity-attribute"], words.ATTRIBUTES[attribute])
        value = detail_code(attribute.value, "value", "CD", words.ATTRIBUTES[attribute])
        found.append(detail(own, "identity-attribute", anchor, value, rank=rank))
    return found


def _status_of_header(numbered: bool) -> IdentityStatus:
    return IdentityStatus.QUALIFIED if numbered else IdentityStatus.PROVISIONAL


def _write_of_people(own: uuid.UUID, prescription: Prescription, rows: Rows) -> list[Element]:
    """What the header has no place for: the specialty of a recipient, the relationship of a helper in words."""
    found: list[Element] = []
    for rank, copy in enumerate(prescription.result_copies, 1):
        for specialty in copy.specialties if isinstance(copy, PractitionerRole) else ():
            anchor = rows.say(f"Copie n° {rank}, spécialité", words.coding(specialty))
            value = write_coding("value", specialty, type_="CD")
            found.append(_of_person(own, "copy-specialty", rank, len(found) + 1, anchor, value))
    for rank, helper in enumerate(as_read(prescription.helpers), 1):
        if helper.relationship:
            role = words.ROLES[helper.role] if helper.role else "Proche"
            anchor = rows.say(f"{role}, lien avec le patient", helper.relationship)
            found.append(_of_person(own, "relationship", rank, len(found) + 1, anchor))
    return found


def _of_person(own: uuid.UUID, name: str, rank: int, place: int, anchor: str, value: Element | None = None) -> Element:
    """A detail of person number `rank` of the header."""
    number = make("value", type_="INT", value=str(rank))
    inner = detail(own, "rank", anchor, number, rank=place)
    return detail(own, name, anchor, value, inner, rank=place)


class ReadComment:
    """What our details in the sections say of the order; sections of others have none."""

    def __init__(self, body: Element, anchors: Anchors, remarks: Remarks) -> None:
        self._entries = make("holder")
        for entry in children(body, "component/section/entry/observation"):
            if own_code(child(entry, "code")):
                self._entries.append(component(deepcopy(entry)))
        self._anchors, self._remarks = anchors, remarks
        self._specialties, self._relationships = self._by_person("copy-specialty"), self._by_person("relationship")

    @property
    def general_context(self) -> tuple[Instruction, ...]:
        """The clinical context of the order."""
        return read_instructions(details(self._entries, "context"), self._anchors)

    @property
    def result_returns(self) -> tuple[ResultReturn, ...]:
        """The channels of return of the order."""
        return read_returns(self._entries, self._anchors, self._remarks)

    @property
    def use_case(self) -> UseCase:
        """Who performs; B1 unless said."""
        found = self._codes("use-case")
        return UseCase(found[0]) if found and found[0] in set(UseCase) else UseCase.B1

    @property
    def identity_status(self) -> IdentityStatus | None:
        """The status of the identity, when it is told."""
        found = self._codes("identity-status")
        return IdentityStatus(found[0]) if found and found[0] in set(IdentityStatus) else None

    @property
    def identity_attributes(self) -> frozenset[IdentityAttribute]:
        """The attributes of the identity."""
        known = set(IdentityAttribute)
        return frozenset(IdentityAttribute(code) for code in self._codes("identity-attribute") if code in known)

    def specialties_of_copy(self, rank: int) -> tuple[Coding, ...]:
        """The specialties of recipient number `rank`."""
        found = (read_coding(child(each, "value")) for each in self._specialties.get(rank, ()))
        return tuple(coding for coding in found if coding)

    def relationship_of_helper(self, rank: int) -> str | None:
        """What helper number `rank` is to the patient, in words."""
        return next(iter(said(self._relationships.get(rank, ()), self._anchors)), None)

    def _by_person(self, name: str) -> dict[int, list[Element]]:
        """The details of this name by the rank of the person they are of."""
        found: dict[int, list[Element]] = {}
        for each in details(self._entries, name):
            for rank in details(each, "rank"):
                number = self._remarks.value(read_number, child(rank, "value"))
                if number is not None:
                    found.setdefault(int(number), []).append(each)
        return found

    def _codes(self, name: str) -> list[str]:
        codes = (own_code(child(each, "value")) for each in details(self._entries, name))
        return [code for code in codes if code]


def read_pdf(body: Element, remarks: Remarks) -> bytes | None:
    """The copy of the order in PDF, of the first section that holds one; its absence is told."""
    for value in below(body, "value"):
        if value.get("mediaType") == PDF:
            return read_media(value, remarks)
    hint = "Lire le contenu structuré ; demander l'ordonnance imprimée à son auteur."
    remarks.warn("no-copy", "Le document ne porte pas la copie PDF de l'ordonnance.", hint, body)
    return None
