"""Whose tokens are believed under these settings: a provider's, else development tokens, and in production nobody's."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.identity.development import DevelopmentTokens, NoTokens
from api.identity.tokens import Tokens
from circuitbio.settings import Settings
from kernel.clock import Clock, SystemClock

_SYSTEM_CLOCK = SystemClock()


@contextmanager
def believed_tokens(settings: Settings, clock: Clock = _SYSTEM_CLOCK) -> Iterator[Tokens]:
    """The tokens that are good; connections to the provider are closed at the end."""
    if not settings.provider_urls:
        yield DevelopmentTokens() if settings.development_tokens else NoTokens()
        return
    # Imported where there is a provider: it takes long, and a start should not.
    from circuitbio.identity_provider import provider_tokens

    with provider_tokens(settings, clock) as tokens:
        yield tokens
