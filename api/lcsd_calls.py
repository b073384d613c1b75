"""Who works on the versions of a laboratory's catalogue: its publisher at the service of a call (lcsd.md §6)."""

from api.calls import Call
from api.query import check_finess
from api.transcoding_calls import actor_of
from lcsd.publishing import Publisher
from terminology.transcoding.actor import ActorRole

PUBLISHING = (ActorRole.VALIDATOR, ActorRole.ADMINISTRATION)
"""What goes out is decided by a biologist of the laboratory, or by who looks after the service."""
CONNECTING = (ActorRole.ADMINISTRATION,)
"""A subscriber is a folder the service writes in, or a host it connects to: not for a laboratory to choose."""


def publisher_of(call: Call, finess: str, *admitted: ActorRole, checking: bool = False) -> Publisher:
    """The publisher of a laboratory for who calls, `admitted` being the roles that may (none: all three).

    `Forbidden` (`role`, `not-owner`); `checking`: with the value set in force, for the warnings that need it.
    """
    actor = actor_of(call.caller())
    actor.check_site(finess)
    if admitted:
        actor.check_role(*admitted)
    check_finess(finess)
    services = call.services
    return Publisher(services.publishing, finess, actor.name, services.clock, services.catalogue if checking else None)
