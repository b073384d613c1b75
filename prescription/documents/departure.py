"""One thing that leaves with the document of an order, and where it stands: an entry of the outbox (cda-ep-bio.md §8).

    waiting-identity ──▶ waiting-delay ──▶ ready ──▶ sent
                                             ├─────▶ refused ──▶ ready (sent again on demand)
    any of those that wait ──▶ cancelled, opposed

Transitions are pure. A departure is *taken* before it is worked on: its number of attempts grows, and `due` becomes the
instant from which whoever took it counts as dead; what was taken is settled only while nobody has taken it since.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from kernel.errors import Conflict
from prescription.documents.receipt import Outcome

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
TRIED_FOR = timedelta(days=7)
LEASE = timedelta(minutes=10)
LONGEST_DELAY_HOURS = 72


class Channel(StrEnum):
    """Where it goes."""

    DMP = "dmp"
    PATIENT_MAIL = "patient-mail"
    PROFESSIONAL_MAIL = "professional-mail"


class DepartureState(StrEnum):
    """States of the outbox."""

    WAITING_IDENTITY = "waiting-identity"
    WAITING_DELAY = "waiting-delay"
    READY = "ready"
    SENT = "sent"
    REFUSED = "refused"
    OPPOSED = "opposed"
    CANCELLED = "cancelled"

    @property
    def is_waiting(self) -> bool:
        """Whether something is still to be done for it."""
        return self in _WAITING

    @property
    def needs_content(self) -> bool:
        """Whether the order must be kept for it: it may still leave, or be sent again."""
        return self in _WAITING or self is DepartureState.REFUSED


_WAITING = frozenset({DepartureState.WAITING_IDENTITY, DepartureState.WAITING_DELAY, DepartureState.READY})


@dataclass(frozen=True, slots=True)
class Departure:
    """An entry of the outbox. `recipient` is a mail address (empty for the DMP); `withdrawal` takes a document back.

    `not_before` is the end of the delay asked for; `due` when it is to be looked at (again). `attempts` only grows,
    `failures` are those since it was last sent off. `error` is a code, never words of the other side. `receipt` is the
    best that a receipt told of a mail that was sent. `id` is random; a mail has its Message-ID from it, so that it
    never changes.
    """

    id: str
    channel: Channel
    state: DepartureState
    not_before: datetime
    due: datetime
    changed: datetime
    recipient: str = ""
    withdrawal: bool = False
    attempts: int = 0
    failures: int = 0
    first_tried: datetime | None = None
    error: str = ""
    receipt: Outcome | None = None

    def __repr__(self) -> str:
        return f"Departure({self.id}, {self.channel.value}, {self.state.value})"

    def as_withdrawal(self) -> "Departure":
        """The same, to take a document back instead of feeding it."""
        return replace(self, withdrawal=True)

    def is_due(self, now: datetime) -> bool:
        """Whether it may be taken: its delay is over, and it waits neither for an identity nor for another attempt."""
        return self.state in (DepartureState.READY, DepartureState.WAITING_DELAY) and self.due <= now

    def taken(self, now: datetime) -> "Departure":
        """In the hands of who tries it now, until the lease ends."""
        return replace(
            self,
            state=DepartureState.READY,
            attempts=self.attempts + 1,
            first_tried=self.first_tried or now,
            due=now + LEASE,
            error="",
            changed=now,
        )

    def sent(self, now: datetime) -> "Departure":
        """Arrived."""
        return replace(self, state=DepartureState.SENT, error="", changed=now)

    def failed(self, error: str, now: datetime) -> "Departure":
        """Not this time: later again, each wait twice the one before; `refused` once it was tried for a week."""
        if now - (self.first_tried or now) >= TRIED_FOR:
            return self.refused(error, now)
        wait = min(FIRST_WAIT * 2 ** min(self.failures, 16), LONGEST_WAIT)
        failures = self.failures + 1
        return replace(self, state=DepartureState.READY, due=now + wait, failures=failures, error=error, changed=now)

    def acknowledged(self, outcome: Outcome, now: datetime) -> "Departure":
        """A mail that was sent, after a receipt of it; the same when that is no news."""
        if not outcome.tells_more_than(self.receipt):
            return self
        return replace(self, receipt=outcome, changed=now)

    def refused(self, error: str, now: datetime) -> "Departure":
        """For good, unless someone sends it again."""
        return replace(self, state=DepartureState.REFUSED, error=error, changed=now)

    def without_identity(self, now: datetime) -> "Departure":
        """Back to waiting for a qualified identity."""
        return replace(self, state=DepartureState.WAITING_IDENTITY, error="", changed=now)

    def qualified(self, now: datetime) -> "Departure":
        """The identity it waited for has come: at once, or when its delay is over."""
        due = max(self.not_before, now)
        return replace(self, state=_state(self.not_before, now), due=due, changed=now)

    def opposed(self, now: datetime) -> "Departure":
        """The patient is opposed."""
        return replace(self, state=DepartureState.OPPOSED, error="", changed=now)

    def cancelled(self, now: datetime) -> "Departure":
        """Called back; `Conflict` (`already-sent`) for what has left or will not leave."""
        if not self.state.needs_content:
            raise Conflict.because(
                "already-sent",
                "Cet envoi ne peut plus être annulé.",
                "Annuler l'ordonnance, ou retirer le document, s'il est parti.",
            )
        return replace(self, state=DepartureState.CANCELLED, error="", changed=now)

    def again(self, now: datetime) -> "Departure":
        """To be tried now, from the first attempt on; `Conflict` (`not-to-send`) unless refused, or to be retried.

        One that is being tried at this instant has no error yet.
        """
        if self.state is not DepartureState.REFUSED and not (self.state is DepartureState.READY and self.error):
            raise Conflict.because(
                "not-to-send", "Cet envoi n'est ni refusé ni en attente d'un nouvel essai.", "Relire son état."
            )
        return replace(
            self, state=DepartureState.READY, due=now, failures=0, first_tried=None, error="", receipt=None, changed=now
        )


def new_departure(
    id_: str, channel: Channel, now: datetime, *, delay: timedelta, recipient: str = "", identified: bool = True
) -> Departure:
    """A departure as it begins; one that is not `identified` waits for the identity."""
    state = _state(now + delay, now) if identified else DepartureState.WAITING_IDENTITY
    return Departure(id_, channel, state, now + delay, now + delay, now, recipient)


def _state(not_before: datetime, now: datetime) -> DepartureState:
    return DepartureState.WAITING_DELAY if not_before > now else DepartureState.READY
