"""`Bundle/$print`: which document, in which form, under which name; a cancelled order."""

import base64
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pyhanko.pdf_utils.reader import PdfFileReader

from api.fhir.order_bundle import read_order
from kernel.canonical import DEFAULT_BASE
from tests.api.service import Json, Service, example
from tests.printing.certificates import PASSWORD, pkcs12
from tests.printing.page_reading import read_page
from tests.printing.reading import squeezed, texts

PRINT = "/fhir/Bundle/$print"
PDF, HTML, FHIR, PNG = "application/pdf", "text/html", "application/fhir+json", "image/png"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("print")) as running:
        yield running


def asked(order: Json, **more: Any) -> Json:
    """The Parameters of a call; booleans and codes under the names of the table."""
    given: list[Json] = [{"name": "order", "resource": order}]
    for name, value in more.items():
        kind = "valueBoolean" if isinstance(value, bool) else "valueCode"
        given.append({"name": name.replace("_", "-"), kind: value})
    return {"resourceType": "Parameters", "parameter": given}


def test_a_service_with_a_certificate_seals_the_order_and_not_the_sheet(tmp_path: Path) -> None:
    (tmp_path / "seal.p12").write_bytes(pkcs12())
    with Service(tmp_path, seal_pkcs12=tmp_path / "seal.p12", seal_password=SecretStr(PASSWORD)) as sealing:
        for kind, sealed in (("order", 1), ("both", 1), ("patient-sheet", 0)):
            pdf = sealing.post(PRINT, asked(example(1), kind=kind), Accept=PDF).content
            assert len(PdfFileReader(BytesIO(pdf)).embedded_signatures) == sealed, kind


def cancelled(number: int = 1, lines: str = "revoked") -> Json:
    order = example(number)
    for entry in order["entry"]:
        if entry["resource"]["resourceType"] == "RequestGroup":
            entry["resource"]["status"] = "revoked"
        if entry["resource"]["resourceType"] == "ServiceRequest":
            entry["resource"]["status"] = lines
    return order


def issue(answer: Any) -> Json:
    (first, *_) = answer.json()["issue"]
    return dict(first)


@pytest.mark.parametrize(
    ("kind", "accept", "name"),
    [
        ("order", PDF, r"ordonnance-biologie-20\d{6}\.pdf"),
        ("patient-sheet", PDF, r"fiche-consignes-20\d{6}\.pdf"),
        ("patient-sheet", HTML, r"fiche-consignes-20\d{6}\.html"),
        ("both", PDF, r"ordonnance-et-fiche-20\d{6}\.pdf"),
    ],
)
def test_each_document_comes_as_accept_asks_under_a_name_without_the_patient(
    service: Service, kind: str, accept: str, name: str
) -> None:
    answer = service.post(PRINT, asked(example(1), kind=kind), Accept=accept)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(accept)
    assert answer.headers["cache-control"] == "no-store"
    (found,) = re.findall(r'^inline; filename="(.+)"$', answer.headers["content-disposition"])
    assert re.fullmatch(name, found)
    text = read_page(answer.content).text if accept == HTML else "".join(texts(answer.content))
    assert (squeezed("fiche de consignes") in squeezed(text)) is (kind != "order")
    assert (squeezed("Ordonnance d’examens") in squeezed(text)) is (kind != "patient-sheet")


@pytest.mark.parametrize(("form", "media_type"), [("pdf", PDF), ("html", HTML)])
def test_a_binary_holds_the_form_that_is_asked_for(service: Service, form: str, media_type: str) -> None:
    answer = service.post(PRINT, asked(example(1), kind="patient-sheet", format=form), Accept=FHIR)
    assert answer.json()["resourceType"] == "Binary"
    assert answer.json()["contentType"] == media_type
    plain = service.post(PRINT, asked(example(1), kind="patient-sheet", format=form), Accept=media_type)
    assert base64.b64decode(answer.json()["data"]) == plain.content


@pytest.mark.parametrize("kind", ["order", "both"])
def test_only_the_patient_sheet_is_a_page(service: Service, kind: str) -> None:
    for body, accept in ((asked(example(1), kind=kind, format="html"), FHIR), (asked(example(1), kind=kind), HTML)):
        answer = service.post(PRINT, body, Accept=accept)
        assert answer.status_code == 400
        assert issue(answer)["details"]["text"] == "Seule la fiche de consignes existe en HTML."
    assert issue(service.post(PRINT, asked(example(1), kind=kind, format="html")))["expression"] == [
        "Parameters.parameter[2].valueCode"
    ]


def test_a_form_that_accept_does_not_take_is_refused(service: Service) -> None:
    body = asked(example(1), kind="patient-sheet", format="html")
    assert service.post(PRINT, body, Accept=PDF).status_code == 406
    body = asked(example(1), kind="patient-sheet", format="pdf")
    assert service.post(PRINT, body, Accept=HTML).status_code == 406


@pytest.mark.parametrize(("name", "value"), [("kind", "patent-sheet"), ("format", "docx")])
def test_an_unknown_kind_or_format_names_those_there_are(service: Service, name: str, value: str) -> None:
    answer = service.post(PRINT, asked(example(1), **{name: value}))
    assert answer.status_code == 400
    assert "pdf" in answer.text or "patient-sheet" in answer.text


def test_a_cancelled_order_is_refused_unless_for_the_record(service: Service) -> None:
    refused = service.post(PRINT, asked(cancelled()), Accept=PDF)
    assert refused.status_code == 409
    assert issue(refused)["code"] == "conflict"
    assert issue(refused)["expression"] == ["Bundle.entry[0].resource.status"]
    for kind in ("order", "patient-sheet", "both"):
        copy = service.post(PRINT, asked(cancelled(), kind=kind, copy_for_record=True), Accept=PDF)
        assert copy.status_code == 200
        assert all("ANNULÉE" in text for text in texts(copy.content))
    assert service.post(PRINT, asked(cancelled(lines="active"), copy_for_record=True), Accept=PDF).status_code == 200


def test_revoked_is_known_to_printing_alone(service: Service) -> None:
    order = cancelled()
    for path in ("/fhir/Bundle/$validate", "/fhir/$epu-create"):
        answer = service.post(path, order, "prescriber:10005688798:")
        assert ["Bundle.entry[0].resource.status"] in [found["expression"] for found in answer.json()["issue"]]
    half = example(1)
    for entry in half["entry"]:
        if entry["resource"]["resourceType"] == "ServiceRequest":
            entry["resource"]["status"] = "revoked"
    assert service.post(PRINT, asked(half, copy_for_record=True), Accept=PDF).status_code == 400


def test_a_cancelled_order_is_read_as_signed_and_cancelled() -> None:
    read = read_order(cancelled(), DEFAULT_BASE, cancelled_too=True)
    assert read.findings == ()
    assert read.prescription is not None
    assert read.prescription.signed
    assert read.prescription.cancelled


def test_a_page_comes_as_a_picture_and_says_how_many_there_are(service: Service) -> None:
    many = example(1)
    line = many["entry"][-1]
    for number in range(60):
        identifier = f"urn:uuid:0190a001-0000-7000-8000-0000000001{number:02}"
        request = {**line["resource"], "identifier": [{"system": "urn:ietf:rfc:3986", "value": identifier}]}
        request["code"] = {"text": f"examen {number}"}
        many["entry"].append({"fullUrl": identifier, "resource": request})
        many["entry"][0]["resource"]["action"].append({"resource": {"reference": identifier}})
    first = service.post(PRINT, asked(many), Accept=PNG)
    assert (first.status_code, first.headers["content-type"], first.headers["cache-control"]) == (200, PNG, "no-store")
    pages = int(first.headers["x-page-count"])
    assert pages > 1
    last = service.post(PRINT, page_asked(many, pages), Accept=PNG)
    assert last.content.startswith(b"\x89PNG")
    assert last.content != first.content
    refused = service.post(PRINT, page_asked(many, pages + 1), Accept=PNG)
    assert (refused.status_code, issue(refused)["expression"]) == (400, ["Parameters.parameter[1].valuePositiveInt"])


def page_asked(order: Json, number: int) -> Json:
    body = asked(order)
    body["parameter"].append({"name": "page", "valuePositiveInt": number})
    return body


def test_pictures_are_drawn_one_at_a_time_whoever_asks(service: Service) -> None:
    """PDFium keeps no two threads apart: without a lock the process dies."""
    with ThreadPoolExecutor(4) as askers:
        answers = list(askers.map(lambda _: service.post(PRINT, asked(example(1)), Accept=PNG), range(16)))
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
