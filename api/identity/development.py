"""Development tokens `dev:<role>:<id>:<finess>`, which anyone can write: for loopback only (interface.md §1).

`circuitbio/settings.py` refuses to start with them on another interface, and in production.
"""

import re

from api.identity.tokens import Unauthenticated
from kernel import finess, rpps
from prescription.caller import Caller, Role

_TOKEN = re.compile(r"dev:([a-z]+):([0-9AB]*):([0-9AB]*)", re.ASCII)


class DevelopmentTokens:
    """Believes what the token says."""

    def caller(self, token: str) -> Caller:
        """The caller it names; `Unauthenticated` when it is another kind of token, or a number in it is malformed."""
        match = _TOKEN.fullmatch(token)
        if match is None or match[1] not in set(Role):
            raise Unauthenticated.because_of_the_token()
        caller = Caller(Role(match[1]), match[2], match[3])
        has_rpps = caller.role in (Role.PRESCRIBER, Role.BIOLOGIST) and caller.id
        if (has_rpps and not rpps.well_formed(caller.id)) or (caller.finess and not finess.well_formed(caller.finess)):
            raise Unauthenticated.because_of_the_token()
        return caller


class NoTokens:
    """Where nobody vouches for a token, none is good: production without an identity provider."""

    def caller(self, token: str) -> Caller:
        """`Unauthenticated`, always."""
        raise Unauthenticated.because_of_the_token()
