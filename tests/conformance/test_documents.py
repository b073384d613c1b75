"""The outside judge on what is said of shared documents: DocumentReference, its searches, every answer about them."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.api.documents import PATIENT, binary, choose, document_of, fed, handed_over, reprint, search
from tests.api.service import PRESCRIBER, Service, example, parameters
from tests.conformance.conftest import JudgeFixture
from tests.conformance.java import POMS

pytestmark = pytest.mark.judge
PDSM = POMS / "fhir" / "pdsm.profile.json"


def test_documents_and_what_is_answered_about_them_are_fhir_r4(
    fhir_judge: JudgeFixture, service: Service, tmp_path: Path
) -> None:
    answers = _answers(service)
    assert {name: answer.text for name, answer in answers.items() if answer.is_error} == {}
    for name, answer in answers.items():
        (tmp_path / f"{name}.json").write_bytes(answer.content)
    verdict = fhir_judge(sorted(tmp_path.glob("*.json")))
    assert not verdict.refused, verdict.report


def test_a_document_holds_what_pdsm_asks_to_be_there(
    fhir_judge: JudgeFixture, service: Service, tmp_path: Path
) -> None:
    fed(service)
    documents = [entry["resource"] for entry in search(service, PATIENT).json()["entry"]]
    profile = json.loads(PDSM.read_text("utf-8"))["url"]
    for place, document in enumerate(documents):
        document["meta"]["profile"] = [profile]
        (tmp_path / f"right-{place}.json").write_text(json.dumps(document))
    for name, wrong in (("custodian", None), ("securityLabel", None), ("content", documents[0]["content"] * 2)):
        spoilt = {key: value for key, value in documents[0].items() if key != name}
        (tmp_path / f"wrong-{name}.json").write_text(json.dumps(spoilt | ({name: wrong} if wrong else {})))
    verdict = fhir_judge([PDSM, *sorted(tmp_path.glob("*.json"))])
    assert {path.stem for path in verdict.refused} == {"wrong-custodian", "wrong-securityLabel", "wrong-content"}


def _answers(service: Service) -> dict[str, httpx2.Response]:
    urgent, replaced = fed(service, example(3)), fed(service)
    correction = example(1)
    before = {"identifier": {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": replaced}}
    correction["entry"][0]["resource"]["replaces"] = [before]
    corrected = fed(service, correction)
    withdrawn = service.post("/fhir/$document-withdraw", parameters(urgent), PRESCRIBER)
    document = document_of(service, corrected)
    json_wanted = "application/fhir+json"
    return {
        "found": search(service, PATIENT),
        "nothing": search(service, PATIENT, status="entered-in-error"),
        "binary": binary(service, document, "pdf", PATIENT, json_wanted),
        "reprint": reprint(service, document, Accept=json_wanted),
        "choice": choose(service, "consult", "agreed"),
        "handed-over": service.post("/fhir/$document-feed", handed_over(corrected), PRESCRIBER),
        "status": service.post("/fhir/$document-status", parameters(corrected), PRESCRIBER),
        "withdrawn": withdrawn,
        "statement": service.client.get("/fhir/metadata"),
    }


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("data")) as running:
        yield running
