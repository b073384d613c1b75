"""Headers and refusals of terminology.md §5.3 and §5.4, the same for reads and searches."""

from datetime import date
from email.utils import parsedate_to_datetime

import pytest

from tests.api.facade.conftest import NOW, keep, serve, services
from tests.api.service import Service, issues
from tests.terminology.releases import NFS, release

RESOURCE = "/fhir/ValueSet/demandes"
SEARCH = "/fhir/ValueSet?title=examens"


@pytest.mark.parametrize("path", [RESOURCE, SEARCH, "/fhir/metadata", "/fhir/metadata?mode=terminology"])
def test_what_has_not_changed_is_not_sent_again(starter: Service, path: str) -> None:
    first = starter.client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('W/"demarrage-1-')
    assert first.headers["vary"].startswith("Accept, Accept-Language")
    assert parsedate_to_datetime(first.headers["last-modified"]).tzinfo is not None
    for sent in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = starter.client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert starter.client.get(path, headers={"If-None-Match": 'W/"other"'}).status_code == 200


def test_another_release_has_another_tag(official: Service) -> None:
    before = official.client.get(RESOURCE).headers["etag"]
    serve(official, "2025-03")
    after = official.client.get(RESOURCE, headers={"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["etag"] != before
    serve(official, "2025-09")
    assert official.client.get(RESOURCE, headers={"If-None-Match": before}).status_code == 304


@pytest.mark.parametrize("wanted", ["json", "application/json", "application/fhir%2Bjson", "application/fhir+json"])
def test_json_is_given_by_any_of_its_names(starter: Service, wanted: str) -> None:
    for path in (f"{RESOURCE}?_format={wanted}", f"{SEARCH}&_format={wanted}", f"/fhir/metadata?_format={wanted}"):
        answer = starter.client.get(path, headers={"Accept": "application/fhir+xml"})
        assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"


@pytest.mark.parametrize("path", [RESOURCE, SEARCH, "/fhir/metadata"])
def test_xml_is_refused_as_an_outcome(starter: Service, path: str) -> None:
    joined = "&" if "?" in path else "?"
    for refusal in (
        starter.client.get(path, headers={"Accept": "application/fhir+xml"}),
        starter.client.get(f"{path}{joined}_format=xml"),
    ):
        assert (refusal.status_code, issues(refusal)) == (406, [("error", "not-supported")])


@pytest.mark.parametrize(
    "path", [RESOURCE, SEARCH, "/fhir/ValueSet/_search?_id=demandes", "/fhir/metadata", f"{RESOURCE}/$expand?count=1"]
)
def test_a_head_gives_the_headers_of_the_get(starter: Service, path: str) -> None:
    whole = starter.client.get(path)
    head = starter.client.head(path)
    assert (head.status_code, head.headers["etag"]) == (200, whole.headers["etag"])
    unchanged = starter.client.head(path, headers={"If-None-Match": whole.headers["etag"]})
    assert (unchanged.status_code, unchanged.headers["etag"]) == (304, whole.headers["etag"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", RESOURCE),
        ("PATCH", RESOURCE),
        ("DELETE", RESOURCE),
        ("POST", "/fhir/ValueSet"),
        ("DELETE", "/fhir/ConceptMap?_id=nabm-loinc"),
        ("POST", "/fhir/metadata"),
    ],
)
def test_nothing_can_be_written(starter: Service, method: str, path: str) -> None:
    refusal = starter.client.request(method, path)
    assert (refusal.status_code, issues(refusal)) == (405, [("error", "not-supported")])
    assert "GET" in refusal.headers["allow"]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fhir/ValueSet/nulle-part", 404, "not-found"),
        ("/fhir/CodeSystem/$bogus", 404, "not-found"),
        (f"{RESOURCE}?release=nulle-part", 404, "not-found"),
        (f"{SEARCH}&release=nulle-part", 404, "not-found"),
        (f"{RESOURCE}?bogus=1", 400, "bad-parameter"),
        (f"{RESOURCE}?_summary=count", 400, "bad-parameter"),
        ("/fhir/metadata?mode=bogus", 400, "bad-parameter"),
        ("/fhir/Nothing/1", 404, "not-found"),
    ],
)
def test_what_cannot_be_read_says_why_in_french(starter: Service, path: str, status: int, code: str) -> None:
    refusal = starter.client.get(path)
    assert (refusal.status_code, issues(refusal)) == (status, [("error", code)])
    assert refusal.json()["issue"][0]["diagnostics"]


def test_an_unknown_release_is_told_those_that_are_held(official: Service) -> None:
    (issue,) = official.client.get(f"{RESOURCE}?release=2019").json()["issue"]
    assert "2025-09" in issue["details"]["text"] + issue["diagnostics"]
    assert issue["expression"] == ["release"]


def test_a_withdrawn_release_is_gone(official: Service) -> None:
    keep(official, release("2024-09", date(2024, 9, 15), NFS))
    services(official).editions.store.withdraw("2024-09", "test", NOW)
    for path in (f"{RESOURCE}?release=2024-09", f"{SEARCH}&release=2024-09"):
        refusal = official.client.get(path)
        assert (refusal.status_code, issues(refusal)) == (410, [("error", "deleted")])


def test_the_name_of_a_call_comes_back(starter: Service) -> None:
    named = {"X-Request-Id": "appel-42"}
    assert starter.client.get(RESOURCE, headers=named).headers["x-request-id"] == "appel-42"
    refusal = starter.client.get("/fhir/ValueSet/nulle-part", headers=named)
    assert (refusal.headers["x-request-id"], refusal.json()["id"]) == ("appel-42", "appel-42")
    for unfit in ("", "deux mots", "x" * 65, "<script>"):
        other = starter.client.get("/fhir/ValueSet/nulle-part", headers={"X-Request-Id": unfit})
        assert other.headers["x-request-id"] not in ("", unfit)
        assert "id" not in other.json()


def test_large_answers_are_compressed_and_small_ones_are_not(starter: Service) -> None:
    accepts = {"Accept-Encoding": "gzip"}
    large = starter.client.get("/fhir/CodeSystem/loinc", headers=accepts)
    assert large.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in large.headers["vary"]
    assert "content-encoding" not in starter.client.get("/fhir/CodeSystem/classe-demande", headers=accepts).headers
    plain = starter.client.get("/fhir/CodeSystem/loinc", headers={"Accept-Encoding": "identity"})
    assert plain.headers.get("content-encoding") is None
    assert plain.json() == large.json()
