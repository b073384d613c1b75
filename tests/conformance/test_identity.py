"""A real OpenID provider, Keycloak, vouches for the callers: real tokens, its keys changed while the service runs."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from api.identity.tokens import Tokens, Unauthenticated
from circuitbio.identity import believed_tokens
from circuitbio.settings import Settings
from kernel.clock import FixedClock
from prescription.caller import Caller, Role
from prescription.usecases.access import ALLOWED
from tests.api.service import example, parameters, value
from tests.conformance import java
from tests.conformance.keycloak import Keycloak
from tests.journeys.running import RunningService

pytestmark = pytest.mark.judge
NUMBERS = {
    Role.PRESCRIBER: ("10005688798", ""),
    Role.SAMPLER: ("89900000002", ""),
    Role.LABORATORY: ("", "750000010"),
    Role.BIOLOGIST: ("89900000001", "750000010"),
    Role.PATIENT: ("", ""),
    Role.OPERATOR: ("", ""),
}


@pytest.fixture(scope="module")
def keycloak() -> Iterator[Keycloak]:
    """One Keycloak for all these tests."""
    try:
        java.archive("keycloak")
    except java.JavaPartMissing as missing:
        pytest.skip(f"Keycloak : {missing}")
    with Keycloak() as running:
        running.token("patient", "logiciel-es256")  # such a key is made when it is first used
        yield running


@pytest.fixture(scope="module")
def service(keycloak: Keycloak, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The service in a process of its own, which trusts that Keycloak."""
    told = {f"CIRCUITBIO_{name.upper()}": text for name, text in keycloak.settings.items()}
    with RunningService(tmp_path_factory.mktemp("service"), **told, CIRCUITBIO_IDENTITY_KEYS_SECONDS="1") as running:
        yield running


@pytest.fixture(scope="module")
def signed(keycloak: Keycloak) -> Iterator[Tokens]:
    """Tokens held to their signature."""
    with believed_tokens(Settings(**keycloak.settings)) as tokens:
        yield tokens


@pytest.fixture(scope="module")
def asked(keycloak: Keycloak) -> Iterator[Tokens]:
    """Tokens that Keycloak is asked about."""
    with believed_tokens(Settings(**keycloak.asking_settings)) as tokens:
        yield tokens


def call(service: RunningService, operation: str, token: str, body: Any) -> httpx2.Response:
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": "b3f0a4ce-50d8-4e0b-8a4f-3f6c2b1d9e77",
        "If-Match": 'W/"1"',
    }
    return service.http.post(f"/fhir/${operation}", json=body, headers=headers)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("client", ["logiciel", "logiciel-es256"])
def test_a_token_names_its_caller(keycloak: Keycloak, signed: Tokens, asked: Tokens, role: Role, client: str) -> None:
    token = keycloak.token(role, client)
    assert signed.caller(token) == asked.caller(token) == Caller(role, *NUMBERS[role])


@pytest.mark.parametrize("role", Role)
def test_a_role_does_what_it_is_allowed_and_nothing_else(
    keycloak: Keycloak, service: RunningService, role: Role
) -> None:
    token = keycloak.token(role)
    # Documents are asked for in other shapes: tests/api/test_who_may_do_what.py.
    for operation, roles in ((name, roles) for name, roles in ALLOWED.items() if name.startswith("epu-")):
        # Let in, it is told what is wrong with the order, or that no such order is known.
        body = example(1) if operation == "epu-create" else parameters("01" + "Z" * 16)
        body = {"resourceType": "Parameters"} if operation == "epu-list" else body
        answer = call(service, operation, token, body)
        assert (answer.status_code != 403) == (role in roles), (operation, answer.text)
        assert answer.status_code != 401


def test_an_order_goes_from_its_prescriber_to_its_laboratory(keycloak: Keycloak, service: RunningService) -> None:
    made = call(service, "epu-create", keycloak.token("prescriber"), example(1))
    assert made.status_code == 200, made.text
    code = parameters(value(made, "code"))
    assert call(service, "epu-retrieve", keycloak.token("laboratory"), code).status_code == 200
    assert call(service, "epu-claim", keycloak.token("biologist", "logiciel-es256"), code).status_code == 200


def test_a_token_that_proves_nothing_is_refused(keycloak: Keycloak, signed: Tokens) -> None:
    given = keycloak.tokens("prescriber")
    token = given["access_token"]
    head, claims, end = token.split(".")
    header = _read(head)
    none = _written({**header, "alg": "none"})
    own_key = RSAKey.generate_key(2048)
    for forged in (
        f"{none}.{claims}.",
        f"{none}.{claims}.{end}",
        jwt.encode(header, _read(claims), own_key),
        jwt.encode({**header, "kid": "another"}, _read(claims), own_key),
        f"{head}.{_written({**_read(claims), 'rpps': '89900000001'})}.{end}",
        keycloak.token("biologist", "ailleurs"),
        keycloak.token("malformed"),
        given["id_token"],
        given["refresh_token"],
    ):
        with pytest.raises(Unauthenticated):
            signed.caller(forged)
    assert signed.caller(token).role is Role.PRESCRIBER


def test_a_token_that_has_expired_is_refused(keycloak: Keycloak) -> None:
    token = keycloak.token("prescriber")
    clock = FixedClock(datetime.now(UTC))
    with believed_tokens(Settings(**keycloak.settings), clock) as tokens:
        assert tokens.caller(token).role is Role.PRESCRIBER
        clock.instant += timedelta(minutes=5, seconds=11)
        with pytest.raises(Unauthenticated):
            tokens.caller(token)


def test_a_token_that_is_revoked_or_for_another_is_refused_by_introspection(keycloak: Keycloak, asked: Tokens) -> None:
    token = keycloak.token("prescriber")
    assert asked.caller(token).role is Role.PRESCRIBER
    keycloak.revoke(token)
    for refused in (token, keycloak.token("biologist", "ailleurs"), keycloak.token("malformed"), "nonsense"):
        with pytest.raises(Unauthenticated):
            asked.caller(refused)


def test_keys_change_while_the_service_runs(keycloak: Keycloak, service: RunningService) -> None:
    nothing = {"resourceType": "Parameters"}
    before = keycloak.token("prescriber")
    assert call(service, "epu-list", before, nothing).status_code == 200
    keycloak.rotate_keys()
    after = keycloak.token("prescriber")
    # A service that has just read the keys reads them again after a second at most.
    answers = (call(service, "epu-list", after, nothing).status_code for _ in range(1000))
    assert next(status for status in answers if status != 401) == 200
    assert _read(after.split(".")[0])["kid"] != _read(before.split(".")[0])["kid"]
    assert call(service, "epu-list", before, nothing).status_code == 401


def _read(part: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return told


def _written(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
