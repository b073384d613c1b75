"""Reading documents: the patient's own, and those of a patient who agreed, for the care team (prescription.md §8).

What a caller may not see is not found: no answer tells whether it is there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kernel.errors import Forbidden, NotFound
from kernel.ins import Ins, InsAuthority
from prescription.caller import Role
from prescription.documents.choices import Act, allows
from prescription.documents.ports import DocumentQuery, WrittenDocument
from prescription.documents.shared_document import SharedDocument
from prescription.usecases.access import Access


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Documents the caller may see, the last fed first; `told` is how many hidden ones the patient is told of."""

    documents: Sequence[SharedDocument]
    cursor: str | None
    told: int = 0


def search(access: Access, query: DocumentQuery) -> DocumentPage:
    """Documents of a patient. A patient's own matricule is implied: `query.patients` is then left empty.

    `Forbidden`: `consult-not-allowed` without the patient's consent, `not-yourself`.
    """
    access.check_role()
    query = _admitted(access, query)
    found, cursor = access.unit.documents.search(query)
    access.trace("search", None)
    told = sum(1 for each in found if access.caller.role is Role.PATIENT and each.patient_is_told(access.now))
    return DocumentPage([each for each in found if _sees(access, each)], cursor, told)


def read(access: Access, document_id: str) -> tuple[SharedDocument, WrittenDocument]:
    """One document and its bytes; `NotFound` (`unknown-document`) when the caller may not see it."""
    access.check_role()
    found = visible_document(access, document_id)
    written = access.unit.documents.retrieve(found.id)
    if written is None:
        raise _unknown()
    access.trace("read", found.metadata.unique_id)
    return found, written


def visible_document(access: Access, document_id: str) -> SharedDocument:
    """The document, when the caller may see it; its author always does."""
    found = access.unit.documents.find(document_id)
    if found is None or not (_is_authors(access, found) or _may_consult_its_patient(access, found)):
        raise _unknown()
    if not _sees(access, found):
        raise _unknown()
    return found


def may_consult(access: Access, patient: Ins) -> bool:
    """Whether the patient agreed to the care team reading."""
    return allows(Act.CONSULT, access.unit.choices.standing(patient, Act.CONSULT))


def own_identities(access: Access) -> tuple[Ins, ...]:
    """The INS a patient's own matricule may stand for: a token names no authority."""
    matricule = access.caller.id
    return tuple(Ins(matricule, authority) for authority in InsAuthority) if matricule else ()


def _admitted(access: Access, query: DocumentQuery) -> DocumentQuery:
    if access.caller.role is Role.PATIENT:
        if any(each.matricule != access.caller.id for each in query.patients):
            raise Forbidden.because("not-yourself", "Un patient ne lit que les siens.", "Ôter le matricule.")
        return replace(query, patients=own_identities(access))
    if not query.patients or not all(may_consult(access, each) for each in query.patients):
        raise Forbidden.because(
            "consult-not-allowed",
            "Le patient n'a pas accordé la consultation.",
            "Recueillir son accord ($document-choice), puis recommencer.",
        )
    return query


def _sees(access: Access, document: SharedDocument) -> bool:
    if access.caller.role is Role.PATIENT:
        return document.shown_to_patient(access.now)
    return document.shown_to_team(access.caller.id)


def _is_authors(access: Access, document: SharedDocument) -> bool:
    return access.caller.role is Role.PRESCRIBER and access.caller.id == document.feeder


def _may_consult_its_patient(access: Access, document: SharedDocument) -> bool:
    patient = document.metadata.patient.ins
    if patient is None:
        return False
    if access.caller.role is Role.PATIENT:
        return bool(access.caller.id) and patient.matricule == access.caller.id
    return may_consult(access, patient)


def _unknown() -> NotFound:
    return NotFound.because("unknown-document", "Aucun document de cet identifiant.", "Relire la liste des documents.")
