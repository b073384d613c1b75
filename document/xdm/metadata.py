"""`METADATA.XML`: a submission set of one document, its copy in PDF, and what it replaces (IHE ITI TF-3 §4.2)."""

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree

from document.media import PDF
from document.xdm import fields, rim
from document.xml import Element
from kernel.canonical import DEFAULT_BASE
from prescription.documents.codes import EPU_ROOT, Code
from prescription.documents.metadata import DocumentMetadata

_OWN_SOURCE = fields.oid_of(uuid.uuid5(uuid.NAMESPACE_URL, DEFAULT_BASE))
BARE_PDF = Code("urn:ihe:iti:xds:2017:mimeTypeSufficient", "1.3.6.1.4.1.19376.1.2.3", "mimeType Sufficient")
"""Format of a file that its media type alone describes (IHE format codes)."""


@dataclass(frozen=True, slots=True)
class Submission:
    """When the package is made, by which system (an OID), and the entryUUIDs of the documents that this one replaces.

    A replaced document is known by its entryUUID alone: without it the association is left out, and the
    `relatedDocument` of the CDA still says what is replaced.
    """

    at: datetime
    source_id: str = _OWN_SOURCE
    replaced: Sequence[uuid.UUID] = ()


def write_metadata(said: DocumentMetadata, pdf: bytes, names: tuple[str, str], submission: Submission) -> bytes:
    """The file; `names` are those of the document and of its copy. The same input gives the same bytes."""
    entry, copy, package = (_urn(each) for each in (said.entry_uuid, _own(said, "copy"), _own(said, "submission")))
    objects = [
        _entry(entry, said, f"{EPU_ROOT}^{said.unique_id.value}", names[0]),
        _entry(copy, _copy(said, pdf), fields.oid_of(_own(said, "copy-id")), names[1]),
        *_package(package, said, submission),
        _association(said, "member-1", rim.HAS_MEMBER, package, entry),
        _association(said, "member-2", rim.HAS_MEMBER, package, copy),
        *(_association(said, f"replaces-{old}", rim.REPLACES, entry, _urn(old)) for old in submission.replaced),
    ]
    root = etree.Element(f"{{{rim.LCM}}}SubmitObjectsRequest", nsmap={"lcm": rim.LCM, "rim": rim.RIM})
    root.append(rim.rim("RegistryObjectList", *objects))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _urn(number: uuid.UUID) -> str:
    return f"urn:uuid:{number}"


def _own(said: DocumentMetadata, name: str) -> uuid.UUID:
    return uuid.uuid5(said.entry_uuid, name)


def _copy(said: DocumentMetadata, pdf: bytes) -> DocumentMetadata:
    digest = hashlib.sha1(pdf, usedforsecurity=False).hexdigest()
    return replace(said, sha1=digest, size=len(pdf), mime_type=PDF, format_code=BARE_PDF)


def _entry(id_: str, said: DocumentMetadata, unique_id: str, file: str) -> Element:
    """A DocumentEntry (TF-3 §4.2.3.2)."""
    about = rim.Described(id_)
    stop = [fields.write_dtm(said.service_stop)] if said.service_stop else []
    slots = (
        ("creationTime", [fields.write_dtm(said.created)]),
        ("hash", [said.sha1]),
        ("languageCode", [said.language]),
        ("legalAuthenticator", [fields.write_person(said.author)]),
        ("serviceStartTime", [fields.write_dtm(said.service_start)]),
        ("serviceStopTime", stop),
        ("size", [str(said.size)]),
        ("sourcePatientId", [fields.write_local_id(said.local_id)]),
        ("sourcePatientInfo", fields.write_patient(said.patient)),
        ("URI", [file]),
    )
    return rim.rim(
        "ExtrinsicObject",
        *(element for name, values in slots for element in rim.slot(name, values)),
        rim.name(said.title),
        about.author(rim.AUTHOR, _author(said)),
        about.coded(rim.CLASS_CODE, said.class_code),
        *(about.coded(rim.CONFIDENTIALITY, code) for code in said.confidentiality),
        *(about.coded(rim.EVENT, code) for code in said.events),
        about.coded(rim.FORMAT, said.format_code),
        about.coded(rim.FACILITY, said.facility),
        about.coded(rim.PRACTICE, said.practice),
        about.coded(rim.TYPE_CODE, said.type_code),
        about.identifier(
            rim.ENTRY_PATIENT_ID,
            fields.write_patient_id(said.patient, said.local_id),
            "XDSDocumentEntry.patientId",
        ),
        about.identifier(rim.ENTRY_UNIQUE_ID, unique_id, "XDSDocumentEntry.uniqueId"),
        id=id_,
        objectType=rim.DOCUMENT_ENTRY,
        mimeType=said.mime_type,
    )


def _author(said: DocumentMetadata) -> Iterator[Element]:
    structure = said.author.organization
    institution = fields.write_structure(structure) if structure else None
    yield from rim.slot("authorPerson", [fields.write_person(said.author)])
    yield from rim.slot("authorInstitution", [institution] if institution else [])
    yield from rim.slot("authorSpecialty", fields.write_specialties(said.author))


def _package(id_: str, said: DocumentMetadata, submission: Submission) -> tuple[Element, Element]:
    """The SubmissionSet (TF-3 §4.2.3.3); its activity is the kind of place (JDV_J03 takes it)."""
    about = rim.Described(id_)
    unique_id = fields.oid_of(uuid.uuid5(_own(said, "submission-id"), submission.at.isoformat()))
    package = rim.rim(
        "RegistryPackage",
        *rim.slot("submissionTime", [fields.write_dtm(submission.at)]),
        rim.name(said.title),
        about.author(rim.SET_AUTHOR, _author(said)),
        about.coded(rim.SET_CONTENT_TYPE, said.facility),
        about.identifier(
            rim.SET_PATIENT_ID, fields.write_patient_id(said.patient, said.local_id), "XDSSubmissionSet.patientId"
        ),
        about.identifier(rim.SET_SOURCE_ID, submission.source_id, "XDSSubmissionSet.sourceId"),
        about.identifier(rim.SET_UNIQUE_ID, unique_id, "XDSSubmissionSet.uniqueId"),
        id=id_,
    )
    return package, about.node(rim.SUBMISSION_SET)


def _association(said: DocumentMetadata, name: str, type_: str, source: str, target: str) -> Element:
    original = rim.slot("SubmissionSetStatus", ["Original"]) if type_ == rim.HAS_MEMBER else []
    return rim.rim(
        "Association",
        *original,
        id=_urn(_own(said, name)),
        associationType=type_,
        sourceObject=source,
        targetObject=target,
    )
