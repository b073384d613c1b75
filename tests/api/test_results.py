"""`/api/resultats`: both operations through HTTP, on the rows quoted in the seeds (terminology.md §6)."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.services import Services
from terminology.release_record import SourceFile
from tests.api.service import Service
from tests.terminology.results.golden import CATALOGUE

COMPARE, CONVERT = "/api/resultats/comparer", "/api/resultats/convertir"
RELEASE = CATALOGUE.release
GLUCOSE = {
    "system": "http://loinc.org",
    "code": "53049-3",
    "value": "0.95",
    "unit": "g/L",
    "reference_ranges": [{"low": "0.63", "high": "1.1"}],
    "interpretation": "N",
    "technique": "DEG Spectrophotométrie enzyme/vis Glucose oxydase",
    "date": "2025-09-22T08:15:00+02:00",
}
MOLES = {"system": "http://loinc.org", "code": "40193-5", "value": "4.9", "unit": "mmol/L"}
TSH = {"system": "http://loinc.org", "code": "11580-8", "value": "2.1", "unit": "m[IU]/L"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service that holds the quoted rows beside its active release."""
    with Service(tmp_path_factory.mktemp("data")) as running:
        services: Services = running.client.app.state.services  # type: ignore[attr-defined]
        source = SourceFile("rangs.csv", "csv", 1, "0" * 64)
        with services.editions.store.staging(source.name, "test", datetime(2025, 9, 22, tzinfo=UTC)) as staging:
            staging.complete(RELEASE, source, b"{}", 0, ())
        yield running


def ask(service: Service, path: str, body: Any, release: str = RELEASE.name) -> httpx2.Response:
    return service.post(f"{path}?release={release}", body, Content_Type="application/json")


def places(answer: httpx2.Response) -> set[str]:
    return {place for issue in answer.json()["issue"] for place in issue["expression"]}


def test_glucose_is_converted_with_its_reference_values_and_keeps_the_original(service: Service) -> None:
    answer = ask(service, CONVERT, {"result": GLUCOSE, "target_code": "40193-5"})
    assert answer.status_code == 200
    moles = {**GLUCOSE, "code": "40193-5", "unit": "mmol/L"}
    assert answer.json() == {
        "release": "rangs-cites",
        "notice": None,
        "status": "calculé",
        "means": "correspondance",
        "factor": "5.551",
        "factor_origin": "officiel",
        "original": GLUCOSE,
        "result": {**moles, "value": "5.3", "reference_ranges": [{"low": "3.5", "high": "6.1"}]},
        "exact": {**moles, "value": "5.27345", "reference_ranges": [{"low": "3.49713", "high": "6.1061"}]},
    }


def test_haemoglobin_changes_multiple(service: Service) -> None:
    result = {"code": "718-7", "system": "LOINC", "value": 132, "unit": "g/L"}
    answer = ask(service, CONVERT, {"result": result, "target_unit": "g/dL"}).json()
    assert (answer["result"]["value"], answer["result"]["code"], answer["means"]) == ("13.2", "718-7", "ucum")


def test_what_the_report_gives_is_shown_and_not_computed(service: Service) -> None:
    mass = {"system": "http://loinc.org", "code": "53049-3", "value": "0.88", "unit": "g/L"}
    answer = ask(service, CONVERT, {"result": MOLES, "target_code": "53049-3", "report": [mass]}).json()
    assert answer == {
        "release": "rangs-cites",
        "notice": None,
        "status": "fourni",
        "original": MOLES,
        "results": [mass],
    }


def test_a_comparison_explains_itself_and_gives_the_converted_value(service: Service) -> None:
    answer = ask(service, COMPARE, {"first": MOLES, "second": GLUCOSE}).json()
    assert (answer["comparable"], answer["reason"], answer["alert"]) == (True, "twin-codes", None)
    assert (answer["second"]["result"]["value"], answer["second"]["factor"]) == ("5.3", "5.551")
    assert "facteur 5,551" in answer["message"]


def test_two_tsh_alert(service: Service) -> None:
    answer = ask(service, COMPARE, {"first": TSH, "second": TSH}).json()
    assert (answer["comparable"], answer["reason"], answer["second"]) == (False, "level", None)
    assert answer["alert"] == "Vérifier les unités, les valeurs de référence et la technique."


def test_a_result_without_system_or_of_an_unknown_one_is_no_error(service: Service) -> None:
    without = {name: value for name, value in MOLES.items() if name != "system"}
    for second, reason in ((without, "system-missing"), ({**MOLES, "system": "urn:oid:1.2.3"}, "local-code")):
        answer = ask(service, COMPARE, {"first": MOLES, "second": second})
        assert (answer.status_code, answer.json()["reason"]) == (200, reason)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"value": "abc"}, "second.value"),
        ({"value": "0,95"}, "second.value"),
        ({"value": "1e5"}, "second.value"),
        ({"value": "NaN"}, "second.value"),
        ({"value": "9" * 21}, "second.value"),
        ({"value": True}, "second.value"),
        ({"value": 1e39}, "second.value"),
        ({"value": None}, "second.value"),
        ({"text": "positif"}, "second.value"),
        ({"unit": "G/L"}, "second.unit"),
        ({"unit": "x" * 200}, "second.unit"),
        ({"code": ""}, "second.code"),
        ({"code": "x" * 65}, "second.code"),
        ({"reference_ranges": [{"low": "2", "high": "1"}]}, "second.reference_ranges[0]"),
        ({"reference_ranges": [{}]}, "second.reference_ranges[0]"),
        ({"reference_ranges": [{"low": "<2"}]}, "second.reference_ranges[0].low"),
        ({"date": "hier"}, "second.date"),
        ({"date": "2025-09-22T08:15:00"}, "second.date"),
        ({"couleur": "rouge"}, "second.couleur"),
    ],
)
def test_a_fault_of_a_result_names_its_element(service: Service, change: dict[str, Any], place: str) -> None:
    answer = ask(service, COMPARE, {"first": MOLES, "second": {**GLUCOSE, **change}})
    assert (answer.status_code, places(answer)) == (400, {place})
    assert all(issue["details"]["text"] and issue["diagnostics"] for issue in answer.json()["issue"])


def test_a_comma_and_a_gauss_come_with_what_to_write(service: Service) -> None:
    answer = ask(service, COMPARE, {"first": MOLES, "second": {**GLUCOSE, "value": "0,95", "unit": "G/L"}})
    hints = [issue["diagnostics"] for issue in answer.json()["issue"]]
    assert hints == ["Écrire 0.95, avec un point.", "Écrire « 10*9/L »."]


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"result": {**GLUCOSE, "unit": "mg/L"}}, 400, "result.unit"),
        ({"result": {"system": "http://loinc.org", "code": "53049-3", "text": "hémolysé"}}, 400, "result.text"),
        ({"result": {**GLUCOSE, "system": "urn:oid:1.2.3"}}, 404, "result.code"),
        ({"target_code": "14749-6"}, 400, "target_code"),
        ({"target_code": "40193-4"}, 400, "target_code"),
        ({"target_code": None}, 400, "target_code"),
        ({"target_unit": "g/dL"}, 400, "target_code"),
        ({"report": "x"}, 400, "report"),
        ({"report": [MOLES] * 501}, 400, "report"),
        ({"result": None}, 400, "result"),
        ({"inconnu": 1}, 400, "inconnu"),
    ],
)
def test_a_conversion_that_is_refused_says_where(
    service: Service, change: dict[str, Any], status: int, place: str
) -> None:
    answer = ask(service, CONVERT, {"result": GLUCOSE, "target_code": "40193-5", **change})
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    assert place in places(answer)


def test_a_unit_ucum_cannot_reach_names_the_target(service: Service) -> None:
    answer = ask(service, CONVERT, {"result": GLUCOSE, "target_unit": "mmol/L"})
    assert (answer.status_code, places(answer)) == (400, {"target_unit"})


def test_a_release_that_is_not_held_is_not_found_and_the_active_one_is_the_default(service: Service) -> None:
    assert ask(service, COMPARE, {"first": MOLES, "second": MOLES}, "1900").status_code == 404
    assert ask(service, COMPARE, {"first": TSH, "second": TSH}, "active").json()["release"] != RELEASE.name
    assert service.post(f"{COMPARE}?version=1", {"first": TSH, "second": TSH}).status_code == 400


@pytest.mark.parametrize("value", ["0.950", "<5", ">= 10", "-2.5", "100", "0"])
def test_a_value_is_read_back_as_it_was_written(service: Service, value: str) -> None:
    answer = ask(service, CONVERT, {"result": {**GLUCOSE, "value": value}, "target_code": "40193-5"}).json()
    assert answer["original"]["value"] == value.replace(" ", "")


def test_a_number_keeps_its_digits_and_is_no_float_on_the_way(service: Service) -> None:
    body = json.dumps({"result": {**GLUCOSE, "value": 0}, "target_code": "40193-5"})
    sent = body.replace('"value": 0,', '"value": 0.1000000000000000055511151231257827,').replace(
        "0055511151231257827", ""
    )
    answer = ask(service, CONVERT, sent.encode()).json()
    assert answer["original"]["value"] == "0.100000000000000"
    assert answer["exact"]["value"] == "0.5551"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*GLUCOSE, "text", "extension", "id"]), _JSON), _JSON)
def test_no_json_makes_an_operation_fail(service: Service, change: dict[str, Any], report: Any) -> None:
    body = {"first": MOLES, "second": {**GLUCOSE, **change}, "report": report}
    assert ask(service, COMPARE, body).status_code < 500
    assert ask(service, CONVERT, {"result": {**GLUCOSE, **change}, "target_unit": "g/dL"}).status_code < 500
