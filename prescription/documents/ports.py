"""What the documents ask of the outside: the DMP, the outbox and the choices in the base, the mail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from uuid import UUID

from kernel.errors import Invalid, Unavailable
from kernel.ins import Ins
from prescription.documents.choices import Act, Choice
from prescription.documents.departure import Channel, Departure, DepartureState
from prescription.documents.dispatch import Dispatch
from prescription.documents.metadata import DocumentMetadata
from prescription.documents.receipt import Outcome
from prescription.documents.shared_document import DocumentStatus, SharedDocument
from prescription.documents.visibility import SHOWN, Visibility
from prescription.epu_code import EpuCode
from prescription.people import IdentityStatus
from prescription.prescription import Prescription


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """The CDA of an order and the printed order that it carries, byte for byte."""

    cda: bytes
    pdf: bytes

    def __repr__(self) -> str:
        return f"WrittenDocument({len(self.cda)}, {len(self.pdf)})"


WriteDocument = Callable[[Prescription], WrittenDocument]
"""Writes the document of a full order that bears its code; `CircuitbioError` when it cannot be written."""


@dataclass(frozen=True, slots=True)
class FedDocument:
    """What is fed: the bytes, what is said of them, who sees them, who feeds, how long the order is valid.

    It is kept as long as the order is (`Dispatch.keep_until`).
    """

    metadata: DocumentMetadata
    written: WrittenDocument
    feeder: str
    valid_until: date
    keep_until: date
    visibility: Visibility = SHOWN


@dataclass(frozen=True, slots=True)
class DocumentQuery:
    """What is searched among the documents of one patient (under several INS when the authority is not known).

    `cursor` is what the page before gave.
    """

    patients: tuple[Ins, ...] = ()
    code: EpuCode | None = None
    statuses: frozenset[DocumentStatus] = frozenset()
    start: date | None = None
    end: date | None = None
    count: int = 20
    cursor: str | None = None


class DmpGateway(Protocol):
    """A store of documents. Every call may be made again: the uniqueId (the EPU code) makes it one and the same.

    `Unavailable` when it does not answer (tried again later), `Invalid` when it refuses for good.
    """

    def feed(self, document: FedDocument, now: datetime) -> str:
        """Takes a document in; its id. One known by its uniqueId stays as it is."""
        ...

    def replace(self, document: FedDocument, now: datetime) -> str:
        """The same for a correction (RPLC): those that its metadata replace, by the same author and of the same
        patient, become superseded."""
        ...

    def search(self, query: DocumentQuery) -> tuple[Sequence[SharedDocument], str | None]:
        """Documents of a patient, the last fed first, and the cursor of the next page (None at the end).

        Everything of the patient, whoever may see it: the use cases leave out what the caller does not see.
        """
        ...

    def find(self, id_: str) -> SharedDocument | None:
        """One by its opaque id."""
        ...

    def of_code(self, code: EpuCode) -> SharedDocument | None:
        """The one of an order."""
        ...

    def retrieve(self, id_: str) -> WrittenDocument | None:
        """The bytes of one, as they were fed."""
        ...

    def deprecate(self, code: EpuCode, now: datetime) -> bool:
        """Takes the document of a cancelled order out of use; False when there is none. Bytes stay for the record."""
        ...

    def change_visibility(self, id_: str, visibility: Visibility, now: datetime) -> bool:
        """Who does not see it from now on; False when there is none."""
        ...

    def count_reprint(self, id_: str, now: datetime) -> int:
        """Counts one reprint more; its number, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class DepartureEntry:
    """What an operator sees of a departure: nothing of a person or of an order."""

    id: str
    channel: Channel
    state: DepartureState
    withdrawal: bool
    attempts: int
    due: datetime
    changed: datetime
    error: str
    receipt: Outcome | None


@dataclass(frozen=True, slots=True)
class Activity:
    """What one structure did in one day, for orders of one identity status."""

    finess: str
    day: date
    identity: IdentityStatus
    made: int = 0
    fed: int = 0
    mailed: int = 0


class Departures(Protocol):
    """The outbox, inside the transaction of a `UnitOfWork`. Orders and addresses are sealed in it."""

    def submit(self, dispatch: Dispatch) -> bool:
        """Puts a new dispatch in, one row; False when there is one for this code, which stays as it is."""
        ...

    def submit_unanswered(self, dispatch: Dispatch, patient: Ins) -> bool:
        """`submit`, in the one statement, for a patient who never answered about feeding; False when nothing was put
        in, whatever the reason."""
        ...

    def of_code(self, code: EpuCode) -> Dispatch | None:
        """The dispatch of an order, its departures as they stand; locked in a writing transaction."""
        ...

    def of_departure(self, id_: str) -> Dispatch | None:
        """The dispatch a departure belongs to."""
        ...

    def save(self, dispatch: Dispatch, changed: Sequence[Departure], now: datetime) -> None:
        """Keeps a dispatch `of_code` or `of_departure` gave, after `with_departures(changed)`, in the transaction that
        read it; content it no longer holds is deleted, what was written of it too."""
        ...

    def has_new(self) -> bool:
        """Whether a dispatch waits to be split."""
        ...

    def split(self, now: datetime, limit: int = 100) -> int:
        """Gives the departures of new dispatches rows of their own; how many dispatches. Counted as made then."""
        ...

    def due(self, now: datetime, limit: int = 100) -> Sequence[str]:
        """Ids of departures that may be taken, the oldest first."""
        ...

    def take(self, id_: str, now: datetime) -> tuple[Dispatch, Departure] | None:
        """Takes one (`Departure.taken`); None when it is not due, another has it, or it was called back."""
        ...

    def settle(self, taken: Departure, after: Departure, now: datetime) -> bool:
        """Writes what became of one that was taken; False when it was called back or taken by another since.

        A departure that was sent is counted, once; content nobody needs any more is deleted.
        """
        ...

    def written(self, dispatch: Dispatch) -> WrittenDocument | None:
        """What was written of the order, when it was."""
        ...

    def keep_written(self, dispatch: Dispatch, document: WrittenDocument) -> WrittenDocument:
        """Keeps what was written; gives what was kept first."""
        ...

    def message(self, departure: Departure) -> bytes | None:
        """The mail of a departure, when it was written."""
        ...

    def keep_message(self, departure: Departure, message: bytes) -> bytes:
        """Keeps a mail; gives what was kept first, so that each attempt sends the same bytes."""
        ...

    def entries(
        self, state: DepartureState | None, count: int, cursor: str | None
    ) -> tuple[Sequence[DepartureEntry], str | None]:
        """Departures for the operator, the last made first, with the cursor of the next page."""
        ...

    def activity(self, finess: str | None, start: date | None, end: date | None) -> Sequence[Activity]:
        """What was done by day, structure and identity status, both days included."""
        ...


class Choices(Protocol):
    """What the patients chose, inside the transaction of a `UnitOfWork`; found by a keyed digest of the INS."""

    def standing(self, patient: Ins, act: Act) -> Choice | None:
        """The last choice, None when none was recorded."""
        ...

    def record(self, patient: Ins, choice: Choice) -> None:
        """Records one; those before stay as a history."""
        ...

    def history(self, patient: Ins) -> Sequence[Choice]:
        """All of them, the first one first."""
        ...


@dataclass(frozen=True, slots=True)
class Mail:
    """What a mail is written from. `message_id` never changes; `follows` are those of the mails it replaces,
    `replaced` the entryUUIDs of the documents it replaces, as far as the DMP knows them.

    `hidden_from_patient`: the document is invisible to the patient in the DMP, which the body says.
    """

    message_id: str
    channel: Channel
    recipient: str
    metadata: DocumentMetadata
    document: WrittenDocument
    at: datetime
    hidden_from_patient: bool = False
    follows: tuple[str, ...] = ()
    replaced: tuple[UUID, ...] = ()

    def __repr__(self) -> str:
        return f"Mail({self.message_id}, {self.channel.value})"


WriteMail = Callable[[Mail], bytes]
"""Writes a mail whole, as it is sent and kept; `CircuitbioError` when it cannot be written."""


class MailRefused(Invalid):
    """The mail, its sender or its recipient is refused for good."""


class MailUnavailable(Unavailable):
    """The mail could not be handed over this time."""


class Mailer(Protocol):
    """Hands mails over to a secure messaging operator (MSSanté)."""

    def send(self, message: bytes, recipient: str) -> None:
        """Hands over one message; returns once the other side has taken it. `MailUnavailable`, `MailRefused`."""
        ...
