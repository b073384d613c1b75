"""What a token must say of itself, signed or introspected: issuer, audience, dates, level (RFC 7519 §4.1)."""

from dataclasses import dataclass

from joserfc.errors import JoseError
from joserfc.jwt import JWTClaimsRegistry

from api.fhir.json import JsonObject
from api.identity.tokens import Unauthenticated
from kernel.clock import Clock

_LEEWAY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Expected:
    """The provider and the audience that are ours; `level` is the `acr` asked for, none when empty.

    The audience is `aud`; a provider that gives none, as Pro Santé Connect, says who asked for the token (`azp`).
    """

    issuer: str
    audience: str
    level: str
    clock: Clock

    def check(self, claims: JsonObject, *, whole: bool) -> None:
        """`Unauthenticated` for a token of another issuer or audience, kind or level, too old or too young.

        `whole`: issuer and end must be there. An introspection may leave them out, the provider having looked.
        """
        registry = JWTClaimsRegistry(
            now=int(self.clock.now().timestamp()),
            leeway=_LEEWAY_SECONDS,
            iss={"essential": whole, "value": self.issuer},
            exp={"essential": whole},
        )
        try:
            registry.validate(claims)
        except (JoseError, OverflowError):
            raise Unauthenticated.because_of_the_token() from None
        is_access = claims.get("typ", "Bearer") == "Bearer" and "at_hash" not in claims  # what signs in opens nothing
        if not is_access or not self._is_for_us(claims) or (self.level and claims.get("acr") != self.level):
            raise Unauthenticated.because_of_the_token()

    def _is_for_us(self, claims: JsonObject) -> bool:
        audience = claims.get("aud") or claims.get("azp") or claims.get("client_id")
        return self.audience in (audience if isinstance(audience, list) else [audience])
