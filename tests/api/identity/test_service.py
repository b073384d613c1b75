"""The service with an identity provider: what a caller is told, and what is left of a token."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest

from kernel.rpps import SYSTEM
from tests.api.identity.provider import RPPS, Provider, claims, ec_key, signed
from tests.api.service import PRESCRIBER, Service, example, issues

OTHER, OTHER_ROLE = (f"urn:uuid:0190a000-0000-7000-8000-0000000000{end}" for end in ("f1", "f2"))
LIST, NOTHING = "/fhir/$epu-list", {"resourceType": "Parameters"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all that ask nothing particular of the provider."""
    with Provider() as provider, Service(tmp_path_factory.mktemp("data"), **provider.settings()) as running:
        yield running


def now() -> dict[str, int]:
    seconds = int(datetime.now(UTC).timestamp())
    return {"iat": seconds, "nbf": seconds, "exp": seconds + 300}


def ask(service: Service, token: str) -> httpx2.Response:
    return service.post(LIST, NOTHING, Authorization=f"Bearer {token}")


def test_a_token_of_the_provider_is_a_caller_and_a_development_token_is_none(service: Service) -> None:
    assert ask(service, signed(ec_key("first"), **now())).status_code == 200
    assert ask(service, f"dev:prescriber:{RPPS}:").status_code == 401
    forbidden = ask(service, signed(ec_key("first"), **now(), roles=["laboratory"], finess="750000010"))
    assert (forbidden.status_code, issues(forbidden)) == (403, [("error", "role")])


def test_a_refusal_tells_nothing_of_the_token_and_is_always_the_same(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    stranger = ec_key("stranger")
    tokens = (
        signed(stranger, **now()),
        signed(stranger, kid="first", **now()),
        signed(ec_key("first")),
        signed(ec_key("first"), **{**now(), "aud": "another-service"}),
        signed(ec_key("first"), **{**now(), "rpps": "12345"}),
        "garbage",
    )
    answers = [ask(service, token) for token in tokens]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["www-authenticate"] for answer in answers} == {"Bearer"}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["resourceType"] == "OperationOutcome"
    parts = {part for token in tokens for part in token.split(".")}
    assert [part for part in (*parts, "12345", "stranger", "another-service") if part in caplog.text] == []


@pytest.mark.parametrize("introspection", [False, True])
def test_a_provider_that_is_away_is_a_503_that_says_when_to_come_back(
    provider: Provider, tmp_path: Path, introspection: bool
) -> None:
    provider.away = True
    with Service(tmp_path, **provider.settings(introspection=introspection)) as service:
        answer = ask(service, signed(ec_key("first"), **now()))
        assert (answer.status_code, issues(answer)) == (503, [("error", "transient")])
        assert int(answer.headers["retry-after"]) > 0
        assert service.client.get("/api/examens", params={"q": "nfs"}).status_code == 200


def test_one_call_asks_the_provider_once(provider: Provider, tmp_path: Path) -> None:
    provider.answers["opaque"] = {"active": True, **claims(**now())}
    settings = provider.settings(introspection=True) | {"identity_cache_seconds": 0}
    with Service(tmp_path, **settings) as service:
        key = "b3f0a4ce-50d8-4e0b-8a4f-3f6c2b1d9e77"
        made = service.post("/fhir/$epu-create", example(1), Authorization="Bearer opaque", Idempotency_Key=key)
        assert made.status_code == 200
    assert provider.asked == 1


def test_an_order_in_whole_or_in_part_in_the_name_of_another_is_refused(service: Service) -> None:
    """Who prescribes is who the token names, whatever the body says."""
    order = example(1)
    other = {"resourceType": "Practitioner", "identifier": [{"system": SYSTEM, "value": "89900000001"}]}
    other["name"] = [{"family": "Autre"}]
    role = {"resourceType": "PractitionerRole", "practitioner": {"reference": OTHER}}
    order["entry"] += [{"fullUrl": OTHER, "resource": other}, {"fullUrl": OTHER_ROLE, "resource": role}]
    places = [n for n, e in enumerate(order["entry"]) if e["resource"]["resourceType"] == "ServiceRequest"]
    order["entry"][places[0]]["resource"]["requester"] = {"reference": OTHER_ROLE}
    token = f"Bearer {signed(ec_key('first'), **now())}"
    refused = service.post("/fhir/$epu-create", order, PRESCRIBER, Authorization=token)
    assert (refused.status_code, issues(refused)) == (403, [("error", "author-not-caller")])
    place = f"Bundle.entry[{places[0]}].resource.requester"
    assert refused.json()["issue"][0]["expression"] == [place]
    assert service.post("/fhir/$epu-create", example(1), PRESCRIBER, Authorization=token).status_code == 200
    stranger = signed(ec_key("first"), **now(), rpps="89900000001")
    refused = service.post("/fhir/$epu-create", example(1), PRESCRIBER, Authorization=f"Bearer {stranger}")
    assert (refused.status_code, issues(refused)) == (403, [("error", "author-not-caller")])


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Bearer", "Bearer ", "Bearer a b", "Bearer é", "bearer:x"])
def test_what_is_no_bearer_token_is_none(service: Service, header: str) -> None:
    sent = {"Content-Type": "application/fhir+json", "Authorization": header.encode()}
    answer = service.client.post(LIST, json=NOTHING, headers=sent)  # type: ignore[arg-type]
    assert (answer.status_code, issues(answer)) == (401, [("error", "token")])
