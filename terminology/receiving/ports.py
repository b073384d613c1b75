"""What receiving asks of the base."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from terminology.receiving.arrival import Arrival, ReceivedMessage
from terminology.receiving.note import ExamNote
from terminology.receiving.supplier import Supplier


class ReceivingStore(Protocol):
    """Suppliers, what came from them, local notes. Each method is one transaction; safe to share between threads."""

    def suppliers(self) -> tuple[Supplier, ...]:
        """Every supplier, by FINESS."""
        ...

    def supplier(self, finess: str) -> Supplier | None:
        """The one of a FINESS."""
        ...

    def save_supplier(self, supplier: Supplier) -> None:
        """Adds one, or changes the one of that FINESS."""
        ...

    def delete_supplier(self, finess: str) -> bool:
        """Takes nothing more from it; what it published stays. Whether there was one."""
        ...

    def remembered(self, finess: str, application: str, control_id: str) -> ReceivedMessage | None:
        """The message known by this MSH-10 of this sender."""
        ...

    def accept(self, messages: Sequence[ReceivedMessage], now: datetime, *, whole: bool = False) -> Arrival:
        """Keeps messages of one laboratory that were accepted together, all or none; the arrival they became.

        `Conflict` (`already-received`) when one of their MSH-10 was accepted meanwhile.
        """
        ...

    def refuse(self, messages: Sequence[ReceivedMessage]) -> None:
        """Keeps messages that were refused; one accepted under the same MSH-10 stays as it is."""
        ...

    def arrivals(self, finess: str) -> tuple[Arrival, ...]:
        """The arrivals of a laboratory in the order they came."""
        ...

    def arrival_messages(self, numbers: Sequence[int]) -> tuple[ReceivedMessage, ...]:
        """The messages of arrivals, the last that came first."""
        ...

    def messages(self, finess: str, limit: int = 100) -> tuple[ReceivedMessage, ...]:
        """The last messages of a laboratory, refused ones included, the last first, without their bytes."""
        ...

    def notes(self, finess: str) -> tuple[ExamNote, ...]:
        """The local notes on a laboratory's exams, by local code."""
        ...

    def save_note(self, note: ExamNote) -> None:
        """Writes a note in place of the one there was; an empty one that hides nothing takes it away."""
        ...

    def edition(self, finess: str, now: datetime) -> int:
        """Grows with every switch and every note: never the same number for two contents. 0 before the first."""
        ...
