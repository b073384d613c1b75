"""What the anonymous base keeps of an order: the prescriber's lines as signed, and what became of each line.

A record is immutable; the life cycle (`lifecycle.py`) makes the next one. Claims lapse without a clock that
ticks: the state of a line is computed for the instant it is asked for.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from prescription.line import Line
from prescription.prescription import Prescription


class LineState(StrEnum):
    """State of a line (prescription.md §6)."""

    PRESCRIBED = "prescribed"
    CLAIMED = "claimed"
    SAMPLED = "sampled"
    PARTIALLY_DONE = "partially-done"
    DONE = "done"
    NOT_DONE = "not-done"
    REMOVED = "removed"
    REPLACED = "replaced"
    CANCELLED = "cancelled"


_BEGUN = frozenset({LineState.CLAIMED, LineState.SAMPLED, LineState.PARTIALLY_DONE, LineState.DONE})
OPEN_STATES = frozenset({LineState.PRESCRIBED, LineState.CLAIMED, LineState.SAMPLED})


class LineOrigin(StrEnum):
    """Whether the prescriber wrote the line, or a laboratory added it."""

    PRESCRIBER = "prescriber"
    ADAPTATION = "adaptation"


class RecordStatus(StrEnum):
    """Status of the whole order; `expired` is computed at read."""

    ACTIVE = "active"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class ReportedResult(StrEnum):
    """What a laboratory or sampler says happened."""

    SAMPLED = "sampled"
    DONE = "done"
    PARTIALLY_DONE = "partially-done"
    NOT_DONE = "not-done"


class PrescriberContact(StrEnum):
    """How the prescriber was involved in an adaptation."""

    AGREED = "agreed"
    INFORMED = "informed"
    UNREACHABLE = "unreachable"
    URGENT = "urgent"
    NOT_NEEDED = "not-needed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A laboratory (or person) has taken charge of a line until an instant."""

    holder: str
    until: datetime
    identity_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Execution:
    """One report on a line. `index` counts from 1."""

    index: int
    holder: str
    result: ReportedResult
    performed: datetime
    reported_at: datetime
    reason: str | None = None
    comment: str | None = None
    more_expected: bool = False


@dataclass(frozen=True, slots=True)
class Adaptation:
    """Why and by whom a line was added, removed or replaced."""

    holder: str
    biologist: str
    reason: str
    contact: PrescriberContact
    at: datetime
    contacted_at: datetime | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A line and what became of it. `state` is as last written; ask `state_at` for the present."""

    line: Line
    state: LineState
    origin: LineOrigin
    changed: datetime
    claim: Claim | None = None
    executions: tuple[Execution, ...] = ()
    adaptation: Adaptation | None = None
    reason: str | None = None

    def claim_at(self, now: datetime) -> Claim | None:
        """The claim that holds at `now`. Sampled lines keep theirs; others lose it when the lease ends."""
        if self.claim is None or (self.state is LineState.CLAIMED and self.claim.until <= now):
            return None
        return self.claim

    def state_at(self, now: datetime) -> LineState:
        """The state at `now`: a claimed line whose lease has ended is prescribed again."""
        if self.state is LineState.CLAIMED and self.claim_at(now) is None:
            return LineState.PRESCRIBED
        return self.state

    def is_open_at(self, now: datetime) -> bool:
        """Whether something is still expected of the line."""
        if self.state is LineState.PARTIALLY_DONE:
            return bool(self.executions) and self.executions[-1].more_expected
        return self.state_at(now) in OPEN_STATES

    @property
    def done_count(self) -> int:
        """How many times the line was carried out."""
        return sum(1 for e in self.executions if e.result is ReportedResult.DONE)


@dataclass(frozen=True, slots=True)
class EpuRecord:
    """An order in the base: anonymous `prescription` as signed, `lines` as they stand, `version` from 1."""

    prescription: Prescription
    lines: tuple[LineRecord, ...]
    handle: str
    release: str
    version: int
    created_at: datetime
    valid_until: date
    binding: bytes | None = None

    def line(self, line_id: str) -> LineRecord | None:
        """The record of one line, None when the order has no such line."""
        return next((r for r in self.lines if r.line.line_id == line_id), None)

    def status_at(self, now: datetime) -> RecordStatus:
        """Status of the order at `now`, derived from its lines (prescription.md §6)."""
        if all(r.state is LineState.CANCELLED for r in self.lines):
            return RecordStatus.CANCELLED
        if not any(r.is_open_at(now) for r in self.lines):
            return RecordStatus.COMPLETED
        if any(r.state_at(now) in _BEGUN or r.done_count for r in self.lines):
            return RecordStatus.IN_PROGRESS
        return RecordStatus.EXPIRED if now.date() > self.valid_until else RecordStatus.ACTIVE

    def with_lines(self, changed: dict[str, LineRecord], added: tuple[LineRecord, ...] = ()) -> "EpuRecord":
        """The next version: `changed` by line id, `added` at the end."""
        lines = tuple(changed.get(r.line.line_id, r) for r in self.lines) + added
        return replace(self, lines=lines, version=self.version + 1)
