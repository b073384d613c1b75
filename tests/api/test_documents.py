"""Documents over HTTP: the patient's own, the care team's with consent, the author's hand, the operator's view
(cda-ep-bio.md §6, §8; prescription.md §8; printing.md §9).
"""

import base64
import hashlib
import json
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from pypdfium2 import PdfDocument

from document.read import read_document
from prescription.epu_code import EpuCode
from tests.api.documents import (
    INS,
    OTHER_PATIENT,
    PATIENT,
    SEARCH,
    TOKEN,
    anonymous,
    binary,
    choose,
    deliver,
    document_of,
    fed,
    found,
    handed_over,
    reprint,
    search,
    status_of,
    validated_order,
)
from tests.api.service import (
    BIOLOGIST,
    LABORATORY,
    PRESCRIBER,
    SAMPLER,
    Json,
    Service,
    example,
    issues,
    parameters,
    value,
)
from tests.api.test_epu_operations import patient_of

OTHER_PRESCRIBER = "prescriber:89900000003:"
OPERATOR = "operator::"
SITUATION = "https://circuit-biologie.invalid/fhir/StructureDefinition/order-situation"
RECORD = {"name": "copy-for-record", "valueBoolean": True}


@pytest.fixture(scope="module")
def held(service: Service) -> str:
    """The code of an order whose document nobody changes."""
    return fed(service)


def words(pdf: bytes) -> str:
    """The text of the first page."""
    return PdfDocument(pdf)[0].get_textpage().get_text_bounded().replace("\r\n", " ")


def cancel(service: Service, code: str) -> None:
    assert service.post("/fhir/$epu-cancel", parameters(code), PRESCRIBER, 1).status_code == 200


def test_a_signed_order_is_fed_and_its_patient_finds_it(service: Service, held: str) -> None:
    page = search(service, PATIENT, identifier=held)
    Bundle.model_validate(page.json())
    (document,) = found(page)
    assert document["masterIdentifier"] == {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": held}
    assert (document["status"], document["subject"]["identifier"]["value"]) == ("current", INS["value"])
    assert document["extension"] == [{"url": SITUATION, "valueCode": "current"}]
    (content,) = document["content"]
    told = content["attachment"]
    path = told["url"].removeprefix("http://127.0.0.1:8000")
    bytes_ = service.client.get(path, headers={"Authorization": f"Bearer dev:{PATIENT}"})
    assert bytes_.headers["content-type"].startswith(told["contentType"])
    assert len(bytes_.content) == told["size"]
    assert base64.b64encode(hashlib.sha1(bytes_.content).digest()).decode() == told["hash"]


def test_the_pdf_is_the_one_that_the_document_carries_and_comes_as_a_binary_too(service: Service, held: str) -> None:
    document = document_of(service, held)
    cda, pdf = (binary(service, document, part, PATIENT).content for part in ("cda", "pdf"))
    read = read_document(cda)
    assert read.pdf == pdf
    assert read.prescription.epu_code == EpuCode(held)
    resource = binary(service, document, "pdf", PATIENT, "application/fhir+json").json()
    assert (resource["id"], resource["contentType"]) == (f"{document['id']}-pdf", "application/pdf")
    assert base64.b64decode(resource["data"]) == pdf
    assert binary(service, document, "pdf", PATIENT, "text/xml").status_code == 406


def test_what_is_another_patients_is_nowhere(service: Service, held: str) -> None:
    document = document_of(service, held)
    assert found(search(service, OTHER_PATIENT, identifier=held)) == []
    refused = search(service, OTHER_PATIENT, patient=TOKEN)
    assert (refused.status_code, issues(refused)) == (403, [("error", "not-yourself")])
    absent = {**document, "id": "0" * 32}
    for get in (binary(service, document, "pdf", OTHER_PATIENT), binary(service, absent, "pdf", PATIENT)):
        assert (get.status_code, issues(get)) == (404, [("error", "unknown-document")])
    assert reprint(service, document, OTHER_PATIENT).status_code == 404
    assert binary(service, document, "html", PATIENT).status_code == 404


def test_the_care_team_reads_with_consent_and_stops_when_it_is_withdrawn(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        code = fed(service)
        for caller in (OTHER_PRESCRIBER, SAMPLER, LABORATORY, BIOLOGIST):
            refused = search(service, caller, patient=TOKEN)
            assert (refused.status_code, issues(refused)) == (403, [("error", "consult-not-allowed")])
        assert choose(service, "consult", "agreed", SAMPLER, "oral").status_code == 200
        for caller in (OTHER_PRESCRIBER, SAMPLER, LABORATORY, BIOLOGIST):
            (document,) = found(search(service, caller, patient=TOKEN))
            assert document["masterIdentifier"]["value"] == code
            assert binary(service, document, "cda", caller).status_code == 200
        assert reprint(service, document, OTHER_PRESCRIBER).status_code == 404  # to read is not to print again
        assert choose(service, "consult", "opposed").status_code == 200
        assert search(service, LABORATORY, patient=TOKEN).status_code == 403
        assert binary(service, document, "cda", LABORATORY).status_code == 404
        assert binary(service, document, "cda", PRESCRIBER).status_code == 200  # the author's own


def test_who_is_opposed_is_not_fed_and_a_carer_cannot_say_so_for_another_by_mistake(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        assert choose(service, "feed", "opposed", PRESCRIBER, "oral").status_code == 200
        code = value(service.post("/fhir/$epu-create", example(1), PRESCRIBER), "code")
        handed = service.post("/fhir/$document-feed", handed_over(code), PRESCRIBER)
        states = {d["state"] for d in _departures(handed)}
        assert states == {"opposed"}
        deliver(service)
        assert found(search(service, PATIENT)) == []
        refused = choose(service, "feed", "agreed", OTHER_PATIENT)
        assert (refused.status_code, issues(refused)) == (403, [("error", "not-yourself")])


def _departures(answer: Any) -> list[dict[str, Any]]:
    return [
        {part["name"]: next(v for k, v in part.items() if k != "name") for part in parameter["part"]}
        for parameter in answer.json()["parameter"]
        if parameter["name"] == "departure"
    ]


def test_what_the_patient_does_not_see_yet_the_care_team_does_and_shows(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        order = example(1)
        code = value(service.create(anonymous(order)), "code")
        hidden = {"name": "visibility", "valueCode": "invisible-patient"}
        assert service.post("/fhir/$document-feed", handed_over(code, None, hidden), PRESCRIBER).status_code == 200
        deliver(service)
        assert found(search(service, PATIENT)) == []
        assert choose(service, "consult", "agreed", PRESCRIBER, "oral").status_code == 200
        (document,) = found(search(service, LABORATORY, patient=TOKEN))
        assert "INVISIBLE_PATIENT" in [each["coding"][0]["code"] for each in document["securityLabel"]]
        assert binary(service, document, "pdf", PATIENT).status_code == 404
        shown = {"resourceType": "Parameters", "parameter": [{"name": "document", "valueString": document["id"]}]}
        assert service.post("/fhir/$document-visibility", shown, LABORATORY).status_code == 200
        assert len(found(search(service, PATIENT))) == 1
        masked = parameters(code, {"name": "visibility", "valueCode": "masked-professionals"})
        assert value(service.post("/fhir/$document-visibility", masked, PRESCRIBER), "visibility")
        assert found(search(service, LABORATORY, patient=TOKEN)) == []
        assert service.post("/fhir/$document-visibility", masked, OTHER_PRESCRIBER).status_code == 404


def test_an_order_sent_anonymous_is_handed_over_by_its_software_once(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        code = value(service.create(anonymous(example(1))), "code")
        deliver(service)
        assert found(search(service, PATIENT)) == []
        first = service.post("/fhir/$document-feed", handed_over(code), PRESCRIBER)
        again = service.post("/fhir/$document-feed", handed_over(code), PRESCRIBER)
        assert [d["id"] for d in _departures(first)] == [d["id"] for d in _departures(again)]
        deliver(service)
        (document,) = found(search(service, PATIENT))
        told = service.post("/fhir/$document-feed", handed_over(code), PRESCRIBER)
        assert value(told, "document") == document["id"]
        assert status_of(service, code)["dmp"] == "sent"


def test_a_document_waits_for_its_delay_and_is_called_back(service: Service) -> None:
    code = EpuCode.generate().value
    delay = {"name": "delay", "valueInteger": 2}
    handed = service.post("/fhir/$document-feed", handed_over(code, None, delay), PRESCRIBER)
    assert {d["channel"]: d["state"] for d in _departures(handed)}["dmp"] == "waiting-delay"
    deliver(service)
    assert found(search(service, PATIENT, identifier=code)) == []
    assert service.post("/fhir/$document-withdraw", parameters(code), OTHER_PRESCRIBER).status_code == 404
    withdrawn = service.post("/fhir/$document-withdraw", parameters(code), PRESCRIBER)
    assert {d["state"] for d in _departures(withdrawn)} == {"cancelled"}
    again = service.post("/fhir/$document-withdraw", parameters(code), PRESCRIBER)
    assert (again.status_code, issues(again)) == (409, [("error", "already-withdrawn")])


def test_a_document_waits_for_the_identity_and_leaves_once_it_is_qualified(service: Service) -> None:
    code = EpuCode.generate().value
    assert service.post("/fhir/$document-feed", handed_over(code, validated_order()), PRESCRIBER).status_code == 200
    assert status_of(service, code)["dmp"] == "waiting-identity"
    qualified = {"name": "patient", "resource": patient_of(example(1))}
    another = {"name": "patient", "resource": patient_of(example(1)) | {"birthDate": "1980-03-28"}}
    refused = service.post("/fhir/$document-identity", parameters(code, another), PRESCRIBER)
    assert (refused.status_code, issues(refused)) == (422, [("error", "identity-mismatch")])
    weak = {"name": "patient", "resource": patient_of(validated_order())}
    refused = service.post("/fhir/$document-identity", parameters(code, weak), PRESCRIBER)
    assert (refused.status_code, issues(refused)) == (422, [("error", "not-qualified")])
    assert service.post("/fhir/$document-identity", parameters(code, qualified), PRESCRIBER).status_code == 200
    deliver(service)
    assert status_of(service, code)["dmp"] == "sent"
    assert document_of(service, code)["subject"]["identifier"]["value"] == INS["value"]


def test_a_cancelled_order_is_told_so_and_printed_again_for_the_record_only(service: Service) -> None:
    code = fed(service)
    cancel(service, code)
    deliver(service)
    document = document_of(service, code)
    assert (document["status"], document["extension"][0]["valueCode"]) == ("superseded", "cancelled")
    refused = reprint(service, document)
    assert (refused.status_code, issues(refused)) == (409, [("error", "order-cancelled")])
    copy = reprint(service, document, PATIENT, RECORD)
    assert copy.headers["content-type"] == "application/pdf"
    assert "ANNULÉE" in words(copy.content)


def test_a_correction_replaces_the_order_before(service: Service) -> None:
    before = fed(service)
    order = example(1)
    replaced = {"identifier": {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": before}}
    order["entry"][0]["resource"]["replaces"] = [replaced]
    after = fed(service, order)
    old, new = document_of(service, before), document_of(service, after)
    assert (old["status"], old["extension"][0]["valueCode"]) == ("superseded", "replaced")
    assert new["relatesTo"][0]["target"] == replaced
    refused = reprint(service, old)
    assert (refused.status_code, issues(refused)) == (409, [("error", "order-replaced")])


def test_each_reprint_has_its_number_and_the_same_key_the_same_sheet(service: Service) -> None:
    document = document_of(service, fed(service))
    first = reprint(service, document)
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert "RÉIMPRESSION le " in words(first.content)
    assert "n° 1" in words(first.content).replace("\xa0", " ")
    key = str(uuid.uuid4())
    second, again = (reprint(service, document, Idempotency_Key=key) for _ in range(2))
    assert second.content == again.content != first.content
    as_resource = reprint(service, document, Idempotency_Key=key, Accept="application/fhir+json").json()
    assert base64.b64decode(as_resource["data"]) == second.content
    assert "n° 3" in words(reprint(service, document, PRESCRIBER).content).replace("\xa0", " ")
    other = reprint(service, document, PATIENT, RECORD, Idempotency_Key=key)
    assert (other.status_code, issues(other)) == (422, [("error", "idempotency-reuse")])
    # The document itself is as it was fed.
    assert document_of(service, document["masterIdentifier"]["value"])["content"] == document["content"]


def test_reprints_at_once_never_share_a_number(service: Service) -> None:
    document = document_of(service, fed(service))
    with ThreadPoolExecutor(6) as clients:
        sheets = list(clients.map(lambda _: reprint(service, document), range(6)))
    told = [words(sheet.content).replace("\xa0", " ") for sheet in sheets]
    assert {number for number in range(1, 7) if any(f"– n° {number}" in text for text in told)} == set(range(1, 7))


def test_the_reprint_bears_the_code_and_the_exams_of_the_order(service: Service, held: str) -> None:
    text = words(reprint(service, document_of(service, held)).content)
    assert EpuCode(held).grouped in text
    assert "57022-6" in text


def test_pages_follow_one_another_without_a_doubt(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        codes = [fed(service) for _ in range(3)]
        seen, fields = [], {"count": "2"}
        for _ in range(2):
            page = search(service, PATIENT, **fields)
            seen += [document["masterIdentifier"]["value"] for document in found(page)]
            links = {link["relation"]: link["url"] for link in page.json()["link"]}
            assert INS["value"] not in json.dumps(links)
            fields["page"] = links.get("next", "").partition("page=")[2]
        assert seen == codes[::-1]
        assert found(search(service, PATIENT, date="ge2026-11-20")) == found(search(service, PATIENT))
        assert found(search(service, PATIENT, date="ge2026-11-21")) == []
        assert found(search(service, PATIENT, status="superseded")) == []
        assert len(found(search(service, PATIENT, status="current,superseded", type="PRESC-BIO"))) == 3
        assert found(search(service, PATIENT, type="http://loinc.org|11502-2")) == []


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"patient": "urn:oid:1.2.250.1.213.1.4.10|279035121518988"}, 400, "malformed-ins"),
        ({"patient": "urn:oid:1.2.3|279035121518989"}, 400, "malformed-ins"),
        ({"patient": "279035121518989"}, 400, "bad-parameter"),
        ({}, 400, "missing-parameter"),
        ({"patient": TOKEN, "identifier": "01S2"}, 400, "malformed-code"),
        ({"patient": TOKEN, "identifier": "urn:oid:1.2.3|01S2TBPZ2JCNZZYGHZ"}, 400, "bad-parameter"),
        ({"patient": TOKEN, "status": "deprecated"}, 400, "bad-parameter"),
        ({"patient": TOKEN, "date": "gt2026-01-01"}, 400, "bad-parameter"),
        ({"patient": TOKEN, "date": "2026-02-30"}, 400, "bad-parameter"),
        ({"patient": TOKEN, "count": "101"}, 400, "bad-parameter"),
        ({"patient": TOKEN, "page": "nonsense"}, 400, "bad-cursor"),
        ({"patient": TOKEN, "subject": "x"}, 400, "bad-parameter"),
    ],
)
def test_a_wrong_search_is_refused_by_its_field_and_never_repeats_its_value(
    service: Service, fields: dict[str, str], status: int, code: str
) -> None:
    choose(service, "consult", "agreed")
    refused = search(service, LABORATORY, **fields)
    assert refused.status_code == status, refused.text
    assert [found_code for _, found_code in issues(refused)] in ([code], ["invalid"])
    assert not any(text in refused.text for text in fields.values() if len(text) > 8)


def test_nothing_is_searched_by_an_address(service: Service) -> None:
    headers = {"Authorization": f"Bearer dev:{PATIENT}"}
    asked = {"patient.identifier": TOKEN}
    by_get = service.client.get(SEARCH, params=asked, headers=headers)
    assert (by_get.status_code, by_get.headers["allow"]) == (405, "POST")
    assert service.client.post(SEARCH, params=asked, headers=headers).status_code == 400
    assert service.client.get("/fhir/DocumentReference", params=asked, headers=headers).status_code == 405
    assert service.client.put("/fhir/DocumentReference", headers=headers).status_code == 405
    assert search(service, PATIENT, {"Content-Type": "application/json"}).status_code == 415
    assert search(service, PATIENT, {"Accept": "application/fhir+xml"}).status_code == 406


def _without_code(body: Json) -> None:
    body["parameter"][0]["resource"]["entry"][0]["resource"].pop("groupIdentifier")


def _draft(body: Json) -> None:
    body["parameter"][0]["resource"]["entry"][0]["resource"]["status"] = "draft"


def _foreign_author(body: Json) -> None:
    order = body["parameter"][0]["resource"]
    person = next(e["resource"] for e in order["entry"] if e["resource"]["resourceType"] == "Practitioner")
    person["identifier"][0]["value"] = "10100000009"


def _more(name: str, **given: Any) -> Any:
    return lambda body: body["parameter"].append({"name": name, **given})


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        (_without_code, 422, "no-code"),
        (lambda body: anonymous(body["parameter"][0]["resource"]), 422, "business-rule"),
        (_draft, 422, "not-signed"),
        (_foreign_author, 403, "author-not-caller"),
        (_more("visibility", valueCode="invisible-everyone"), 400, "bad-parameter"),
        (_more("delay", valueInteger=73), 400, "bad-parameter"),
        (_more("recipient", valueString="dr.martin@example.org"), 422, "recipient"),
        (lambda body: body["parameter"].pop(), 400, "missing-parameter"),
        (lambda body: body["parameter"][0]["resource"].update(entry=[]), 400, "invalid-bundle"),
    ],
)
def test_a_document_that_may_not_be_handed_over_is_refused_and_nothing_of_it_kept(
    service: Service, spoil: Any, status: int, code: str
) -> None:
    epu = EpuCode.generate().value
    body = handed_over(epu)
    spoil(body)
    refused = service.post("/fhir/$document-feed", body, PRESCRIBER)
    assert refused.status_code == status, refused.text
    assert code in [found_code for _, found_code in issues(refused)]
    assert status_of(service, epu) == {}


def test_fifty_megabytes_are_refused_before_they_are_read(service: Service) -> None:
    refused = service.post("/fhir/$document-feed", b" " * (50 << 20), PRESCRIBER)
    assert (refused.status_code, issues(refused)) == (413, [("error", "too-long")])


@pytest.mark.parametrize("name", ["feed", "choice", "identity", "visibility", "withdraw", "resend", "reprint"])
def test_a_change_without_an_idempotency_key_is_refused(service: Service, name: str, held: str) -> None:
    document = document_of(service, held)
    bodies: dict[str, Json] = {
        "feed": handed_over(held),
        "choice": _choice(),
        "identity": parameters(held, {"name": "patient", "resource": patient_of(example(1))}),
        "visibility": parameters(held),
        "withdraw": parameters(held),
        "resend": _one("departure", "0" * 32),
        "reprint": _one("document", document["id"]),
    }
    refused = service.post(f"/fhir/$document-{name}", bodies[name], PRESCRIBER, Idempotency_Key="")
    assert (refused.status_code, issues(refused)) == (400, [("error", "idempotency-key-missing")])


def _one(name: str, text: str) -> Json:
    return {"resourceType": "Parameters", "parameter": [{"name": name, "valueString": text}]}


def _choice() -> Json:
    words = {"act": "feed", "answer": "agreed", "how": "oral"}
    told = [{"name": "patient", "valueIdentifier": INS}, *({"name": n, "valueCode": w} for n, w in words.items())]
    return {"resourceType": "Parameters", "parameter": told}


def test_the_operator_sees_departures_without_a_trait_and_a_structure_its_own_figures(tmp_path: Path) -> None:
    with Service(tmp_path) as service:
        code = fed(service)
        headers = {"Authorization": f"Bearer dev:{OPERATOR}"}
        listed = service.client.get("/api/documents/envois", params={"count": 1}, headers=headers)
        rest = service.client.get("/api/documents/envois", params={"cursor": listed.json()["next"]}, headers=headers)
        departures = [*listed.json()["departures"], *rest.json()["departures"]]
        assert {(each["channel"], each["state"]) for each in departures} >= {("dmp", "sent")}
        sent = service.client.get("/api/documents/envois", params={"state": "sent"}, headers=headers).json()
        assert [each["channel"] for each in sent["departures"]] == ["dmp"]
        refused = service.post("/fhir/$document-resend", _one("departure", sent["departures"][0]["id"]), OPERATOR)
        assert (refused.status_code, issues(refused)) == (409, [("error", "not-to-send")])
        figures = service.client.get("/api/documents/tableau-de-bord", headers=headers)
        assert [(row["identity"], row["made"], row["fed"]) for row in figures.json()["rows"]] == [("QUAL", 1, 1)]
        for text in (listed.text, rest.text, figures.text):
            assert not any(secret in text for secret in (code, INS["value"], "PAT-TROIS", "Thomas"))
        site = {"Authorization": "Bearer dev:prescriber:10005688798:750000010"}
        path = "/api/documents/tableau-de-bord"
        assert service.client.get(path, headers=site).json() == {"rows": []}
        other = service.client.get(path, params={"finess": "750000028"}, headers=site)
        assert (other.status_code, issues(other)) == (403, [("error", "site")])
        for wrong in ({"from": "hier"}, {"from": "2026-02-01", "to": "2026-01-01"}, {"finess": "75"}):
            assert service.client.get(path, params=wrong, headers=headers).status_code == 400, wrong


def test_nothing_of_a_patient_or_a_code_is_logged(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        code = fed(service)
        document = document_of(service, code)
        choose(service, "consult", "agreed", SAMPLER, "oral")
        search(service, LABORATORY, patient=TOKEN)
        search(service, LABORATORY, patient=TOKEN, identifier=f"{code}0")
        binary(service, document, "cda", LABORATORY)
        reprint(service, document)
        service.post("/fhir/$document-withdraw", parameters(code), PRESCRIBER)
    assert "/fhir/DocumentReference/_search" in caplog.text
    assert not any(secret in caplog.text for secret in (code, INS["value"], "PAT-TROIS"))


def test_codes_of_others_and_unknown_ones_are_told_alike(service: Service, held: str) -> None:
    asked = parameters(held, {"name": "code", "valueString": EpuCode.generate().value})
    (own, unknown) = service.post("/fhir/$document-status", asked, PRESCRIBER).json()["parameter"]
    assert own["part"][1] == {"name": "status", "valueCode": "current"}
    assert [part["name"] for part in unknown["part"]] == ["code", "status"]
    other = service.post("/fhir/$document-status", parameters(held), OTHER_PRESCRIBER).json()["parameter"][0]["part"]
    assert other == [{"name": "code", "valueString": held}, {"name": "status", "valueCode": "unknown"}]
