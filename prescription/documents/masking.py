"""Who does not see a document: said before it leaves or after, and shown again by who announces (seed 003 §3.4.3)."""

from dataclasses import replace

from kernel.errors import NotFound
from prescription.documents.care_team import visible_document
from prescription.documents.shared_document import SharedDocument
from prescription.documents.visibility import Restriction, Visibility
from prescription.documents.withdraw import own_dispatch
from prescription.epu_code import EpuCode
from prescription.usecases.access import Access


def change_visibility(access: Access, code: EpuCode, visibility: Visibility) -> None:
    """`$document-visibility` by the feeder: for what still waits, and for what is in the DMP already."""
    access.check_role()
    dispatch = own_dispatch(access, code)
    access.unit.departures.save(replace(dispatch, visibility=visibility), (), access.now)
    found = access.unit.documents.of_code(code)
    if found is not None:
        access.unit.documents.change_visibility(found.id, visibility, access.now)
    access.trace("visibility", code)


def show_to_patient(access: Access, document_id: str) -> SharedDocument:
    """`$document-visibility` by a professional who may consult: after the announcement, the patient sees it.

    `NotFound` (`unknown-document`) for what the caller may not see.
    """
    access.check_role()
    found = visible_document(access, document_id)
    shown = found.visibility - {Restriction.INVISIBLE_PATIENT, Restriction.INVISIBLE_REPRESENTATIVES}
    if not access.unit.documents.change_visibility(found.id, shown, access.now):
        raise NotFound.because("unknown-document", "Aucun document de cet identifiant.", "Relire la liste.")
    access.trace("shown", found.metadata.unique_id)
    return replace(found, visibility=shown, changed=access.now)
