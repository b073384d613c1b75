"""Who receives the versions of a laboratory, and the state of each thing sent to them (lcsd.md §6.1 to §6.3)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Channel(StrEnum):
    """How a subscriber is reached."""

    FILE = "file"
    MLLP = "mllp"


class Acknowledgements(StrEnum):
    """Which entries of a message are to be acknowledged one by one, MFI-6 (HL7 table 0179)."""

    ALL = "AL"
    ERRORS = "ER"
    NONE = "NE"
    SUCCESSES = "SU"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A receiver: names agreed with it, and its channel.

    `folder` and `replies` (where its MFK files come back) serve the file channel; `host`, `port` and the paths of TLS
    material the MLLP one. `clear_text` must be asked for beyond loopback. Times are seconds.
    """

    name: str
    application: str
    finess: str
    channel: Channel
    folder: str = ""
    replies: str = ""
    host: str = ""
    port: int = 0
    ca: str = ""
    certificate: str = ""
    key: str = ""
    clear_text: bool = False
    processing: str = "P"
    connect_seconds: int = 10
    reply_seconds: int = 60
    acknowledgements: Acknowledgements = Acknowledgements.ALL


class DeliveryState(StrEnum):
    """Where one thing sent to one subscriber stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def is_waiting(self) -> bool:
        """Whether the service still has something to do for it."""
        return self in (DeliveryState.QUEUED, DeliveryState.SENDING)

    @property
    def label(self) -> str:
        """What people read of it, in French."""
        return _LABELS[self]


_LABELS = {
    DeliveryState.QUEUED: "en attente",
    DeliveryState.SENDING: "envoi en cours",
    DeliveryState.SENT: "envoyé",
    DeliveryState.ACKNOWLEDGED: "accepté",
    DeliveryState.REFUSED: "refusé",
    DeliveryState.FAILED: "échoué",
    DeliveryState.SKIPPED: "dépassé",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file, or one message, of one version for one subscriber; `data` never changes once queued.

    `identifier` is the name of the file or MSH-10, `rank` the place in the order of emission; `due` is when it is to be
    tried (again), or when whoever is sending it is taken for dead.
    """

    finess: str
    subscriber: str
    version: int
    rank: int
    identifier: str
    data: bytes
    sha256: str
    state: DeliveryState
    queued: datetime
    due: datetime
    attempts: int = 0
    sent: datetime | None = None
    answered: datetime | None = None
    reply: bytes = b""
    detail: str = ""
