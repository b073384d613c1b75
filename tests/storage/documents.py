"""Documents on their way, for the tests of this room: an order, who sends it, and far sides that can be watched."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from kernel.clock import Clock, FixedClock
from kernel.errors import Unavailable
from kernel.ins import Ins, InsAuthority
from prescription.caller import Caller, Role
from prescription.documents.dispatch import Dispatch
from prescription.documents.ports import DmpGateway, FedDocument, Mail, Mailer, WrittenDocument
from prescription.documents.sending import DocumentSender
from prescription.documents.submit import SendingSettings, feed
from prescription.epu_code import EpuCode
from prescription.people import ContactPoint, IdentityStatus, Organization, Patient, Practitioner, PractitionerRole
from prescription.prescription import Prescription
from prescription.usecases.access import Access
from storage.database import Database
from storage.document_store import DocumentStore
from tests.printing.orders import PATIENT, ROUTINE

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
FINESS = "780000018"
AUTHOR = replace(ROUTINE.author, organization=replace(ROUTINE.author.organization or Organization(""), finess=FINESS))
PRESCRIBER = Caller(Role.PRESCRIBER, AUTHOR.practitioner.rpps or "", FINESS)
COLLEAGUE = Caller(Role.PRESCRIBER, "10100000007", "750000010")
OPERATOR = Caller(Role.OPERATOR)
INS = PATIENT.ins or Ins("", InsAuthority.TEST)
PATIENT_CALLER = Caller(Role.PATIENT, INS.matricule)
UNQUALIFIED = replace(PATIENT, status=IdentityStatus.VALIDATED, ins=None)
TREATING = PractitionerRole(
    Practitioner("Martin", ("Paul",), "Dr", telecom=(ContactPoint("email", "paul.martin@medecin.mssante.example"),))
)
SETTINGS = SendingSettings()


def full_order(patient: Patient = PATIENT, *, copies: Sequence[PractitionerRole] = (), **more: object) -> Prescription:
    """A signed order under a code of its own."""
    order = replace(ROUTINE, author=AUTHOR, patient=patient, epu_code=EpuCode.generate(), result_copies=tuple(copies))
    return replace(order, validity=None, authored_on=NOW, **more)  # type: ignore[arg-type]


def code_of(order: Prescription) -> EpuCode:
    assert order.epu_code is not None
    return order.epu_code


def handed_over(database: Database, order: Prescription, now: datetime = NOW, **more: object) -> Dispatch:
    """`$document-feed` by its author, committed."""
    with database.units() as unit:
        access = Access(unit, PRESCRIBER, "document-feed", now)
        dispatch = feed(access, order, SETTINGS, **more)  # type: ignore[arg-type]
        unit.commit()
    return dispatch


def written(order: Prescription) -> WrittenDocument:
    """Stands for the real writer, which is slow: every time other bytes, as those of a seal with its instant are."""
    salt = secrets.token_hex(8)
    return WrittenDocument(f"<cda>{code_of(order).value} {salt}</cda>".encode(), f"%PDF {salt}".encode())


def mail_text(mail: Mail) -> bytes:
    """A mail with what matters here."""
    follows = " ".join(mail.follows)
    return b"\r\n".join(
        (
            f"Message-ID: {mail.message_id}".encode(),
            f"References: {follows}".encode(),
            f"Hidden: {mail.hidden_from_patient}".encode(),
            f"Replaced: {' '.join(map(str, mail.replaced))}".encode(),
            b"",
            mail.document.cda,
        )
    )


@dataclass
class Mailbox:
    """Keeps the mails it takes in a folder, on the disk before it says so."""

    folder: Path

    def send(self, message: bytes, recipient: str) -> None:
        path = self.folder / f"{len(list(self.folder.iterdir())):04d} {recipient}"
        with path.open("wb") as file:
            file.write(message)
            os.fsync(file.fileno())

    def taken(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.iterdir())]


@dataclass
class Watched:
    """The embedded store, each feeding told; while `down` it does not answer."""

    store: DocumentStore
    down: bool = False
    fed: list[EpuCode] = field(default_factory=list)

    def feed(self, document: FedDocument, now: datetime) -> str:
        self._answer()
        self.fed.append(document.metadata.unique_id)
        return self.store.feed(document, now)

    def replace(self, document: FedDocument, now: datetime) -> str:
        self._answer()
        self.fed.append(document.metadata.unique_id)
        return self.store.replace(document, now)

    def deprecate(self, code: EpuCode, now: datetime) -> bool:
        self._answer()
        return self.store.deprecate(code, now)

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def _answer(self) -> None:
        if self.down:
            raise Unavailable.because("dmp-unreachable", "Le DMP ne répond pas.")


def sender(
    database: Database,
    clock: Clock | None = None,
    *,
    gateway: DmpGateway | None = None,
    mailer: Mailer | None = None,
    **more: object,
) -> DocumentSender:
    """The worker's step on a base."""
    return DocumentSender(
        database.units,
        gateway or database.documents,
        written,
        clock or FixedClock(NOW),
        SETTINGS,
        write_mail=mail_text,
        mailer=mailer,
        **more,  # type: ignore[arg-type]
    )
