"""Who acts on mappings, and what an answer is made from: the actor of a call, the assistant at its service (§7.3)."""

from functools import lru_cache

from api.services import Services
from kernel.errors import Forbidden
from prescription.caller import Caller, Role
from search.similarity import reference_of
from terminology.catalogue import Catalogue
from terminology.transcoding.actor import Actor, ActorRole
from terminology.transcoding.assistant import Assistant
from terminology.transcoding.proposals import Reference
from terminology.transcoding.targets import Targets

_ROLES = {
    Role.LABORATORY: ActorRole.PROPOSER,
    Role.BIOLOGIST: ActorRole.VALIDATOR,
    Role.OPERATOR: ActorRole.ADMINISTRATION,
}
_WHO = {Role.LABORATORY: "laboratoire", Role.BIOLOGIST: "biologiste", Role.OPERATOR: "exploitant"}


def actor_of(caller: Caller) -> Actor:
    """The actor a caller is; `Forbidden` (`role`) for the others, and for a laboratory without FINESS."""
    role = _ROLES.get(caller.role)
    if role is None or (role is not ActorRole.ADMINISTRATION and not caller.finess):
        raise Forbidden.because(
            "role",
            "Le transcodage est ouvert aux laboratoires, à leurs biologistes et à l'exploitant.",
            "Utiliser un jeton laboratory ou biologist qui porte le FINESS du site, ou operator.",
        )
    site = "" if role is ActorRole.ADMINISTRATION else caller.finess
    return Actor(role, _name(caller), site)


def assistant(services: Services, finess: str, actor: Actor) -> Assistant:
    """The assistant for one laboratory, under the active release."""
    actor.check_site(finess)
    return Assistant(services.transcoding, reference_for(services.catalogue), finess, actor)


@lru_cache(maxsize=2)
def reference_for(catalogue: Catalogue) -> Reference:
    """The targets of a release with their names indexed; made once for a release that is served."""
    return reference_of(Targets(catalogue.release))


def _name(caller: Caller) -> str:
    if caller.id:
        return f"{'RPPS' if caller.role is Role.BIOLOGIST else _WHO[caller.role]} {caller.id}"
    return f"{_WHO[caller.role]} {caller.finess}".strip()
