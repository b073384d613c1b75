"""Tokens that only the provider can read: each is asked about (RFC 7662), and what it says is believed for a moment."""

import hashlib
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from api.fhir.json import JsonObject, parse
from api.identity.claims import ClaimNames, caller_from
from api.identity.expected import Expected
from api.identity.tokens import Ask, ProviderAway, Unauthenticated
from kernel.errors import Invalid
from prescription.caller import Caller

_MOST_KEPT = 10_000


@dataclass(slots=True)
class IntrospectedTokens:
    """Believes a token the provider says is active. What it said is kept `kept_for`, never past the token's end: so
    long does a token that was revoked still open. Kept under a digest of the token, never the token."""

    ask: Ask
    expected: Expected
    names: ClaimNames
    kept_for: timedelta
    _kept: OrderedDict[bytes, tuple[Caller, datetime]] = field(default_factory=OrderedDict, repr=False)
    _keeping: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def caller(self, token: str) -> Caller:
        """Who bears it; `Unauthenticated` when it is not active or not for us, `ProviderAway` when nobody says."""
        digest, now = hashlib.sha256(token.encode()).digest(), self.expected.clock.now()
        with self._keeping:
            kept = self._kept.get(digest)
        if kept is not None and now < kept[1]:
            return kept[0]
        claims = _read(self.ask(token))
        if claims.get("active") is not True:
            raise Unauthenticated.because_of_the_token()
        self.expected.check(claims, whole=False)
        caller = caller_from(claims, self.names)
        self._keep(digest, caller, min(now + self.kept_for, _end(claims)))
        return caller

    def _keep(self, digest: bytes, caller: Caller, until: datetime) -> None:
        with self._keeping:
            self._kept[digest] = caller, until
            self._kept.move_to_end(digest)
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)


def _read(answer: bytes) -> JsonObject:
    try:
        return parse(answer)
    except Invalid:
        raise ProviderAway.now() from None


def _end(claims: JsonObject) -> datetime:
    """The end of the token, where it says one that a calendar holds."""
    end = claims.get("exp")
    with suppress(OverflowError, ValueError):
        if isinstance(end, int):
            return datetime.fromtimestamp(end, UTC)
    return datetime.max.replace(tzinfo=UTC)
