"""The catalogue of one laboratory, searched by whoever prescribes (terminology.md §4.1, §4.5)."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from circuitbio.cli import run
from kernel.clock import SystemClock
from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, LOINC
from terminology.transcoding.history import Change
from terminology.transcoding.mapping import Equivalence, Mapping, MappingKey, MappingStatus
from tests.api.service import LABORATORY, Service, issues

FINESS, OTHER = "750000010", "750000028"
HEAD = "Code local;Libellé;NABM;Unité;Prélèvement\n"
ROWS = "GLYJ;Glycémie à jeun;552;mmol/L;SER\nNA/K;Sodium;1609;mmol/L;SER\nFER;Fer sérique;;umol/L;SER\n"


@pytest.fixture(scope="module", autouse=True)
def _laboratory(service: Service) -> None:
    assert send_file(service, HEAD + ROWS).status_code == 200


def send_file(service: Service, text: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer dev:{LABORATORY}"}
    path = f"/api/transcodage/{FINESS}/import"
    return service.client.post(path, content=text.encode(), params={"nom": "LBM A"}, headers=headers)


def search(service: Service, query: str = "", finess: str = FINESS) -> httpx2.Response:
    return service.client.get(f"/api/laboratoires/{finess}/examens{query}")


def test_a_prescriber_without_a_token_finds_an_exam_of_the_laboratory_and_why(service: Service) -> None:
    answer = search(service, "?q=glicemie%20jeun&limit=1")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    page = answer.json()
    assert {name: page[name] for name in ("query", "finess", "total", "offset", "limit", "hint")} == {
        "query": "glicemie jeun", "finess": FINESS, "total": 1, "offset": 0, "limit": 1, "hint": None,
    }  # fmt: skip
    assert (page["engine"], page["degraded"], page["total_capped"]) == ("embedded", False, False)
    (item,) = page["items"]
    assert (item["local_code"], item["label"], item["nabm"]) == ("GLYJ", "Glycémie à jeun", ["0552"])
    assert [specimen["code"] for specimen in item["specimens"]] == ["SER"]
    assert (item["national"], item["equivalence"], item["status"]) == (None, None, "a-traiter")
    assert item["match"] == {
        "tier": 40, "field": "label", "kind": None, "value": "Glycémie à jeun", "spans": [[0, 8], [11, 15]],
    }  # fmt: skip


def test_pages_follow_one_another_and_a_local_code_is_found(service: Service) -> None:
    pages = [search(service, f"?limit=2&offset={offset}").json() for offset in (0, 2)]
    assert [len(page["items"]) for page in pages] == [2, 1]
    assert {page["total"] for page in pages} == {3}
    assert [item["local_code"] for item in search(service, "?q=na/k").json()["items"]] == ["NA/K"]


@pytest.fixture
def store(service: Service) -> SqlTranscoding:
    transcoding = service.client.app.state.services.transcoding  # type: ignore[attr-defined]
    assert isinstance(transcoding, SqlTranscoding)
    return transcoding


@pytest.fixture(
    params=[
        (MappingStatus.PROPOSED, Coding(LOINC, "2951-2", "Sodium"), None),
        (MappingStatus.VALIDATED, Coding(LOINC, "2951-2", "Sodium"), "2951-2"),
        (MappingStatus.REFUSED, Coding(LOINC, "2951-2", "Sodium"), None),
        (MappingStatus.VALIDATED, Coding(LOCAL_SYSTEM, "NA/K", "Sodium"), None),
    ]
)
def mapped(request: pytest.FixtureRequest, store: SqlTranscoding) -> Iterator[tuple[str, str | None]]:
    """The exam NA/K mapped, its status, and the national code it is published under."""
    status, target, published = request.param
    now = SystemClock().now()
    mapping = Mapping(
        MappingKey("NA/K"), status, "RPPS 89900000001", now, target, Equivalence.NARROWER, "réservé au laboratoire"
    )
    store.save(FINESS, [Change(None, mapping, mapping.author, now, "essai")])
    yield status.value, published
    kept = store.find_mapping(FINESS, mapping.key)
    store.save(FINESS, [Change(kept, None, mapping.author, now, "essai")])


def test_only_a_validated_code_is_shown_and_nobody_is_named(service: Service, mapped: tuple[str, str | None]) -> None:
    status, published = mapped
    answer = search(service, "?q=sodium")
    (item,) = answer.json()["items"]
    assert (item["status"], item["national"] and item["national"]["code"]) == (status, published)
    assert item["equivalence"] == ("narrower" if published else None)
    assert "89900000001" not in answer.text
    assert "réservé" not in answer.text


def test_another_import_is_searched_at_once_under_its_own_version(service: Service) -> None:
    before = search(service, "?q=bilirubine").json()
    assert send_file(service, HEAD + ROWS + "BIL;Bilirubine;;;SER\n").status_code == 200
    after = search(service, f"?q=bilirubine&version={before['version'] + 1}").json()
    assert ([len(page["items"]) for page in (before, after)], after["version"]) == ([0, 1], before["version"] + 1)
    former = search(service, f"?version={before['version']}")
    assert (former.status_code, former.json()["issue"][0]["expression"]) == (404, ["version"])


def test_what_the_command_line_imports_is_searched_at_once(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert search(service, finess=OTHER).status_code == 404
    monkeypatch.setenv("CIRCUITBIO_DATA", str(service.data))
    (tmp_path / "labo.csv").write_text(HEAD + ROWS, "utf-8")
    command = ["transcoding", "import", str(tmp_path / "labo.csv"), "--finess", OTHER, "--name", "LBM B"]
    assert run(command) == 0
    assert search(service, "?q=sodium", OTHER).json()["total"] == 1
    (tmp_path / "labo.csv").write_text(HEAD + ROWS.replace("Sodium", "Natrémie"), "utf-8")
    assert run(command) == 0
    assert search(service, "?q=sodium", OTHER).json()["total"] == 0


def test_a_wrong_check_digit_is_told(service: Service) -> None:
    assert "clé de contrôle" in search(service, "?q=2951-3").json()["hint"]


@pytest.mark.parametrize(
    ("finess", "query", "status", "place"),
    [
        ("750000036", "", 404, "finess"),
        ("75000001", "", 400, "finess"),
        ("750000010%00", "", 400, "finess"),
        ("%C3%A9%FF", "", 400, "finess"),
        ("' OR 1=1 --", "", 400, "finess"),
        (FINESS, "?version=99", 404, "version"),
        (FINESS, "?version=0", 400, "version"),
        (FINESS, "?version=un", 400, "version"),
        (FINESS, "?limit=0", 400, "limit"),
        (FINESS, "?limit=51", 400, "limit"),
        (FINESS, "?offset=-1", 400, "offset"),
        (FINESS, "?offset=10001", 400, "offset"),
        (FINESS, "?chapitre=x", 400, "chapitre"),
        (FINESS, "?q=a&q=b", 400, "q"),
        (FINESS, "?q=%FF", 400, None),
        (FINESS, "?q=" + "a" * 257, 400, None),
    ],
)
def test_a_bad_question_is_refused_at_its_place(
    service: Service, finess: str, query: str, status: int, place: str | None
) -> None:
    answer = search(service, query, finess)
    assert (answer.status_code, answer.json()["resourceType"]) == (status, "OperationOutcome")
    issue = answer.json()["issue"][0]
    assert issue["severity"] == "error"
    if place:
        assert issue["expression"] == [place]


def test_a_wrong_method_is_an_outcome_too(service: Service) -> None:
    answer = service.client.post(f"/api/laboratoires/{FINESS}/examens")
    assert (answer.status_code, issues(answer)) == (405, [("error", "not-supported")])


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=256))
def test_no_text_is_answered_by_anything_but_a_page(service: Service, text: str) -> None:
    answer = search(service, "?q=" + quote(text))
    assert answer.status_code == 200
    scores = [item["score"] for item in answer.json()["items"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("text", ["%%%", "*", "((", "🩸", "' OR 1=1 --", "../..", "{{7*7}}", "zz " * 80, "e" * 256])
def test_what_is_no_name_finds_nothing(service: Service, text: str) -> None:
    answer = search(service, "?q=" + quote(text))
    assert (answer.status_code, answer.json()["items"]) == (200, [])
