"""A laboratory's catalogue as files over HTTP: taken as a workbook or a zip, edited, sent back (lcsd.md §4, §6)."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx2
import orjson
import pytest

from api.lab_catalogue_files import ZIP
from api.lab_catalogue_json import read_lab_catalogue, write_lab_catalogue
from api.transcoding_exports import HL7, XLSX
from lcsd.exchange_file import read_publication
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_tables.reading import read_lab_tables
from terminology.lab_tables.writing import write_as_workbook, write_as_zip
from tests.api.service import BIOLOGIST, LABORATORY, Service
from tests.api.test_lcsd import bearer, drafted, lcsd, publish, save, subscribe
from tests.api.test_transcoding import FINESS
from tests.lcsd.catalogues import WORKED_EXAMPLE
from tests.terminology.lab_tables.test_tables import edited

Write = Callable[[LabCatalogue], bytes]
DRAFT = f"/api/lcsd/{FINESS}/brouillon"
FORMS = pytest.mark.parametrize(
    ("form", "media", "write"), [("xlsx", XLSX, write_as_workbook), ("zip", ZIP, write_as_zip)], ids=["xlsx", "zip"]
)


def send(service: Service, content: bytes, media: str, **headers: str) -> httpx2.Response:
    """A file in place of the draft that is there."""
    expected = headers or {"If-Match": f'W/"{drafted(service)}"'}
    sent = {**bearer(LABORATORY), "Content-Type": media, **expected}
    return service.client.put(DRAFT, content=content, headers=sent)


def take(service: Service, path: str, form: str = "", **headers: str) -> httpx2.Response:
    """What is read at an address of the laboratory, in a form."""
    params = {"format": form} if form else {}
    return service.client.get(f"/api/lcsd/{FINESS}/{path}", params=params, headers={**bearer(LABORATORY), **headers})


def exams_of(service: Service) -> object:
    return read_lab_catalogue(lcsd(service, "GET", "brouillon").json()["catalogue"]).exams


@FORMS
def test_a_draft_is_taken_edited_and_sent_back(service: Service, form: str, media: str, write: Write) -> None:
    assert save(service, revision=drafted(service)).is_success
    taken = take(service, "brouillon", form)
    assert (taken.status_code, taken.headers["content-type"]) == (200, media)
    assert taken.headers["content-disposition"].endswith(f'.{form}"')
    held: LabCatalogue = read_lab_tables(taken.content).catalogue
    assert held.exams == WORKED_EXAMPLE.exams
    changed = replace(held, exams=(replace(held.exams[0], label="Glucose"), *held.exams[1:]))
    kept = send(service, write(changed), media, **{"If-Match": taken.headers["etag"]})
    assert (kept.status_code, kept.json()["version"]["state"]) == (200, "checked")
    assert exams_of(service) == changed.exams
    late = send(service, write(changed), media, **{"If-Match": taken.headers["etag"]})
    assert late.status_code == 412


@FORMS
def test_accept_says_the_form_when_format_does_not(service: Service, form: str, media: str, write: Write) -> None:
    drafted(service)
    assert take(service, "brouillon", Accept=media).headers["content-type"] == media
    assert take(service, "brouillon", "json", Accept=media).headers["content-type"].startswith("application/json")
    assert take(service, "brouillon", form, Accept="text/html").headers["content-type"] == media
    assert take(service, "brouillon", Accept="text/html").status_code == 406
    assert take(service, "brouillon", "lcsd").status_code == 400


def test_every_fault_of_a_file_is_told_at_its_cell_and_the_draft_stays(service: Service) -> None:
    assert save(service, revision=drafted(service)).is_success
    wrong = edited(("Examens", ";15;", ";bientôt;"), ("Tubes", "NFS;", "NFX;"), ("Intervalles", "référence", "usuel"))
    refused = send(service, wrong, ZIP)
    assert refused.status_code == 400
    places = {place for issue in refused.json()["issue"] for place in issue["expression"]}
    assert places == {"Examens!V2", "Tubes!A4", "Intervalles!B2"}
    assert send(service, b"PK\x03\x04 cut short", XLSX).status_code == 400
    assert exams_of(service) == WORKED_EXAMPLE.exams


def test_errors_of_content_and_columns_left_aside_are_told_and_the_draft_is_kept(service: Service) -> None:
    drafted(service)
    moved = edited(("Intervalles", "Condition", "Note"), ("Examens", "53049-3", "53049-4"))
    kept = send(service, moved, ZIP)
    assert (kept.status_code, kept.json()["version"]["state"]) == (200, "draft")
    told = [(f["severity"], f["path"]) for f in kept.json()["findings"]]
    assert ("warning", "Intervalles!J") in told
    assert told[0][0] == "error"
    assert save(service, revision=drafted(service)).is_success


def test_a_file_of_another_kind_is_not_read(service: Service) -> None:
    drafted(service)
    assert send(service, b"a;b", "text/csv").status_code == 415
    unconditional = {**bearer(LABORATORY), "Content-Type": XLSX}
    content = write_as_workbook(WORKED_EXAMPLE)
    assert service.client.put(DRAFT, content=content, headers=unconditional).status_code == 428
    assert send(service, content, XLSX, **{"If-None-Match": "*"}).status_code == 412
    theirs = replace(WORKED_EXAMPLE, laboratory=replace(WORKED_EXAMPLE.laboratory, finess="750000028"))
    assert send(service, write_as_workbook(theirs), XLSX).status_code == 400


def test_a_version_is_taken_in_every_form(service: Service) -> None:
    assert save(service, revision=drafted(service)).is_success
    number = publish(service, BIOLOGIST).json()["version"]["number"]
    path = f"versions/{number}"
    for form in ("xlsx", "zip"):
        assert read_lab_tables(take(service, path, form).content).catalogue.exams == WORKED_EXAMPLE.exams
    read = take(service, path, "json")
    assert (read.json()["catalogue"], read.headers["etag"][:3]) == (
        write_lab_catalogue(replace(WORKED_EXAMPLE, version=number)),
        'W/"',
    )
    messages = take(service, path, "lcsd")
    assert messages.headers["content-type"] == HL7
    assert take(service, f"{path}9", "xlsx").status_code == 404


def test_the_lcsd_file_of_a_version_is_what_a_receiver_reads(service: Service, tmp_path: Path) -> None:
    assert save(service, revision=drafted(service)).is_success
    draft = lcsd(service, "GET", "brouillon").json()["version"]["number"]
    early = take(service, f"versions/{draft}", "lcsd")
    assert early.status_code == 409
    assert publish(service).is_success
    taken = take(service, f"versions/{draft}", "lcsd")
    file = tmp_path / "taken.hl7"
    file.write_bytes(taken.content)
    assert read_publication(file).catalogue.version == draft


def test_the_history_of_mappings_is_taken_as_csv(service: Service) -> None:
    assert save(service, revision=drafted(service)).is_success
    assert publish(service).is_success
    taken = take(service, "correspondances", "csv")
    assert taken.headers["content-type"] == "text/csv; charset=utf-8"
    header, *rows = csv.reader(io.StringIO(taken.content.decode("utf-8-sig")), delimiter=";")
    assert header[3:] == ["Code local", "Champ", "Action", "Avant", "Après"]
    assert ["GLYJ", "loinc", "creation", "", "53049-3"] in [row[3:] for row in rows]
    assert len(rows) == len(take(service, "correspondances").json()["changes"])


def test_one_subscriber_is_read_without_the_places_of_its_keys(service: Service) -> None:
    keys = {"ca": "/etc/ca.pem", "certificate": "/etc/nous.pem", "key": "/etc/nous.key"}
    reached = {"channel": "mllp", "host": "dpi.example", "port": 2575, "folder": "", **keys}
    assert subscribe(service, **reached).is_success
    seen = lcsd(service, "GET", "abonnes/active", LABORATORY)
    assert (seen.json()["host"], seen.json()["tls"]) == ("dpi.example", True)
    assert "/etc" not in seen.text
    assert lcsd(service, "DELETE", "abonnes/active").status_code == 204
    assert lcsd(service, "GET", "abonnes/active", LABORATORY).status_code == 404


def test_a_catalogue_of_every_national_code_is_kept(service: Service) -> None:
    exam = WORKED_EXAMPLE.exams[0]
    codes = (f"E{number}" for number in range(1_350))
    many = replace(WORKED_EXAMPLE, exams=tuple(replace(exam, local_code=code, loinc=None) for code in codes))
    content = orjson.dumps(write_lab_catalogue(many))
    assert 1 << 20 < len(content)
    assert send(service, content, "application/json").is_success
    assert exams_of(service) == many.exams


def test_a_body_past_its_limit_is_refused_with_the_limit_that_holds(service: Service) -> None:
    def refused(size: int, headers: dict[str, str]) -> str:
        answer = service.client.put(DRAFT, content=b" " * size, headers={"Content-Type": ZIP, **headers})
        assert answer.status_code == 413
        return str(answer.json()["issue"][0]["details"]["text"])

    assert "16 Mio" in refused((16 << 20) + 1, bearer(LABORATORY))
    assert " 1 Mio" in refused((1 << 20) + 1, {})
