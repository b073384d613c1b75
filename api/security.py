"""Who calls, from the Authorization header alone (interface.md §1): identity is never read from a body."""

import re

from starlette.requests import Request

from api.identity.tokens import Tokens, Unauthenticated
from prescription.caller import Caller

_CALLER = "circuitbio.caller"
_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,8192}) *", re.ASCII | re.IGNORECASE)


def caller_of(request: Request, tokens: Tokens) -> Caller:
    """The caller of this request, told once; `Unauthenticated` (`token`) when there is no token or no good one."""
    known = request.scope.get(_CALLER)
    if isinstance(known, Caller):
        return known
    bearer = _BEARER.fullmatch(request.headers.get("authorization", ""))
    if bearer is None:
        raise Unauthenticated.because_of_the_token()
    caller: Caller = tokens.caller(bearer[1])
    request.scope[_CALLER] = caller
    return caller
