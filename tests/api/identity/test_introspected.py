"""Tokens the provider is asked about (RFC 7662): what it says is believed for a moment, and nothing else is."""

from datetime import timedelta

import pytest

from api.identity.tokens import ProviderAway, Unauthenticated
from kernel.clock import FixedClock
from prescription.caller import Caller, Role
from tests.api.identity.provider import NOW, RPPS, Json, Provider, claims, trusting

PRESCRIBER = Caller(Role.PRESCRIBER, RPPS)
TOKEN = "an opaque+token=&"
KEPT = timedelta(seconds=10)
SECONDS = int(NOW.timestamp())


def test_an_active_token_is_believed_and_asked_about_once_in_a_while(provider: Provider, clock: FixedClock) -> None:
    provider.answers[TOKEN] = {"active": True, **claims()}
    with trusting(provider, clock, introspection=True) as tokens:
        assert tokens.caller(TOKEN) == tokens.caller(TOKEN) == PRESCRIBER
        assert provider.asked == 1
        assert TOKEN not in repr(tokens)
        clock.instant += KEPT
        assert tokens.caller(TOKEN) == PRESCRIBER
        assert provider.asked == 2
    assert provider.seen_clients == {"le%20service:s%3Acr%25t"}


def test_a_token_that_is_revoked_opens_nothing_once_its_answer_is_old(provider: Provider, clock: FixedClock) -> None:
    provider.answers[TOKEN] = {"active": True, **claims()}
    with trusting(provider, clock, introspection=True) as tokens:
        assert tokens.caller(TOKEN) == PRESCRIBER
        provider.answers[TOKEN] = {"active": False}
        clock.instant += KEPT
        with pytest.raises(Unauthenticated):
            tokens.caller(TOKEN)


def test_an_answer_is_never_believed_past_the_end_of_the_token(provider: Provider, clock: FixedClock) -> None:
    provider.answers[TOKEN] = {"active": True, **claims(exp=SECONDS + 3)}
    with trusting(provider, clock, introspection=True) as tokens:
        assert tokens.caller(TOKEN) == PRESCRIBER
        provider.answers.clear()
        clock.instant += timedelta(seconds=3)
        with pytest.raises(Unauthenticated):
            tokens.caller(TOKEN)


def test_a_provider_need_not_repeat_the_issuer_and_the_end(provider: Provider, clock: FixedClock) -> None:
    provider.answers[TOKEN] = {"active": True, **claims(iss=None, exp=None, aud=None), "client_id": "circuitbio"}
    with trusting(provider, clock, introspection=True) as tokens:
        assert tokens.caller(TOKEN) == PRESCRIBER


@pytest.mark.parametrize(
    "answer",
    [
        {"active": False, **claims()},
        {"active": "true", **claims()},
        claims(),
        {"active": True, **claims(aud="another-service")},
        {"active": True, **claims(aud=None)},
        {"active": True, **claims(iss="https://ailleurs.example")},
        {"active": True, **claims(exp=SECONDS - 10)},
        {"active": True, **claims(exp=None, nbf=SECONDS + 60)},
        {"active": True, **claims(rpps="123")},
    ],
)
def test_what_is_not_active_or_not_for_us_is_refused(provider: Provider, clock: FixedClock, answer: Json) -> None:
    provider.answers[TOKEN] = answer
    with trusting(provider, clock, introspection=True) as tokens, pytest.raises(Unauthenticated):
        tokens.caller(TOKEN)


@pytest.mark.parametrize(("status", "raw"), [(401, b""), (500, b""), (200, b"<html>"), (200, b"[true]")])
def test_without_an_answer_nothing_is_accepted(provider: Provider, clock: FixedClock, status: int, raw: bytes) -> None:
    provider.answers[TOKEN] = {"active": True, **claims()}
    provider.status, provider.raw = status, raw
    with trusting(provider, clock, introspection=True) as tokens, pytest.raises(ProviderAway):
        tokens.caller(TOKEN)
