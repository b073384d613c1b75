"""What the settings change: where links lead, and who may read from a page of another origin."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from starlette.testclient import TestClient

from api.app import create_app
from tests.api.facade.conftest import services
from tests.api.service import Service

ORIGIN = "https://dpi.example"


@contextmanager
def client(service: Service, **config: object) -> Iterator[TestClient]:
    parts = services(service)
    with TestClient(create_app(replace(parts, config=replace(parts.config, **config)))) as running:  # type: ignore[arg-type]
        yield running


def test_links_lead_to_the_public_address_whatever_the_host_header_says(starter: Service) -> None:
    with client(starter, public_url="https://bio.example/app") as running:
        bundle = running.get("/fhir/ConceptMap", headers={"Host": "evil.example"}).json()
    addresses = [each["url"] for each in bundle["link"]] + [entry["fullUrl"] for entry in bundle["entry"]]
    assert {address.partition("/fhir/ConceptMap")[0] for address in addresses} == {"https://bio.example/app"}


def test_a_page_of_a_named_origin_may_read_and_see_the_headers(starter: Service) -> None:
    with client(starter, cors_origins=(ORIGIN,)) as running:
        answer = running.get("/fhir/ValueSet/demandes", headers={"Origin": ORIGIN})
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert "ETag" in answer.headers["access-control-expose-headers"]
        asked = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}
        assert running.options("/fhir/ValueSet", headers=asked).status_code == 200
        other = running.get("/fhir/ValueSet/demandes", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in other.headers
        assert running.get("/fhir/metadata").json()["rest"][0]["security"]["cors"] is True
