"""A laboratory's publications over HTTP: its draft, its versions, its subscribers, and no other's (lcsd.md §6, §7)."""

from typing import Any

import httpx2
import pytest

from api.lab_catalogue_json import read_lab_catalogue, write_lab_catalogue
from lcsd.consumer import Consumer
from terminology.receiving.supplier import Supplier
from tests.api.service import BIOLOGIST, LABORATORY, Json, Service, issues
from tests.api.test_transcoding import FINESS, get
from tests.contract.test_receiving import NOW, file_of
from tests.lcsd.catalogues import GLUCOSE, WORKED_EXAMPLE

OPERATOR = "operator::"
CATALOGUE = write_lab_catalogue(WORKED_EXAMPLE)
FOLDER = {"application": "DPI", "finess": "750000002", "channel": "file", "folder": "absent"}


def bearer(caller: str) -> dict[str, str]:
    return {"Authorization": f"Bearer dev:{caller}"}


def lcsd(
    service: Service, method: str, path: str, caller: str = OPERATOR, body: Json | None = None, **headers: str
) -> httpx2.Response:
    return service.client.request(
        method, f"/api/lcsd/{FINESS}/{path}", json=body, headers={**bearer(caller), **headers}
    )


def save(service: Service, caller: str = OPERATOR, revision: int = 0, catalogue: Json = CATALOGUE) -> httpx2.Response:
    expected = {"If-Match": f'W/"{revision}"'} if revision else {"If-None-Match": "*"}
    return lcsd(service, "PUT", "brouillon", caller, catalogue, **expected)


def drafted(service: Service) -> int:
    """The revision of the draft, made when there is none."""
    held = lcsd(service, "GET", "brouillon")
    if held.status_code == 404:
        held = save(service)
    return int(held.headers["etag"].strip('W/"'))


def publish(service: Service, caller: str = OPERATOR, **body: object) -> httpx2.Response:
    sent = {"confirm_removals": True, **body}
    return lcsd(service, "POST", "brouillon/publication", caller, sent, **{"If-Match": f'W/"{drafted(service)}"'})


def withdraw(service: Service, caller: str = OPERATOR) -> httpx2.Response:
    for _ in range(2):
        assert publish(service).is_success
    return lcsd(service, "POST", "retrait", caller, {"abandon_draft": True, "note": "erreur"})


def subscribe(service: Service, caller: str = OPERATOR, **changed: object) -> httpx2.Response:
    return lcsd(service, "PUT", "abonnes/active", caller, {**FOLDER, **changed})


@pytest.fixture
def fresh(service: Service) -> Service:
    """Nothing drafted; what other tests published stays, as it would."""
    if lcsd(service, "GET", "brouillon").is_success:
        assert publish(service).is_success
    return service


def test_a_draft_is_kept_read_back_checked_published_and_withdrawn(fresh: Service) -> None:
    kept = save(fresh, LABORATORY)
    assert (kept.status_code, kept.json()["version"]["state"]) == (201, "checked")
    assert {f["severity"] for f in kept.json()["findings"]} <= {"warning"}
    read = lcsd(fresh, "GET", "brouillon", LABORATORY)
    assert read_lab_catalogue(read.json()["catalogue"]).exams == WORKED_EXAMPLE.exams
    changed = {**CATALOGUE, "exams": [{**CATALOGUE["exams"][0], "label": "Glucose"}, *CATALOGUE["exams"][1:]]}
    again = save(fresh, LABORATORY, drafted(fresh), changed)
    assert again.status_code == 200
    published = publish(fresh, BIOLOGIST)
    assert published.json()["version"]["state"] == "published"
    number = published.json()["version"]["number"]
    assert (
        get(fresh, f"/api/lcsd/{FINESS}/versions/{number}", LABORATORY).json()["catalogue"]["exams"][0]["label"]
        == "Glucose"
    )
    diff = withdraw(fresh, BIOLOGIST)
    assert diff.json()["version"]["note"] == "erreur"


def test_what_a_version_changes_is_told_in_words(fresh: Service) -> None:
    assert save(fresh).is_success
    assert publish(fresh).is_success
    changed = [{**exam, "label": "Glucose"} if exam["local_code"] == "GLYJ" else exam for exam in CATALOGUE["exams"]]
    assert save(fresh, catalogue={**CATALOGUE, "exams": changed}).is_success
    number = publish(fresh).json()["version"]["number"]
    diff = get(fresh, f"/api/lcsd/{FINESS}/versions/{number}/differences", LABORATORY).json()
    assert diff["changed"] == [
        {"local_code": "GLYJ", "fields": [{"field": "label", "before": "Glycémie à jeun", "after": "Glucose"}]}
    ]
    history = get(fresh, f"/api/lcsd/{FINESS}/correspondances", LABORATORY).json()["changes"]
    assert ("GLYJ", "loinc", "creation", "53049-3") in {
        (c["local_code"], c["field"], c["action"], c["after"]) for c in history
    }


def test_a_draft_with_errors_is_kept_and_not_published(fresh: Service) -> None:
    wrong = {**CATALOGUE, "exams": [{**CATALOGUE["exams"][0], "containers": []}]}
    kept = save(fresh, catalogue=wrong)
    assert (kept.status_code, kept.json()["version"]["state"]) == (201, "draft")
    assert "E18" in {f["code"] for f in kept.json()["findings"] if f["severity"] == "error"}
    refused = publish(fresh)
    assert refused.status_code == 400
    assert "(entrée GLYJ)" in refused.text
    assert save(fresh, revision=drafted(fresh)).is_success


def test_two_writers_of_a_draft_are_told(fresh: Service) -> None:
    assert save(fresh).is_success
    revision = drafted(fresh)
    assert save(fresh, revision=revision).is_success
    for late in (save(fresh, revision=revision), save(fresh)):
        assert (late.status_code, [code for _, code in issues(late)]) == (412, ["conflict"])
    late = lcsd(fresh, "POST", "brouillon/publication", body={}, **{"If-Match": f'W/"{revision}"'})
    assert late.status_code == 412
    assert lcsd(fresh, "PUT", "brouillon", body=CATALOGUE).status_code == 428


def test_every_fault_of_a_body_is_located(fresh: Service) -> None:
    first, second, *others = CATALOGUE["exams"]
    wrong: Any = [{**first, "colour": "red", "nature": "Z"}, {**second, "changed_at": "2026-01-01T00:00:00"}, *others]
    refused = save(fresh, catalogue={**CATALOGUE, "exams": wrong})
    assert refused.status_code == 400
    places = [issue["expression"] for issue in refused.json()["issue"]]
    assert places == [["exams[0].nature"], ["exams[0].colour"], ["exams[1].changed_at"]]
    for instant in (0, "2026-07-15", "0", "demain"):
        undated = save(fresh, catalogue={**CATALOGUE, "effective_from": instant})
        assert [issue["expression"] for issue in undated.json()["issue"]] == [["effective_from"]]
    assert lcsd(fresh, "GET", "brouillon").status_code == 404


def test_the_operator_says_who_is_sent_to_and_a_laboratory_sees_it(fresh: Service) -> None:
    assert subscribe(fresh, acknowledgements="ER").json()["acknowledgements"] == "ER"
    seen = get(fresh, f"/api/lcsd/{FINESS}/abonnes", LABORATORY).json()["subscribers"]
    assert [(s["name"], s["channel"], s["tls"]) for s in seen] == [("active", "file", False)]
    assert "folder" not in seen[0]
    wrong = subscribe(fresh, folder="")
    assert (wrong.status_code, [code for _, code in issues(wrong)]) == (400, ["invalid"])
    assert subscribe(fresh, colour="red").status_code == 400
    assert lcsd(fresh, "POST", "abonnes/active/renvoi").json() == {"queued": 0}
    assert lcsd(fresh, "DELETE", "abonnes/active").status_code == 204
    assert lcsd(fresh, "DELETE", "abonnes/active").status_code == 404


def test_what_is_received_is_followed_noted_and_searched(fresh: Service) -> None:
    other, store = "750000028", fresh.client.app.state.services.receiving  # type: ignore[attr-defined]
    store.save_supplier(Supplier(other, "CATALOGUE"))
    data = file_of(NOW).replace(FINESS.encode(), other.encode())
    assert Consumer(store, fresh.client.app.state.services.clock).take_file(data, "mfk.hl7").arrival  # type: ignore[attr-defined]
    seen = get(fresh, f"/api/laboratoires/{other}/publications", OPERATOR).json()
    assert [(a["events"], a["waiting"]) for a in seen["arrivals"]] == [(["M08", "M09", "M10"], False)]
    assert found(fresh, other) == ["NFS"]
    path = f"/api/laboratoires/{other}/notes/NFS"
    noted = fresh.client.put(path, json={"text": "sur rendez-vous", "hidden": True}, headers=bearer(OPERATOR))
    assert noted.status_code == 204
    notes = get(fresh, f"/api/laboratoires/{other}/notes", OPERATOR).json()["notes"]
    assert notes == [{"local_code": "NFS", "text": "sur rendez-vous", "hidden": True, "present": True}]
    assert found(fresh, other) == []


def found(service: Service, finess: str) -> list[str]:
    page = service.client.get(f"/api/laboratoires/{finess}/examens", params={"q": "nfs"}).json()
    return [item["local_code"] for item in page["items"]]


def test_a_laboratory_reads_its_own_publications_and_no_others(service: Service) -> None:
    answer = get(service, f"/api/lcsd/{FINESS}", LABORATORY)
    assert answer.json()["finess"] == FINESS
    refused = get(service, "/api/lcsd/750000028", LABORATORY)
    assert (refused.status_code, [code for _, code in issues(refused)]) == (403, ["not-owner"])


def test_the_json_of_a_catalogue_reads_back_as_it_was() -> None:
    assert read_lab_catalogue({**CATALOGUE, "exams": CATALOGUE["exams"]}).exams == WORKED_EXAMPLE.exams
    assert GLUCOSE in read_lab_catalogue(CATALOGUE).exams
