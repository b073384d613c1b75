"""Whatever is sent below /fhir, the answer is an OperationOutcome, terminology.md §5.4."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.calls import Call
from tests.api.service import PRESCRIBER, Service, example, issues


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fhir/nowhere", 404),
        ("GET", "/fhir", 405),
        ("PUT", "/fhir/ValueSet/demandes/$expand", 405),
        ("GET", "/fhir/$epu-create", 405),
        ("GET", "/fhir/ValueSet/demandes/$expand?bogus=1", 400),
        ("GET", "/fhir/ValueSet/demandes/$expand?count=-1", 400),
        ("GET", "/fhir/ValueSet/demandes/$expand?count=1&count=2", 400),
        ("GET", "/fhir/ValueSet/demandes/$expand?filter=%FF", 400),
        ("GET", "/fhir/ValueSet/demandes/$expand?context=x", 400),
        ("GET", "/fhir/ValueSet/demandes/$expand?valueSetVersion=1900", 404),
        ("GET", "/fhir/ValueSet/$expand", 400),
        ("GET", "/fhir/ValueSet/$expand?url=http://loinc.org/inconnu", 404),
        ("GET", f"/api/examens?q={'x' * 257}", 400),
        ("GET", "/api/examens?limit=51", 400),
        ("GET", "/api/examens?classe=Autre", 400),
    ],
)
def test_an_address_or_a_parameter_that_is_not_known_is_an_outcome(
    service: Service, method: str, path: str, status: int
) -> None:
    answer = service.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.json()["issue"][0]["details"]["text"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/fhir+json", 400),
        (b"[]", "application/fhir+json", 400),
        (b'{"resourceType":"Bundle","resourceType":"Bundle"}', "application/fhir+json", 400),
        (b'{"resourceType":"Patient"}', "application/fhir+json", 400),
        (b"<Bundle/>", "application/fhir+xml", 415),
        (b"\xff\xfe", "application/fhir+json", 400),
        (b" " * (1024 * 1024 + 1), "application/fhir+json", 413),
    ],
)
def test_a_body_that_is_no_order_is_an_outcome(service: Service, body: bytes, content_type: str, status: int) -> None:
    for path in ("/fhir/$epu-create", "/fhir/Bundle/$validate", "/fhir/Bundle/$print"):
        answer = service.post(path, body, PRESCRIBER, Content_Type=content_type)
        assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")


def test_a_sheet_in_xml_is_not_acceptable(service: Service) -> None:
    assert service.post("/fhir/Bundle/$print", example(1), Accept="application/fhir+xml").status_code == 406


def test_a_fault_of_ours_says_nothing_of_what_was_sent(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Call) -> None:
        raise RuntimeError("PAT-TROIS")

    monkeypatch.setattr(Call, "resource", fail)
    answer = service.post("/fhir/Bundle/$validate", example(1))
    assert (answer.status_code, issues(answer)) == (500, [("error", "exception")])
    assert "PAT-TROIS" not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["resourceType", "entry", "parameter", "name", "valueString", "resource"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_makes_an_operation_fail(service: Service, body: object) -> None:
    for path in ("/fhir/$epu-create", "/fhir/$epu-retrieve", "/fhir/Bundle/$validate", "/fhir/$epu-adapt"):
        assert service.post(path, body, PRESCRIBER, 1).status_code < 500


def test_a_second_start_finds_its_data_again(tmp_path: Path) -> None:
    with Service(tmp_path) as first:
        code = first.create().json()["parameter"][0]["valueString"]
    assert (tmp_path / "peppers.json").stat().st_mode & 0o777 == 0o600
    with Service(tmp_path) as second:
        assert second.retrieve(code).status_code == 200
