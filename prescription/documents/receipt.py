"""What comes back of a mail: a delivery status (RFC 3464) or a receipt of reading (RFC 8098), in plain values."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What became of the mail; the gravest first, and each after a failure tells more than the one before."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    DISPLAYED = "displayed"

    def tells_more_than(self, other: "Outcome | None") -> bool:
        """Whether it is news after `other`: receipts come in any order, and what was read stays read."""
        told = list(Outcome)
        return other is None or told.index(self) > told.index(other)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`message_id` is that of the mail it tells of, angle brackets included; `status` the code of the other side
    (`5.1.1`, or `processed/error`), never its words."""

    message_id: str
    outcome: Outcome
    status: str = ""
