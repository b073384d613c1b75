"""A prescription document, ours or anyone's, back to the order it holds; what cannot be read is told, not guessed."""

from dataclasses import dataclass, replace
from enum import IntEnum

from document.act_reader import LineReading, read_act
from document.header import read_header
from document.media import PDF, read_media
from document.narrative import Anchors
from document.parsing import UnreadableDocument, parse
from document.patient import read_helpers, read_patient
from document.remarks import Remarks
from document.sections import ReadComment, read_pdf
from document.systems import ACT_TEMPLATE
from document.xml import Element, below, child, has_template, value
from kernel.errors import Invalid
from kernel.findings import Finding, errors, most_severe_first
from prescription.documents.codes import DOCUMENT_TYPES, PRESCRIPTION
from prescription.line import Line
from prescription.people import Patient, PractitionerRole
from prescription.prescription import Correspondent, Prescription


class Level(IntEnum):
    """Level of a CDA document: 1 = a body that is a file, 3 = coded entries."""

    ONE = 1
    THREE = 3


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What was read: the order as far as it could be, the copy in PDF when there is one, every finding.

    A document of level 1 has no line: its order is in the PDF alone.
    """

    prescription: Prescription
    level: Level
    pdf: bytes | None
    findings: tuple[Finding, ...]

    def accepted(self) -> Prescription:
        """The order, when nothing refuses it; otherwise `Invalid` with every finding."""
        if errors(self.findings):
            raise Invalid(self.findings)
        return self.prescription


def read_document(content: bytes) -> ReadDocument:
    """Reads a document; `UnreadableDocument` when it is no CDA, or no prescription of biology (`not-ep-bio`)."""
    root = parse(content)
    code = child(root, "code")
    if value(code, attribute="code") != PRESCRIPTION.code or value(code, attribute="codeSystem") != DOCUMENT_TYPES:
        raise UnreadableDocument.because(
            "not-ep-bio",
            "Ce document n'est pas une prescription d'actes de biologie médicale.",
            f"Attendu : un document de type {PRESCRIPTION.code}.",
        )
    remarks = Remarks()
    body = child(root, "component/structuredBody")
    file = child(root, "component/nonXMLBody/text")
    if body is None:
        pdf = read_media(file, remarks) if file is not None and file.get("mediaType") == PDF else None
        hint = "Lire l'ordonnance dans le PDF." if pdf else "Demander un autre document."
        (remarks.tell if pdf else remarks.error)("level-1", "Document de niveau 1 : rien n'y est codé.", hint, root)
        return _read(root, (), None, Level.ONE, pdf, remarks)
    reading = LineReading(Anchors(body), remarks)
    lines = _read_lines(body, reading)
    comment = ReadComment(body, reading.anchors, remarks)
    return _read(root, lines, comment, Level.THREE, read_pdf(body, remarks), remarks)


def _read_lines(body: Element, reading: LineReading) -> tuple[Line, ...]:
    acts = [each for each in below(body, "observation") if has_template(each, ACT_TEMPLATE)]
    lines = tuple(line for act in acts if (line := read_act(act, reading)))
    if not acts:
        hint = "Demander un autre document, ou lire la copie PDF."
        reading.remarks.error("no-line", "Le document ne contient aucun acte prescrit.", hint, body)
    elif len({line.line_id for line in lines}) < len(lines):
        message = "Deux actes du document ont le même identifiant."
        reading.remarks.error("duplicate-line", message, "Demander un autre document.", body)
    return lines


def _read(
    root: Element,
    lines: tuple[Line, ...],
    comment: ReadComment | None,
    level: Level,
    pdf: bytes | None,
    remarks: Remarks,
) -> ReadDocument:
    header = read_header(root, remarks)
    prescription = Prescription(
        patient=read_patient(root, remarks),
        author=header.author,
        lines=lines,
        signed=child(root, "legalAuthenticator") is not None,
        authored_on=header.authored_on,
        created_at=header.created_at,
        epu_code=header.epu_code,
        validity=header.validity,
        home_sampling=header.home_sampling,
        result_copies=header.result_copies,
        helpers=read_helpers(root),
        replaces=header.replaces,
        replaced_practitioner=header.replaced_practitioner,
    )
    if comment:
        prescription = _completed(prescription, comment)
    return ReadDocument(prescription, level, pdf, most_severe_first(remarks.findings))


def _completed(prescription: Prescription, comment: ReadComment) -> Prescription:
    """What the header has no place for."""
    patient = prescription.patient
    if isinstance(patient, Patient):
        status = comment.identity_status or patient.status
        patient = replace(patient, status=status, attributes=comment.identity_attributes)
    return replace(
        prescription,
        patient=patient,
        general_context=comment.general_context,
        result_returns=comment.result_returns,
        use_case=comment.use_case,
        helpers=tuple(
            replace(helper, relationship=comment.relationship_of_helper(rank) or helper.relationship)
            for rank, helper in enumerate(prescription.helpers, 1)
        ),
        result_copies=tuple(
            _with_specialties(copy, comment, rank) for rank, copy in enumerate(prescription.result_copies, 1)
        ),
    )


def _with_specialties(copy: Correspondent, comment: ReadComment, rank: int) -> Correspondent:
    if isinstance(copy, PractitionerRole):
        return replace(copy, specialties=comment.specialties_of_copy(rank))
    return copy
