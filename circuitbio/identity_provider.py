"""The conversation with the identity provider: its keys (JWKS), or what it says of a token (RFC 7662)."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import httpx2

from api.identity.claims import ClaimNames
from api.identity.expected import Expected
from api.identity.introspected import IntrospectedTokens
from api.identity.key_ring import KeyRing
from api.identity.signed import SignedTokens
from api.identity.tokens import ProviderAway, Tokens
from circuitbio.settings import Settings
from kernel.clock import Clock

_TIMEOUT_SECONDS = 3.0
_JSON = {"Accept": "application/json"}
_log = logging.getLogger(__name__)


@contextmanager
def provider_tokens(settings: Settings, clock: Clock) -> Iterator[Tokens]:
    """The tokens of the provider of these settings."""
    expected = Expected(settings.identity_issuer, settings.identity_audience, settings.identity_level, clock)
    ways: dict[str, tuple[str, ...]] = {name.value: ways for name, ways in settings.identity_claims.items()}
    names = ClaimNames(**ways, role_values=settings.identity_roles)
    with httpx2.Client(timeout=_TIMEOUT_SECONDS, headers=_JSON) as http:
        provider = _Provider(settings, http)
        if settings.identity_jwks_url:
            ring = KeyRing(provider.keys, clock, timedelta(seconds=settings.identity_keys_seconds))
            yield SignedTokens(ring, expected, names)
        else:
            kept_for = timedelta(seconds=settings.identity_cache_seconds)
            yield IntrospectedTokens(provider.introspect, expected, names, kept_for)


class _Provider:
    """What is asked of it, over connections that are kept."""

    def __init__(self, settings: Settings, http: httpx2.Client) -> None:
        self._http = http
        secret = settings.identity_client_secret
        # Both are form-encoded before they are put together (RFC 6749 §2.3.1).
        words = (settings.identity_client_id, secret.get_secret_value() if secret else "")
        self._client = httpx2.BasicAuth(*(quote(word, safe="") for word in words))
        (self._url,) = settings.provider_urls

    def keys(self) -> bytes:
        """The document of its keys."""
        return self._answer(self._http.build_request("GET", self._url))

    def introspect(self, token: str) -> bytes:
        """What it says of a token."""
        form = {"token": token, "token_type_hint": "access_token"}
        request = self._http.build_request("POST", self._url, data=form)
        return self._answer(request, self._client)

    def _answer(self, request: httpx2.Request, client: httpx2.BasicAuth | None = None) -> bytes:
        """What it answers with 200; `ProviderAway` for anything else, a redirection included."""
        try:
            response = self._http.send(request, auth=client)
        except httpx2.HTTPError as error:
            _log.warning("identity provider: %s", type(error).__name__)
            raise ProviderAway.now() from None
        if response.status_code != httpx2.codes.OK:
            _log.warning("identity provider: status %s", response.status_code)
            raise ProviderAway.now()
        return response.content
