"""DocumentReference: a shared document and who may read its bytes where (cda-ep-bio.md §6; the elements of PDSm, ANS).

One `content`, as IHE MHD wants: the CDA, which carries the printed order. `meta.profile` is not claimed: what PDSm asks
of the patient and the author (profiles of FR Core and of the ANS directory) was not judged.
"""

import base64
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from api.fhir.datatypes import present, write_day, write_instant
from api.fhir.identity import write_ins
from api.fhir.json import JsonObject
from api.fhir.organization import write_organization
from api.fhir.patient import write_patient
from api.fhir.practitioner import write_practitioner
from api.fhir.systems import EPU, URI, extension, of_oid
from prescription.documents.codes import Code
from prescription.documents.shared_document import DocumentStatus, SharedDocument
from prescription.people import PractitionerRole

_PATIENT, _AUTHOR, _PERSON, _STRUCTURE = "patient", "author", "practitioner", "organization"


class Part(StrEnum):
    """One of the two files of a document, as its Binary is named."""

    CDA = "cda"
    PDF = "pdf"

    @property
    def media_type(self) -> str:
        """What the file is."""
        return "text/xml" if self is Part.CDA else "application/pdf"


STATUSES = {
    "current": frozenset({DocumentStatus.CURRENT}),
    # FHIR knows no other word for what is out of use, MHD neither: why is in `order-situation`.
    "superseded": frozenset({DocumentStatus.SUPERSEDED, DocumentStatus.DEPRECATED}),
    "entered-in-error": frozenset[DocumentStatus](),
}
"""What each status of FHIR R4 stands for."""


def write_document_reference(document: SharedDocument, now: datetime, public_url: str, base: str) -> JsonObject:
    """The resource. It bears the EPU code: it is for who may see the document, and travels in bodies only."""
    said = document.metadata
    situation = {"url": extension(base, "order-situation"), "valueCode": document.situation_at(now).value}
    ins = said.patient.ins
    subject: JsonObject = {"type": "Patient", "identifier": write_ins(ins)} if ins else {"reference": f"#{_PATIENT}"}
    organization, name = said.author.organization, said.author.practitioner.full_name
    return present(
        {
            "resourceType": "DocumentReference",
            "id": document.id,
            "meta": {"lastUpdated": write_instant(document.changed)},
            "contained": _contained(document, base),
            "extension": [situation],
            "masterIdentifier": {"system": EPU, "value": said.unique_id.value},
            "identifier": [{"use": "official", "system": URI, "value": said.entry_uuid.urn}],
            "status": "current" if document.status is DocumentStatus.CURRENT else "superseded",
            "type": _concept(said.type_code),
            "category": [_concept(said.class_code)],
            "subject": subject,
            "date": write_instant(said.created),
            "author": [{"reference": f"#{_AUTHOR}", "display": name}],
            "authenticator": {"reference": f"#{_AUTHOR}"},
            "custodian": {"reference": f"#{_STRUCTURE}"} if organization else {"display": name},
            "relatesTo": [
                {"code": "replaces", "target": {"identifier": {"system": EPU, "value": code.value}}}
                for code in said.replaces
            ],
            "description": said.title,
            "securityLabel": _concepts(said.confidentiality),
            "content": [_content(document, public_url)],
            "context": {
                **present({"event": _concepts(said.events)}),
                "period": present({"start": _moment(said.service_start), "end": _moment(said.service_stop)}),
                "facilityType": _concept(said.facility),
                "practiceSetting": _concept(said.practice),
                "sourcePatientInfo": {"reference": f"#{_PATIENT}"},
            },
        }
    )


def _content(document: SharedDocument, public_url: str) -> JsonObject:
    said = document.metadata
    attachment: JsonObject = {
        "contentType": Part.CDA.media_type,
        "language": said.language,
        "url": f"{public_url}/fhir/Binary/{document.id}-{Part.CDA}",
        "size": said.size,
        "hash": base64.b64encode(bytes.fromhex(said.sha1)).decode("ascii"),
        "title": said.title,
        "creation": write_instant(said.created),
    }
    return {"attachment": attachment, "format": _coding(said.format_code)}


def _contained(document: SharedDocument, base: str) -> list[JsonObject]:
    """What the metadata say of the patient (PID-5, PID-7, PID-8 and the local id) and of the author."""
    said = document.metadata
    patient = write_patient(replace(said.patient, telecom=(), address=None), base)
    own = patient.get("identifier")
    local: JsonObject = {"system": URI, "value": said.local_id.urn}
    patient["identifier"] = [*(own if isinstance(own, list) else ()), local]
    return [{**patient, "id": _PATIENT}, *_author(said.author)]


def _author(author: PractitionerRole) -> list[JsonObject]:
    organization = author.organization
    role: JsonObject = {
        "resourceType": "PractitionerRole",
        "id": _AUTHOR,
        "practitioner": {"reference": f"#{_PERSON}"},
        "organization": {"reference": f"#{_STRUCTURE}"} if organization else None,
        "code": [
            {"coding": [present({"system": each.system, "code": each.code, "display": each.display})]}
            for each in author.specialties
        ],
    }
    structure = [{**write_organization(organization), "id": _STRUCTURE}] if organization else []
    return [present(role), {**write_practitioner(author.practitioner), "id": _PERSON}, *structure]


def _moment(at: date | datetime | None) -> str | None:
    """A dateTime: a day stays a day, of which a Period takes the whole."""
    return write_instant(at) if at is None or isinstance(at, datetime) else write_day(at)


def _concepts(codes: Iterable[Code]) -> list[JsonObject]:
    return [_concept(code) for code in codes]


def _concept(code: Code) -> JsonObject:
    return {"coding": [_coding(code)]}


def _coding(code: Code) -> JsonObject:
    return present({"system": of_oid(code.system), "code": code.code, "display": code.display})
