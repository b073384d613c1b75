"""The patient's identity at the desk, over HTTP: recovery, verification, birth places (docs/identity.md)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from printing.ins_datamatrix import build
from tests.api.service import LABORATORY, PRESCRIBER, Json, Service, issues
from tests.printing.orders import PATIENT as TEST_IDENTITY

PATIENT: Json = {
    "resourceType": "Patient",
    "name": [{"use": "official", "family": "Pat-Trois", "given": ["Dominique"]}],
    "gender": "female",
    "birthDate": "1979-03-28",
}
SCAN = build(TEST_IDENTITY).text
COMMUNES = "TYPECOM,COM,LIBELLE,DATE_DEBUT,DATE_FIN\nCOM,01004,Ambérieu,1943-01-01,1955-03-31\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the simulated teleservice and one birth place."""
    files = tmp_path_factory.mktemp("cog")
    (files / "communes.csv").write_text(COMMUNES, "utf-8")
    with Service(tmp_path_factory.mktemp("data"), insi="simulated", cog=files) as running:
        yield running


def test_a_patient_is_recovered_and_the_answer_is_the_patient_of_the_next_order(service: Service) -> None:
    answer = service.post("/api/ins/recuperer", {"patient": PATIENT, "high_trust_document": True}, PRESCRIBER)
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["means"]) == (200, "found", "traits")
    assert [each["trait"] for each in told["comparison"] if not each["agrees"]] == []
    assert told["patient"]["identifier"][0]["value"] == "279035121518989"
    assert answer.headers["cache-control"] == "no-store"
    again = service.post("/api/ins/recuperer", {"patient": told["patient"]}, LABORATORY).json()
    assert (again["outcome"], again["patient"]) == ("not-needed", None)


def test_a_recovered_identity_checked_on_a_document_later_is_qualified(service: Service) -> None:
    recovered = service.post("/api/ins/recuperer", {"patient": PATIENT}, PRESCRIBER).json()["patient"]
    body = {"patient": recovered, "high_trust_document": True}
    told = service.post("/api/ins/recuperer", body, PRESCRIBER).json()
    assert (told["outcome"], _status(recovered), _status(told["patient"])) == ("not-needed", "RECUP", "QUAL")


def _status(patient: Json) -> str:
    return next(
        part["valueCoding"]["code"]
        for extension in patient["extension"]
        for part in extension.get("extension", ())
        if part["url"] == "identityStatus"
    )


def test_what_could_not_be_found_comes_with_what_to_try(service: Service) -> None:
    unknown = {**PATIENT, "birthDate": "1979-03-29"}
    told = service.post("/api/ins/recuperer", {"patient": unknown}, PRESCRIBER).json()
    assert (told["outcome"], told["patient"], len(told["advice"])) == ("none", None, 3)


def test_an_old_identity_is_verified_and_a_recent_one_is_left_alone(service: Service) -> None:
    qualified = service.post("/api/ins/recuperer", {"patient": PATIENT}, PRESCRIBER).json()["patient"]
    asked = {"patient": qualified, "last_verified": "2020-01-01"}
    assert service.post("/api/ins/verifier", asked, PRESCRIBER).json()["outcome"] == "confirmed"
    asked["last_verified"] = "2026-11-01"
    assert service.post("/api/ins/verifier", asked, PRESCRIBER).json()["outcome"] == "not-due"


def test_a_birth_place_is_found_by_the_beginning_of_its_name(service: Service) -> None:
    found = service.post("/api/cog/rechercher", {"text": "ambér", "born": "1950-01-01"}, PRESCRIBER).json()
    expected = {"code": "01004", "name": "Ambérieu", "start": None, "end": "1955-03-31"}
    assert found == {"available": True, "places": [expected]}


def test_a_scanned_datamatrix_gives_a_patient_at_most_recovered(service: Service) -> None:
    answer = service.post("/api/ins/lire", {"content": SCAN}, LABORATORY)
    told = answer.json()
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (told["key_valid"], told["birth_family_name"], told["highest_status"]) == (True, "PAT-TROIS", "RECUP")
    again = service.post("/api/ins/recuperer", {"patient": told["patient"], "high_trust_document": True}, LABORATORY)
    assert again.status_code == 200


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("recuperer", {}, "patient"),
        ("recuperer", {"patient": {"resourceType": "Bundle"}}, "patient"),
        ("recuperer", {"patient": {**PATIENT, "gender": "f"}}, "patient.gender"),
        ("recuperer", {"patient": {**PATIENT, "photo": []}}, "patient.photo"),
        ("recuperer", {"patient": PATIENT, "apcv": ""}, "apcv"),
        ("recuperer", {"patient": PATIENT, "vitale": {"nir": "1"}}, "vitale.nir"),
        ("recuperer", {"patient": PATIENT, "vitale": {"nir": "2790351215189"}}, "vitale.birth_date"),
        ("recuperer", {"patient": PATIENT, "document": True}, "document"),
        ("verifier", {"patient": PATIENT, "last_verified": "hier"}, "last_verified"),
        ("verifier", {"patient": PATIENT, "new_event": 1}, "new_event"),
        ("lire", {}, "content"),
        ("lire", {"content": "x" * 513}, "content"),
        ("lire", {"content": SCAN.replace("S5F", "S5X")}, "content"),
        ("lire", {"content": SCAN, "format": "text"}, "format"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_of_the_patient_is_repeated(
    service: Service, path: str, body: Json, where: str
) -> None:
    answer = service.post(f"/api/ins/{path}", body, PRESCRIBER)
    outcome: dict[str, Any] = answer.json()
    assert (answer.status_code, outcome["issue"][0]["expression"]) == (400, [where])
    assert "pat-trois" not in answer.text.lower()


def test_without_a_teleservice_the_order_goes_with_the_status_it_has(tmp_path: Path) -> None:
    with Service(tmp_path) as alone:
        answer = alone.post("/api/ins/recuperer", {"patient": PATIENT}, PRESCRIBER)
        assert (answer.status_code, issues(answer)) == (503, [("error", "transient")])
        places = alone.post("/api/cog/rechercher", {"text": "par"}, PRESCRIBER)
        assert places.json() == {"available": False, "places": []}
