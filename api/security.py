"""Who calls, from the Authorization header (interface.md §1). Identity is never read from a body.

Development mode takes `Bearer dev:<role>:<id>:<finess>` and is for loopback only. Another kind of token (Pro Santé
Connect) gives the same `Caller`.
"""

import re

from starlette.requests import Request

from api.services import ApiConfig
from kernel import finess, rpps
from kernel.errors import Forbidden
from prescription.caller import Caller, Role

_DEVELOPMENT = re.compile(r"dev:([a-z]+):([0-9AB]*):([0-9AB]*)", re.ASCII)


class Unauthenticated(Forbidden):
    """No token, or one that cannot be used: 401."""


def caller_of(request: Request, config: ApiConfig) -> Caller:
    """The caller of this request; `Unauthenticated` (`token`) otherwise."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    match = _DEVELOPMENT.fullmatch(token.strip()) if scheme.lower() == "bearer" else None
    if match is None or not config.development_tokens or match[1] not in set(Role):
        raise _refused("Jeton absent ou non reconnu.")
    caller = Caller(Role(match[1]), match[2], match[3])
    if caller.finess and not finess.well_formed(caller.finess):
        raise _refused("Le FINESS du jeton est mal formé.")
    if caller.role in (Role.PRESCRIBER, Role.BIOLOGIST) and caller.id and not rpps.well_formed(caller.id):
        raise _refused("Le RPPS du jeton est mal formé.")
    return caller


def _refused(message: str) -> Unauthenticated:
    return Unauthenticated.because(
        "token", message, "En développement : Authorization: Bearer dev:<rôle>:<RPPS ou vide>:<FINESS ou vide>."
    )
