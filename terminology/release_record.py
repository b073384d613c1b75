"""What is kept about a release beside its content: where it came from, what may be done with it (terminology.md §2)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terminology.release import ReleaseKind, release_name


class ReleaseStatus(StrEnum):
    """`available` can be activated; one at most is `active`; `withdrawn` is kept, resolvable, never activated."""

    AVAILABLE = "available"
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file a release was read from."""

    name: str
    format: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReleaseRecord:
    """One release in the store. `report_hash` names the import report an operator confirms; `errors` how many error
    findings it holds; `refusals` are French sentences, any of which forbids activation (terminology.md §1.4.10)."""

    label: str
    revision: int
    kind: ReleaseKind
    status: ReleaseStatus
    published: date
    source: SourceFile
    imported_at: datetime
    imported_by: str
    report_hash: str
    errors: int
    refusals: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """As `Release.name`."""
        return release_name(self.label, self.revision)


@dataclass(frozen=True, slots=True)
class ActiveRelease:
    """The pointer: which release is served. `activation` grows by one at each switch, so that a change is noticed."""

    name: str
    activation: int
    activated_at: datetime
