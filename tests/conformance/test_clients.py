"""Stock clients use the running service as an editor's software would: fhirpy, and HAPI's client in Java."""

from collections.abc import Callable, Iterator

import pytest

from tests.conformance import clients, java
from tests.conformance.clients import LOINC, Json
from tests.journeys.running import RunningService

pytestmark = pytest.mark.judge
PROLACTIN, GLUCOSE = "Prolactine", "Glucose"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """The service, in a process of its own, on the starter catalogue."""
    with RunningService(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module", params=[clients.fhirpy, clients.hapi], ids=lambda client: client.__name__)
def seen(request: pytest.FixtureRequest, service: RunningService) -> Json:
    """What one client understood of all it asked."""
    client: Callable[[str], Json] = request.param
    try:
        return client(f"{service.url}/fhir")
    except java.JavaPartMissing as missing:
        pytest.skip(f"client {client.__name__} : {missing}")


def test_the_capability_statement_is_understood(seen: Json) -> None:
    assert seen["capabilities"]["version"] == "4.0.1"
    assert set(seen["capabilities"]["operations"]) >= {
        "CodeSystem/$lookup",
        "CodeSystem/$validate-code",
        "CodeSystem/$subsumes",
        "ConceptMap/$translate",
        "ValueSet/$expand",
        "ValueSet/$validate-code",
    }


def test_a_code_system_is_read_whole(seen: Json, service: RunningService) -> None:
    count = service.http.get("/fhir/CodeSystem/loinc").json()["count"]
    assert (seen["read"]["url"], seen["read"]["concepts"]) == (LOINC, count)
    assert seen["read"].get("unchanged", True)


def test_a_search_is_followed_to_its_last_page(seen: Json) -> None:
    ids = seen["pages"]["ids"]
    assert {"demandes", "resultats", "prelevements", "loinc", "nabm"} <= set(ids)
    assert len(ids) == len(set(ids)) == seen["pages"]["total"] > 2 * clients.QUESTIONS["count"]


def test_a_search_finds_by_text_by_uri_and_by_code(seen: Json) -> None:
    assert "demande-14749-6" in seen["found"]["title"]
    assert seen["found"]["url"] == seen["found"]["code"] == ["loinc"]


def test_a_value_set_is_expanded_by_what_is_typed(seen: Json) -> None:
    assert seen["expand"] == {"total": 1, "found": [f"2842-3 {PROLACTIN}"]}


def test_a_code_is_looked_up(seen: Json) -> None:
    assert seen["lookup"] == {"display": PROLACTIN, "values": ["0343"]}


def test_a_code_and_its_label_are_validated(seen: Json) -> None:
    assert seen["in_system"] == seen["in_value_set"] == {"result": True, "display": PROLACTIN}
    assert seen["not_in_value_set"] == {"result": False, "display": GLUCOSE}


def test_a_code_is_translated_and_compared(seen: Json) -> None:
    assert seen["translate"] == ["relatedto 0343"]
    assert seen["subsumes"] == "equivalent"


def test_a_batch_answers_each_of_its_questions(seen: Json) -> None:
    assert seen["batch"] == ["200 OK", "404 Not Found"]


def test_a_refusal_is_an_outcome_that_is_understood(seen: Json) -> None:
    assert seen["refused"] == {"status": 404, "issue": "not-found"}
