"""Printing an order again from its document: the patient, or its author (prescription.md §8, printing.md §9).

The base of orders is not asked: the situation of the order is that of its document. The sheet is drawn from the
document's own content, under the same code, and says which reprint it is.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.errors import Conflict, NotFound
from prescription.caller import Role
from prescription.documents.care_team import visible_document
from prescription.documents.ports import WrittenDocument
from prescription.documents.shared_document import DocumentStatus, SharedDocument
from prescription.usecases.access import Access


@dataclass(frozen=True, slots=True)
class Reprint:
    """What is to be drawn: reprint `number` at `at`, « ANNULÉE » across it when `cancelled`."""

    document: SharedDocument
    written: WrittenDocument
    number: int
    at: datetime
    cancelled: bool


def reprint(access: Access, document_id: str, *, copy_for_record: bool = False) -> Reprint:
    """`$document-reprint`: counts one reprint more. `NotFound` (`unknown-document`).

    `Conflict` `order-cancelled` for a document out of use, unless a copy for the record is asked for; `order-replaced`
    for one that a correction took the place of.
    """
    access.check_role()
    found = visible_document(access, document_id)
    if access.caller.role is Role.PRESCRIBER and access.caller.id != found.feeder:
        raise NotFound.because("unknown-document", "Aucun document de cet identifiant.", "Relire la liste.")
    cancelled = found.status is not DocumentStatus.CURRENT
    if cancelled and not copy_for_record:
        code = "order-replaced" if found.status is DocumentStatus.SUPERSEDED else "order-cancelled"
        raise Conflict.because(
            code,
            "L'ordonnance est annulée ou remplacée : elle ne se réimprime que pour le dossier.",
            "Demander une copie pour le dossier (copy-for-record), ou imprimer celle qui la remplace.",
        )
    written = access.unit.documents.retrieve(found.id)
    if written is None:
        raise NotFound.because("unknown-document", "Aucun document de cet identifiant.", "Relire la liste.")
    number = access.unit.documents.count_reprint(found.id, access.now)
    access.trace("reprinted", found.metadata.unique_id)
    return Reprint(replace(found, reprints=number), written, number, access.now, cancelled)
