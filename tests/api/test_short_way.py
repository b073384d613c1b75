"""A keystroke's short way answers as the usual one does: refusals told, large answers compressed, calls named."""

import pytest

from tests.api.service import Service

EXAMENS, EXPAND = "/api/examens", "/fhir/ValueSet/demandes/$expand"


@pytest.mark.parametrize("address", [f"{EXAMENS}?limit=0", f"{EXAMENS}?bogus=1", f"{EXPAND}?count=-1"])
def test_what_is_refused_is_told(service: Service, address: str) -> None:
    answer = service.client.get(address)
    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


def test_a_form_that_is_not_offered_is_refused(service: Service) -> None:
    assert service.client.get(f"{EXPAND}?filter=nfs", headers={"Accept": "application/xml"}).status_code == 406


def test_a_value_set_that_is_not_held_is_refused(service: Service) -> None:
    assert service.client.get("/fhir/ValueSet/autre/$expand?filter=nfs").status_code == 404


@pytest.mark.parametrize("address", [f"{EXAMENS}?limit=50", f"{EXPAND}?filter="])
def test_a_large_answer_is_compressed_where_it_may_be(service: Service, address: str) -> None:
    plain = service.client.get(address, headers={"Accept-Encoding": "identity"})
    packed = service.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.json().keys() == packed.json().keys()


@pytest.mark.parametrize("address", [f"{EXAMENS}?q=nfs", f"{EXPAND}?filter=nfs"])
def test_a_call_is_named_and_other_methods_are_answered(service: Service, address: str) -> None:
    assert service.client.get(address, headers={"X-Request-Id": "appel-1"}).headers["x-request-id"] == "appel-1"
    assert service.client.delete(address).status_code == 405


def test_an_expansion_tells_each_page_what_was_asked_for_it(service: Service) -> None:
    first, second = (
        service.client.get(f"{EXPAND}?count={count}&filter={text}").json()["expansion"]
        for count, text in ((2, "nfs"), (3, "prl"))
    )
    told = [{p["name"]: p for p in page["parameter"]} for page in (first, second)]
    assert [(t["filter"]["valueString"], t["count"]["valueInteger"]) for t in told] == [("nfs", 2), ("prl", 3)]
    assert first["identifier"] != second["identifier"]
