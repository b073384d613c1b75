"""What `ValueSet/demandes/$expand` takes and refuses, terminology.md §5.3 and §5.4."""

import pytest

from tests.api.service import Service, issues

EXPAND = "/fhir/ValueSet/demandes/$expand"


@pytest.mark.parametrize(
    "asked",
    [
        "_format=json",
        "_format=application/fhir%2Bjson",
        "excludeNested=true",
        "includeDefinition=false",
        "displayLanguage=en",
        "displayLanguage=fr-FR",
    ],
)
def test_a_parameter_that_changes_nothing_here_is_taken(service: Service, asked: str) -> None:
    answer = service.client.get(f"{EXPAND}?filter=nfs&count=1&{asked}")
    assert answer.status_code == 200
    assert answer.json()["expansion"]["contains"][0]["code"] == "57022-6"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{EXPAND}?_format=xml", 406, "not-supported"),
        ("/fhir/ValueSet/$expand", 400, "required"),
    ],
)
def test_what_cannot_be_given_is_refused_by_its_own_code(service: Service, path: str, status: int, code: str) -> None:
    refused = service.client.get(path)
    assert (refused.status_code, issues(refused)) == (status, [("error", code)])


def test_an_expansion_in_xml_is_refused(service: Service) -> None:
    assert service.client.get(EXPAND, headers={"Accept": "application/fhir+xml"}).status_code == 406
