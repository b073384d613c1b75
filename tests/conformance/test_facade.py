"""The outside judge on the terminology as a running service publishes it: every resource of every type."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.conformance.conftest import JudgeFixture
from tests.journeys.running import RunningService

pytestmark = pytest.mark.judge

WHOLE = ("CodeSystem", "ValueSet", "ConceptMap", "PlanDefinition")
PAGED = ("Questionnaire", "ActivityDefinition", "ObservationDefinition", "SpecimenDefinition")
ASKED = (
    "ValueSet/loinc/$expand?count=20",
    "ValueSet/resultats/$expand?filter=glucose&property=ucum",
    "ValueSet/demandes/$expand?count=0&includeDefinition=true",
    "CodeSystem/$lookup?system=http://loinc.org&code=2842-3",
    "CodeSystem/$validate-code?url=http://loinc.org&code=2842-3&display=Sodium",
    "ValueSet/demandes/$validate-code?system=http://loinc.org&code=2842-3",
    "ValueSet/demandes/$validate-code?system=http://nulle-part.example&code=x",
    "CodeSystem/$subsumes?system=http://loinc.org&codeA=2842-3&codeB=57022-6",
    "ConceptMap/unites-si-conventionnel/$translate?system=http://loinc.org&code=14749-6",
)
REFUSED = ("ValueSet/nulle-part", "ValueSet?_text=x", "ValueSet?_count=-1", "ValueSet/demandes?_format=xml", "Nothing")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    """The service, in a process of its own, on the starter catalogue."""
    with RunningService(tmp_path_factory.mktemp("service")) as running:
        yield running.http


def test_everything_published_is_fhir_r4(fhir_judge: JudgeFixture, service: httpx2.Client, tmp_path: Path) -> None:
    verdict = fhir_judge([_kept(tmp_path, name, answer) for name, answer in _published(service)])
    assert not verdict.refused, verdict.report


def test_statements_parts_and_refusals_are_fhir_r4(
    fhir_judge: JudgeFixture, service: httpx2.Client, tmp_path: Path
) -> None:
    answers = {
        "metadata": service.get("/fhir/metadata"),
        "terminology": service.get("/fhir/metadata?mode=terminology"),
        "told": service.get("/fhir/ValueSet?bogus=1&_pretty=true"),
        "count": service.get("/fhir/ActivityDefinition?_summary=count"),
        **{
            f"{kind}-{part}": service.get(f"/fhir/{kind}?_summary={part}&_count=3")
            for kind in (*WHOLE, *PAGED)
            for part in ("true", "text")
        },
        "elements": service.get("/fhir/CodeSystem/loinc?_elements=title"),
    }
    assert {name: answer.text for name, answer in answers.items() if answer.status_code != 200} == {}
    refusals = {f"refused-{place}": service.get(f"/fhir/{path}") for place, path in enumerate(REFUSED)}
    assert min(answer.status_code for answer in refusals.values()) >= 400
    verdict = fhir_judge([_kept(tmp_path, name, answer) for name, answer in (answers | refusals).items()])
    assert not verdict.refused, verdict.report


def test_the_answers_of_operations_are_fhir_r4(
    fhir_judge: JudgeFixture, service: httpx2.Client, tmp_path: Path
) -> None:
    answers = {f"asked-{place}": service.get(f"/fhir/{path}") for place, path in enumerate(ASKED)}
    assert {name: answer.text for name, answer in answers.items() if answer.status_code != 200} == {}
    verdict = fhir_judge([_kept(tmp_path, name, answer) for name, answer in answers.items()])
    assert not verdict.refused, verdict.report


def _published(service: httpx2.Client) -> Iterator[tuple[str, httpx2.Response]]:
    """Each code system, value set, map and order set by itself; the others as pages of a search."""
    for kind in WHOLE:
        for entry in service.get(f"/fhir/{kind}?_elements=title&_count=200").json()["entry"]:
            id_ = entry["resource"]["id"]
            yield f"{kind}-{id_}", service.get(f"/fhir/{kind}/{id_}")
    for kind in PAGED:
        page, url = 0, f"/fhir/{kind}?_count=200"
        while url:
            answer = service.get(url)
            yield f"{kind}-{page}", answer
            nexts = [link["url"] for link in answer.json()["link"] if link["relation"] == "next"]
            page, url = page + 1, _below_the_address(nexts[0]) if nexts else ""


def _below_the_address(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def _kept(folder: Path, name: str, answer: httpx2.Response) -> Path:
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8", name
    path = folder / f"{name}.json"
    path.write_bytes(answer.content)
    return path
