"""Who calls: a role, a personal number, a site. Comes from the token, never from the body (interface.md §1)."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Roles of the callers."""

    PRESCRIBER = "prescriber"
    SAMPLER = "sampler"
    LABORATORY = "laboratory"
    BIOLOGIST = "biologist"
    PATIENT = "patient"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Caller:
    """`id` is the RPPS (the matricule for a patient, or empty), `finess` the site (or empty)."""

    role: Role
    id: str = ""
    finess: str = ""

    @property
    def holder(self) -> str:
        """Who holds what this caller claims: the site, or the person where there is no site."""
        return self.finess or self.id

    @property
    def stable_id(self) -> str:
        """One text per caller, for the audit and for idempotency; never shown."""
        return f"{self.role.value}:{self.id}:{self.finess}"

    def __repr__(self) -> str:
        return f"Caller({self.role.value})"
