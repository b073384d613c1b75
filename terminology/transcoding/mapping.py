"""A mapping (*correspondance*): what one thing of a laboratory's catalogue is in national codes (terminology.md §2).

A mapping exists from the first decision on; before it, and once it is deleted, the thing is `a-traiter`. Its version
is the number of the last row of its history, so that no two states ever share one.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kernel.errors import Conflict
from terminology.coding import Coding


class MappingKind(StrEnum):
    """What is mapped: the exam itself, its technique, or one of its coded answers (seed 003 §3.7)."""

    ANALYSIS = "analyse"
    TECHNIQUE = "technique"
    QUALITATIVE = "resultat-qualitatif"


class MappingStatus(StrEnum):
    """Where a mapping stands. `a-traiter` is never stored: it is the absence of a mapping."""

    TO_DO = "a-traiter"
    PROPOSED = "propose"
    VALIDATED = "valide"
    REFUSED = "refuse"
    REQUESTED = "ajout-demande"
    TO_REVIEW = "a-revoir"


class Equivalence(StrEnum):
    """How the target stands to the local code (FHIR R4 ConceptMapEquivalence, those a validator may choose)."""

    EQUIVALENT = "equivalent"
    EQUAL = "equal"
    WIDER = "wider"
    NARROWER = "narrower"
    INEXACT = "inexact"
    RELATED = "relatedto"

    @property
    def needs_comment(self) -> bool:
        """FHIR R4 asks for words with these two (invariant cmd-1)."""
        return self in (Equivalence.NARROWER, Equivalence.INEXACT)


@dataclass(frozen=True, slots=True, order=True)
class MappingKey:
    """What is mapped inside one catalogue; `value` is the local code of the technique or of the answer."""

    local_code: str
    kind: MappingKind = MappingKind.ANALYSIS
    value: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping as it stands. `target` is None only for a requested addition; `score` is the one at the decision,
    None for a target outside the release; `release` names the release that held the target, empty when none did."""

    key: MappingKey
    status: MappingStatus
    author: str
    decided_at: datetime
    target: Coding | None = None
    equivalence: Equivalence = Equivalence.EQUIVALENT
    comment: str = ""
    score: int | None = None
    release: str = ""
    version: int = 0

    @property
    def in_force(self) -> Coding | None:
        """The target, when it was validated and nothing has put it in doubt since."""
        return self.target if self.status is MappingStatus.VALIDATED else None


class MappingChanged(Conflict):
    """The mapping has changed since it was read; `current` is its version now, 0 when there is none."""

    current: int = 0

    @classmethod
    def at_version(cls, current: int, key: MappingKey) -> "MappingChanged":
        """The conflict for a mapping now at version `current`."""
        conflict = cls.because(
            "version",
            "La correspondance a changé depuis votre lecture.",
            "La relire, puis refaire l'opération.",
            key.local_code,
        )
        conflict.current = current
        return conflict
