"""Tokens signed by a provider: JWT (RFC 7519), the keys by JWKS."""

from dataclasses import dataclass

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol
from joserfc.jws import JWSRegistry

from api.identity.claims import ClaimNames, caller_from
from api.identity.expected import Expected
from api.identity.key_ring import KeyRing, PublicKey
from api.identity.tokens import Unauthenticated
from prescription.caller import Caller

# Public keys only: neither `none`, nor a secret that the public key itself could be taken for (RFC 8725 §3.1).
_SIGNATURES = JWSRegistry(algorithms=("RS256", "PS256", "ES256"), strict_check_header=False)


@dataclass(frozen=True, slots=True)
class SignedTokens:
    """Believes a token that bears the provider's signature and is meant for us, now."""

    keys: KeyRing
    expected: Expected
    names: ClaimNames

    def caller(self, token: str) -> Caller:
        """Who bears it; `Unauthenticated` for any other token, `ProviderAway` when its key cannot be known."""
        try:
            claims = jwt.decode(token, self._key, registry=_SIGNATURES).claims
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            raise Unauthenticated.because_of_the_token() from None
        self.expected.check(claims, whole=True)
        return caller_from(claims, self.names)

    def _key(self, token: GuestProtocol) -> PublicKey:
        kid = token.headers().get("kid")
        key = self.keys.key(kid) if isinstance(kid, str) else None
        if key is None:
            raise Unauthenticated.because_of_the_token()
        return key
