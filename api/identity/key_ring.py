"""The public keys of a provider (RFC 7517), which it may change at any time while the service runs."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from api.fhir.json import JsonObject, parse
from api.identity.tokens import Fetch, ProviderAway
from kernel.clock import Clock
from kernel.errors import Invalid

PublicKey = RSAKey | ECKey
LIFETIME = timedelta(minutes=5)
"""A key the provider has withdrawn opens nothing after that."""
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Held:
    keys: Mapping[str, PublicKey]
    since: datetime


class KeyRing:
    """Keys by `kid`, fetched when an unknown one comes or those held are too old, at most once every `interval`."""

    def __init__(self, fetch: Fetch, clock: Clock, interval: timedelta) -> None:
        self._fetch = fetch
        self._clock = clock
        self._interval = interval
        self._held = _Held({}, _NEVER)
        self._asked = _NEVER
        self._answered = False
        self._asking = threading.Lock()

    def key(self, kid: str) -> PublicKey | None:
        """The key of that name, None when the provider has none; `ProviderAway` when it cannot be told."""
        now = self._clock.now()
        found = self._find(kid, now)
        if found is not None:
            return found
        with self._asking:  # who waited here finds what the one before was told
            if now - self._asked >= self._interval:
                self._ask(now)
            if not self._answered:
                raise ProviderAway.now()
            return self._find(kid, now)

    def _find(self, kid: str, now: datetime) -> PublicKey | None:
        held = self._held
        return held.keys.get(kid) if now - held.since < LIFETIME else None

    def _ask(self, now: datetime) -> None:
        self._asked, self._answered = now, False
        self._held = _Held(_read(self._fetch()), now)
        self._answered = True


def _read(document: bytes) -> Mapping[str, PublicKey]:
    try:
        listed = parse(document)["keys"]
    except (Invalid, KeyError):
        raise ProviderAway.now() from None
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    keys = ((entry.get("kid"), _public_key(entry)) for entry in entries)
    return {kid: key for kid, key in keys if isinstance(kid, str) and key is not None}


def _public_key(entry: JsonObject) -> PublicKey | None:
    """A key that signs and that we can read; a shared secret (`oct`) is never one."""
    if entry.get("kty") not in ("RSA", "EC") or entry.get("use", "sig") != "sig":
        return None
    try:
        key = import_key({name: text for name, text in entry.items() if isinstance(text, str)})
    except (JoseError, ValueError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey) else None
