"""The four ways of an order to the laboratory, and the care team's own, on a running service (prescription.md §8).

The sheet, the telephone, the sheet printed again, the patient's shared record: each ends in the same `$epu-retrieve`.
Codes are read by zxing-cpp, which wrote none of them. Signing is enough: the service feeds the document by itself.
"""

import base64
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import httpx2
import numpy as np
import pytest
from PIL import Image

from tests.api.documents import INS, PATIENT, SEARCH, TOKEN, anonymous
from tests.api.service import (
    LABORATORY,
    OTHER_LABORATORY,
    PRESCRIBER,
    SAMPLER,
    Json,
    example,
    issues,
    parameters,
    value,
)
from tests.journeys.running import RunningService, circuitbio, headers
from tests.journeys.waiting import awaited
from tests.printing.reading import pages, squeezed, symbols, texts
from tests.storage.bases import DATABASES, new_base_url

COLLEAGUE = "prescriber:89900000003:"
EPU = "urn:oid:1.2.250.1.215.500.1.1"
CODE_2D = "1.2.250.1.213.1.1.2.223"
HL7 = {"v3": "urn:hl7-org:v3"}


@pytest.fixture(scope="module", params=DATABASES)
def _running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    folder = tmp_path_factory.mktemp("town")
    with (
        new_base_url(request.param, request, folder) as url,
        RunningService(folder / "data", CIRCUITBIO_DATABASE_URL=url) as running,
    ):
        yield running


@pytest.fixture
def town(_running: RunningService) -> RunningService:
    """A service whose patient has not yet said who may read."""
    choose(_running, "consult", "unanswered", PATIENT, "portal")
    return _running


def sign(town: RunningService, order: Json | None = None) -> str:
    """The code of an order that the prescriber signs."""
    made = post(town, "$epu-create", order or example(1), PRESCRIBER)
    return str(value(made, "code"))


def post(town: RunningService, operation: str, body: Json, caller: str, **more: str) -> httpx2.Response:
    answer = town.http.post(f"/fhir/{operation}", json=body, headers=headers(caller) | more)
    assert answer.status_code == 200, answer.text
    return answer


def search(town: RunningService, caller: str, **fields: str) -> httpx2.Response:
    form = {{"patient": "patient.identifier"}.get(name, name): text for name, text in fields.items()}
    return town.http.post(SEARCH, data=form, headers=headers(caller))


def documents(town: RunningService, caller: str, **fields: str) -> list[Json]:
    answer = search(town, caller, **fields)
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json().get("entry", [])]


def in_the_record(town: RunningService, code: str) -> Json:
    """The document of an order, once the service has fed it."""
    (document,) = awaited(lambda: documents(town, PATIENT, identifier=code))
    return document


def file_of(town: RunningService, document: Json, part: str, caller: str) -> bytes:
    answer = town.http.get(f"/fhir/Binary/{document['id']}-{part}", headers=headers(caller))
    assert answer.status_code == 200, answer.text
    return answer.content


def choose(town: RunningService, act: str, answer: str, caller: str, how: str) -> None:
    words = {"act": act, "answer": answer, "how": how}
    told = [{"name": "patient", "valueIdentifier": INS}, *({"name": n, "valueCode": w} for n, w in words.items())]
    post(town, "$document-choice", {"resourceType": "Parameters", "parameter": told}, caller)


def scanned(pdf: bytes) -> dict[str, str]:
    """What a scanner reads on the first page of a sheet."""
    return {read.kind: read.content.decode() for read in symbols(pages(pdf, 200)[0])}


def retrieved(town: RunningService, scan: str, caller: str = LABORATORY) -> list[str]:
    """The exams that a laboratory reads with what it scanned."""
    order = value(post(town, "$epu-retrieve", parameters(scan), caller), "order")
    requests = [e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "ServiceRequest"]
    return [request["code"]["coding"][0]["code"] for request in requests]


def test_first_way_the_sheet_is_scanned_at_the_counter(town: RunningService) -> None:
    code, order = sign(town), example(1)
    order["entry"][0]["resource"]["groupIdentifier"] = {"system": EPU, "value": code}
    sheet = post(town, "Bundle/$print", order, PRESCRIBER, Accept="application/pdf").content
    assert retrieved(town, scanned(sheet)["QRCode"]) == ["57022-6"]


def test_second_way_the_code_of_the_document_is_shown_on_a_telephone(town: RunningService) -> None:
    code = sign(town)
    document = ElementTree.fromstring(file_of(town, in_the_record(town, code), "cda", PATIENT))
    section = next(
        section
        for section in document.iterfind(".//v3:section", HL7)
        if CODE_2D in {each.get("root") for each in section.iterfind("v3:templateId", HL7)}
    )
    picture = section.find("v3:entry/v3:observationMedia/v3:value", HL7)
    assert picture is not None
    assert picture.get("mediaType") == "image/png"
    shown = Image.open(BytesIO(base64.b64decode(picture.text or ""))).convert("L")
    (read,) = symbols(np.array(shown))
    assert read.content.decode() == code
    assert retrieved(town, read.content.decode()) == ["57022-6"]


def test_third_way_the_patient_prints_a_lost_sheet_again(town: RunningService) -> None:
    code = sign(town)
    document = in_the_record(town, code)
    first = scanned(file_of(town, document, "pdf", PATIENT))
    asked = {"resourceType": "Parameters", "parameter": [{"name": "document", "valueString": document["id"]}]}

    def printed_again(_: int) -> bytes:
        return post(town, "$document-reprint", asked, PATIENT, Accept="application/pdf").content

    with ThreadPoolExecutor(4) as impatient:
        sheets = list(impatient.map(printed_again, range(4)))
    told = [squeezed(texts(sheet)[0]) for sheet in sheets]
    assert sorted(n for n in range(1, 5) for text in told if f"–n°{n}" in text) == [1, 2, 3, 4]
    sheet, *_ = sheets
    assert scanned(sheet) == first
    assert first["QRCode"] == code
    assert INS["value"] in first["DataMatrix"]
    assert retrieved(town, scanned(sheet)["QRCode"], OTHER_LABORATORY) == ["57022-6"]


def test_fourth_way_the_laboratory_finds_the_order_in_the_record_of_a_patient_who_agreed(town: RunningService) -> None:
    code = sign(town)
    in_the_record(town, code)
    refused = search(town, LABORATORY, patient=TOKEN)
    assert (refused.status_code, issues(refused)) == (403, [("error", "consult-not-allowed")])
    choose(town, "consult", "agreed", LABORATORY, "oral")
    found, *_ = documents(town, LABORATORY, patient=TOKEN, status="current")  # the last one first
    assert found["masterIdentifier"]["value"] == code
    assert retrieved(town, found["masterIdentifier"]["value"]) == ["57022-6"]


def test_the_care_team_follows_the_orders_of_a_patient_as_long_as_the_patient_agrees(town: RunningService) -> None:
    first, second = sign(town), sign(town, example(2))
    for code in (first, second):
        in_the_record(town, code)
    assert search(town, COLLEAGUE, patient=TOKEN).status_code == 403
    choose(town, "consult", "agreed", SAMPLER, "written")
    post(town, "$epu-cancel", parameters(first), PRESCRIBER, **{"If-Match": 'W/"1"'})

    def seen(**fields: str) -> dict[str, str]:
        found = documents(town, COLLEAGUE, patient=TOKEN, **fields)
        return {each["masterIdentifier"]["value"]: each["extension"][0]["valueCode"] for each in found}

    assert seen().items() >= {first: "cancelled", second: "current"}.items()
    assert first not in seen(status="current")
    (kept,) = documents(town, COLLEAGUE, patient=TOKEN, identifier=second)
    assert file_of(town, kept, "pdf", COLLEAGUE).startswith(b"%PDF-1.4")
    choose(town, "consult", "opposed", PATIENT, "portal")
    assert search(town, COLLEAGUE, patient=TOKEN).status_code == 403
    assert len(documents(town, PATIENT, identifier=second)) == 1


def test_an_order_sent_anonymous_is_handed_over_from_the_command_line_and_followed(
    town: RunningService, tmp_path: Path
) -> None:
    code = sign(town, anonymous(example(1)))
    order, codes = tmp_path / "order.json", tmp_path / "codes.txt"
    full = example(1)
    full["entry"][0]["resource"]["groupIdentifier"] = {"system": EPU, "value": code}
    order.write_text(json.dumps(full), "utf-8")
    codes.write_text(f"{code}\n", "utf-8")
    own = {"CIRCUITBIO_URL": town.url, "CIRCUITBIO_DATA": str(tmp_path / "none")}
    sent = circuitbio("document", "send", str(order), "--json", **own)
    assert sent.returncode == 0, sent.stderr
    assert {d["channel"] for d in json.loads(sent.stdout)["departures"]} == {"dmp", "patient-mail"}
    in_the_record(town, code)
    asked = ("document", "status", "--code-from", str(codes), "--rpps", "10005688798", "--json")
    followed = circuitbio(*asked, **own)
    assert followed.returncode == 0, followed.stderr
    (told,) = json.loads(followed.stdout)["documents"]
    assert told["status"] == "current"
    assert code not in sent.stdout + followed.stdout
