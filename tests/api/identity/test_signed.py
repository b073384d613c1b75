"""Tokens a provider signs: which are believed, and what becomes of its keys while the service runs."""

import threading
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from api.identity.claims import ClaimNames
from api.identity.expected import Expected
from api.identity.key_ring import LIFETIME, KeyRing
from api.identity.signed import SignedTokens
from api.identity.tokens import ProviderAway, Tokens, Unauthenticated
from kernel.clock import FixedClock
from prescription.caller import Caller, Role
from tests.api.identity.provider import (
    AUDIENCE,
    ISSUER,
    NOW,
    RPPS,
    Json,
    Provider,
    ec_key,
    rsa_key,
    signed,
    signed_with_the_public_key,
    trusting,
    unsigned,
)

PRESCRIBER = Caller(Role.PRESCRIBER, RPPS)
NEXT_QUESTION = timedelta(seconds=10)
SECONDS = int(NOW.timestamp())


def refused(tokens: Tokens, token: str) -> bool:
    with pytest.raises(Unauthenticated) as error:
        tokens.caller(token)
    assert error.value.findings == Unauthenticated.because_of_the_token().findings
    return True


def test_a_token_of_either_kind_of_key_is_believed(provider: Provider, clock: FixedClock) -> None:
    provider.keys = [ec_key("first"), rsa_key("second")]
    with trusting(provider, clock) as tokens:
        assert tokens.caller(signed(ec_key("first"))) == tokens.caller(signed(rsa_key("second"))) == PRESCRIBER
    assert provider.asked == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": SECONDS - 10},
        {"exp": None},
        {"exp": "2099-01-01"},
        {"nbf": SECONDS + 11},
        {"iat": SECONDS + 11},
        {"iss": "https://ailleurs.example"},
        {"iss": None},
        {"aud": "another-service"},
        {"aud": ["another-service", "account"]},
        {"aud": None},
        {"aud": None, "azp": "another-client"},
        {"aud": "another-service", "azp": AUDIENCE},
        {"rpps": "not-a-number"},
        {"typ": "ID"},
        {"typ": "Refresh"},
        {"at_hash": "Zm9v"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_is_refused(provider: Provider, clock: FixedClock, changes: Json) -> None:
    with trusting(provider, clock) as tokens:
        assert refused(tokens, signed(ec_key("first"), **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": SECONDS - 9},
        {"nbf": SECONDS + 10},
        {"nbf": None, "iat": None},
        {"aud": ["account", AUDIENCE]},
        {"aud": None, "azp": AUDIENCE},
    ],
    ids=str,
)
def test_clocks_may_differ_a_little_and_an_audience_may_be_told_otherwise(
    provider: Provider, clock: FixedClock, changes: Json
) -> None:
    with trusting(provider, clock) as tokens:
        assert tokens.caller(signed(ec_key("first"), **changes)) == PRESCRIBER


def test_a_level_that_is_asked_for_must_be_there(provider: Provider, clock: FixedClock) -> None:
    with trusting(provider, clock, identity_level="eidas2") as tokens:
        assert tokens.caller(signed(ec_key("first"), acr="eidas2")) == PRESCRIBER
        assert refused(tokens, signed(ec_key("first"), acr="eidas1"))
        assert refused(tokens, signed(ec_key("first")))


def test_the_claims_and_the_roles_are_named_by_setting(provider: Provider, clock: FixedClock) -> None:
    names = {"rpps": ["ps.id"], "roles": ["profession"]}
    with trusting(provider, clock, identity_claims=names, identity_roles={"60": "sampler"}) as tokens:
        token = signed(ec_key("first"), ps={"id": RPPS}, profession=60)
        assert tokens.caller(token) == Caller(Role.SAMPLER, RPPS)


def test_a_signature_that_proves_nothing_is_refused(provider: Provider, clock: FixedClock) -> None:
    key = rsa_key("second")
    provider.keys = [ec_key("first"), key]
    good = signed(key)
    with trusting(provider, clock) as tokens:
        assert refused(tokens, unsigned("second"))
        assert provider.asked == 0  # such an algorithm is not worth a question
        assert refused(tokens, signed_with_the_public_key(key))
        assert refused(tokens, signed(ec_key("stranger"), kid="first"))
        assert refused(tokens, signed(ec_key("stranger"), kid="second"))
        head, _, end = good.split(".")
        assert refused(tokens, ".".join((head, signed(key, roles=["operator"]).split(".")[1], end)))
        assert tokens.caller(good) == PRESCRIBER


@given(st.text(max_size=60) | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}", fullmatch=True))
def test_what_is_no_token_is_refused_whatever_it_is(text: str) -> None:
    clock = FixedClock(NOW)
    ring = KeyRing(lambda: b'{"keys": []}', clock, NEXT_QUESTION)
    assert refused(SignedTokens(ring, Expected(ISSUER, AUDIENCE, "", clock), ClaimNames()), text)


def test_keys_change_while_the_service_runs(provider: Provider, clock: FixedClock) -> None:
    with trusting(provider, clock) as tokens:
        assert tokens.caller(signed(ec_key("first"))) == PRESCRIBER
        provider.keys = [ec_key("second")]
        clock.instant += NEXT_QUESTION
        assert tokens.caller(signed(ec_key("second"))) == PRESCRIBER
        assert refused(tokens, signed(ec_key("first")))


def test_a_key_that_was_withdrawn_opens_nothing_once_the_keys_are_old(provider: Provider, clock: FixedClock) -> None:
    with trusting(provider, clock) as tokens:
        token = signed(ec_key("first"), exp=SECONDS + 3600)
        assert tokens.caller(token) == PRESCRIBER
        provider.keys = [ec_key("second")]
        clock.instant += LIFETIME
        assert refused(tokens, token)


def test_unknown_keys_do_not_make_the_service_ask_all_the_time(provider: Provider, clock: FixedClock) -> None:
    strangers = [signed(ec_key("first"), kid=f"stranger-{number}") for number in range(30)]
    with trusting(provider, clock) as tokens:
        assert all(refused(tokens, token) for token in strangers)
        assert provider.asked == 1
        clock.instant += NEXT_QUESTION
        assert refused(tokens, strangers[0])
        assert provider.asked == 2


def test_many_calls_at_once_ask_for_the_keys_once(provider: Provider, clock: FixedClock) -> None:
    token, callers = signed(ec_key("first")), []
    with trusting(provider, clock) as tokens:
        threads = [threading.Thread(target=lambda: callers.append(tokens.caller(token))) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert callers == [PRESCRIBER] * 12
    assert provider.asked == 1


def test_while_the_provider_is_away_the_keys_at_hand_serve_and_nothing_else_is_accepted(
    provider: Provider, clock: FixedClock
) -> None:
    with trusting(provider, clock) as tokens:
        token = signed(ec_key("first"), exp=SECONDS + 3600)
        assert tokens.caller(token) == PRESCRIBER
        provider.away = True
        clock.instant += NEXT_QUESTION
        assert tokens.caller(token) == PRESCRIBER
        with pytest.raises(ProviderAway):
            tokens.caller(signed(ec_key("second")))
        asked = provider.asked
        with pytest.raises(ProviderAway):
            tokens.caller(signed(ec_key("second")))
        assert provider.asked == asked  # one that was away just now is left alone for a while
        clock.instant += LIFETIME
        with pytest.raises(ProviderAway):
            tokens.caller(token)
        provider.away = False
        clock.instant += NEXT_QUESTION
        assert tokens.caller(token) == PRESCRIBER


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b"{}"])
def test_an_answer_that_is_no_key_set_is_a_provider_that_is_away(
    provider: Provider, clock: FixedClock, raw: bytes
) -> None:
    provider.raw = raw
    with trusting(provider, clock) as tokens, pytest.raises(ProviderAway):
        tokens.caller(signed(ec_key("first")))


def test_a_provider_that_answers_with_an_error_is_away(provider: Provider, clock: FixedClock) -> None:
    provider.status = 302
    with trusting(provider, clock) as tokens, pytest.raises(ProviderAway):
        tokens.caller(signed(ec_key("first")))


def test_keys_that_cannot_be_read_or_do_not_sign_are_passed_over(provider: Provider, clock: FixedClock) -> None:
    good = b'{"kty":"EC","kid":"first","crv":"P-256","x":"%s","y":"%s"}' % tuple(
        ec_key("first").as_dict()[name].encode() for name in ("x", "y")
    )
    others = b'{"kty":"oct","kid":"a","k":"AAAA"},{"kty":"EC","kid":"b","crv":"P-0"},{"kty":"RSA","kid":"c","n":"!"},7,'
    provider.raw = b'{"keys":[' + others + good.replace(b'"first"', b'"enc","use":"enc"') + b"," + good + b"]}"
    with trusting(provider, clock) as tokens:
        assert tokens.caller(signed(ec_key("first"))) == PRESCRIBER
        assert all(refused(tokens, signed(ec_key("first"), kid=kid)) for kid in ("a", "b", "c", "enc"))
