"""What the use cases ask of a store. `storage/` answers; a transaction is one `UnitOfWork`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

from kernel.errors import Unavailable
from kernel.ins import Ins
from prescription.basket import Basket, BasketOwner
from prescription.caller import Caller
from prescription.documents.ports import Choices, Departures, DmpGateway
from prescription.epu_code import EpuCode
from prescription.record import EpuRecord, RecordStatus


@dataclass(frozen=True, slots=True)
class OwnedRecord:
    """What the base can tell a prescriber of an own order without its code."""

    handle: str
    created: date
    status: RecordStatus
    lines: int
    closed: int
    valid_until: date

    def status_on(self, day: date) -> RecordStatus:
        """The status, `expired` once an order nobody has touched is past its validity."""
        late = self.status is RecordStatus.ACTIVE and day > self.valid_until
        return RecordStatus.EXPIRED if late else self.status


class TooManyMisses(Unavailable):
    """The caller has tried too many unknown codes; `retry_after` is in seconds, 300 at most."""

    retry_after: int = 300

    @classmethod
    def retry_in(cls, seconds: int) -> Self:
        """The refusal (`too-many-misses`) that may be tried again after `seconds`."""
        error = cls.because(
            "too-many-misses", "Trop de codes inconnus essayés.", f"Réessayer dans {seconds} s en relisant le code."
        )
        error.retry_after = seconds
        return error


class RecordBroken(RuntimeError):
    """An order that is there and cannot be opened: a fault of the base, not of the caller; says nothing of content."""


class EpuRecords(Protocol):
    """The sealed orders. Nothing can be read from it without the code."""

    def find(self, code: EpuCode) -> EpuRecord | None:
        """The order of this code, opened with it; None when unknown, after the same work as for a known one.

        `RecordBroken` when what is kept of it was changed.
        """
        ...

    def holds(self, code: EpuCode) -> bool:
        """Whether the code is known: the lookup digest and the index only, nothing is opened."""
        ...

    def add(self, code: EpuCode, record: EpuRecord, owner_rpps: str, now: datetime) -> None:
        """Seals a new order; `Conflict` (`code-used`) when the code is taken."""
        ...

    def replace(self, code: EpuCode, record: EpuRecord, now: datetime) -> None:
        """Seals the next version; `Conflict` (`version`) when another writer was first."""
        ...

    def binding(self, code: EpuCode, ins: Ins) -> bytes:
        """Keyed digest that binds a qualified identity to an order; it cannot be computed without the code."""
        ...

    def new_binding(self, code: EpuCode, ins: Ins) -> bytes:
        """The same digest for an order that is about to be added under a code nobody holds."""
        ...

    def owned_by(
        self, rpps: str, start: date | None, end: date | None, count: int, cursor: str | None
    ) -> tuple[Sequence[OwnedRecord], str | None]:
        """Own orders, newest first, `count` at most, and the cursor of the next page (None at the end)."""
        ...


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Who did what, with what outcome. Never the code, never content."""

    caller: Caller
    operation: str
    outcome: str
    at: datetime
    code: EpuCode | None = None
    client: str = ""


class Audit(Protocol):
    """Append-only trace, written in the transaction it tells of."""

    def append(self, event: AuditEvent) -> None:
        """Adds one event; of the code it keeps eight hexadecimal digits of the lookup digest only."""
        ...


class Misses(Protocol):
    """Counts unknown codes per caller, so that no one can try codes at leisure (prescription.md §4)."""

    def refuse_if_too_many(self, caller: Caller, now: datetime) -> None:
        """`Unavailable` (`too-many-misses`) when the caller's bucket is empty."""
        ...

    def note(self, caller: Caller, now: datetime) -> None:
        """One miss more."""
        ...


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A first answer, kept so that a repeated call gets the same bytes."""

    status: int
    etag: str | None
    body: bytes


class Answers(Protocol):
    """First answers of mutations, sealed under their Idempotency-Key for seven days."""

    def find(self, caller: Caller, operation: str, key: str, body: bytes, now: datetime) -> KeptAnswer | None:
        """The first answer, None when none is kept; `Invalid` (`idempotency-reuse`) when `body` differs."""
        ...

    def keep(self, caller: Caller, operation: str, key: str, body: bytes, answer: KeptAnswer, now: datetime) -> bool:
        """Keeps the first answer; False when there is one already, a twin under way being waited for."""
        ...


class Baskets(Protocol):
    """The baskets, each with all its versions. An owner without id stands for all owners of its kind."""

    def owned_by(self, owners: Sequence[BasketOwner]) -> Sequence[Basket]:
        """The baskets of these owners, as they now stand."""
        ...

    def find(self, id_: str) -> Basket | None:
        """One basket as it now stands; None when there is none."""
        ...

    def versions(self, id_: str) -> tuple[Basket, ...]:
        """All versions of one basket, the first one first."""
        ...

    def add(self, basket: Basket) -> None:
        """Keeps a first version."""
        ...

    def replace(self, basket: Basket) -> bool:
        """Keeps the next version; False when the one before it is no longer the last."""
        ...

    def delete(self, id_: str, version: int) -> bool:
        """Deletes a basket with its versions; False when it is no longer at `version`."""
        ...


class UnitOfWork(Protocol):
    """One transaction: everything in it is committed together, or nothing is."""

    records: EpuRecords
    audit: Audit
    misses: Misses
    answers: Answers
    baskets: Baskets

    @property
    def departures(self) -> Departures:
        """The outbox of documents."""
        ...

    @property
    def choices(self) -> Choices:
        """What the patients chose about Mon espace santé."""
        ...

    @property
    def documents(self) -> DmpGateway:
        """The store of documents; the embedded one writes in this transaction."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def commit(self) -> None:
        """Makes everything so far durable; leaving without it undoes everything since."""
        ...


class UnitOfWorkFactory(Protocol):
    """Opens transactions."""

    def __call__(self, *, writing: bool = True) -> UnitOfWork:
        """A new transaction; `writing` takes the writer's lock at once."""
        ...
