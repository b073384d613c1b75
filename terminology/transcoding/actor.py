"""Who acts on a laboratory's mappings: proposer, validator (biologist) or administration (terminology.md §7.3)."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.errors import Forbidden


class ActorRole(StrEnum):
    """A proposer suggests targets, a validator decides, the administration imports and watches."""

    PROPOSER = "proposant"
    VALIDATOR = "validateur"
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Actor:
    """`name` is written in the history and shown; `finess` is the only site it may touch, empty = every site."""

    role: ActorRole
    name: str
    finess: str = ""

    def check_site(self, finess: str) -> None:
        """`Forbidden` (`not-owner`) for the catalogue of another laboratory."""
        if self.finess != finess and self.role is not ActorRole.ADMINISTRATION:
            raise Forbidden.because(
                "not-owner",
                "Ce catalogue est celui d'un autre laboratoire.",
                "Un laboratoire ne voit et ne change que son propre FINESS géographique.",
                "finess",
            )

    def check_role(self, *admitted: ActorRole) -> None:
        """`Forbidden` (`role`) when this role may not do it."""
        if self.role not in admitted:
            raise Forbidden.because(
                "role",
                "Cette opération n'est pas ouverte à ce rôle.",
                f"Rôles admis : {', '.join(admitted)}.",
            )
