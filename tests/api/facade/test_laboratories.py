"""What a laboratory publishes, to whoever asks: its codes, and the mappings a biologist validated (§5.2)."""

import pytest

from tests.api.facade.test_resources import read
from tests.api.operations.asking import BASE, get, outcome, post, values
from tests.api.service import BIOLOGIST, LABORATORY, Service
from tests.api.test_transcoding import FILE, FINESS, mapping_path, proposal, put, send_file


def test_codes_are_all_published_and_mappings_once_validated(service: Service) -> None:
    id_ = f"catalogue-{FINESS}"
    assert service.client.get(f"/fhir/CodeSystem/{id_}").status_code == 404
    assert send_file(service, FILE).status_code == 200
    codes = read(service, f"CodeSystem/{id_}")
    assert (codes["content"], codes["count"]) == ("complete", 3)
    assert {c["code"] for c in codes["concept"]} == {"GLYJ", "NA/K", "XX"}

    proposed = put(service, mapping_path("GLYJ"), proposal("40193-5"), LABORATORY)
    assert "group" not in read(service, f"ConceptMap/{id_}-loinc")
    validated = {**proposal("40193-5"), "status": "valide", "comment": "vu avec M. X"}
    assert put(service, mapping_path("GLYJ"), validated, BIOLOGIST, proposed.json()["version"]).status_code == 200
    (group,) = read(service, f"ConceptMap/{id_}-loinc")["group"]
    assert [(e["code"], e["target"][0]["code"]) for e in group["element"]] == [("GLYJ", "40193-5")]
    assert "comment" not in group["element"][0]["target"][0]
    found = read(service, "ConceptMap?source-code=GLYJ&target-system=http://loinc.org")
    assert [e["resource"]["id"] for e in found["entry"]] == [f"{id_}-loinc"]


LOCAL = f"{BASE}/CodeSystem/catalogue-{FINESS}"
OF_IT = f"CodeSystem/catalogue-{FINESS}"


@pytest.fixture
def imported(service: Service) -> Service:
    assert send_file(service, FILE).status_code == 200
    return service


def test_its_codes_are_looked_up_as_any_others(imported: Service) -> None:
    version = read(imported, OF_IT)["version"]
    for path, given in (
        ("CodeSystem/$lookup", {"system": LOCAL, "code": "NA/K"}),
        ("CodeSystem/$lookup", {"system": f"{LOCAL}|{version}", "code": "NA/K"}),
        (f"{OF_IT}/$lookup", {"code": "NA/K", "version": version}),
    ):
        for ask in (get, post):
            told = values(ask(imported, path, given))
            assert (told["name"], told["version"], told["display"]) == (f"Catalogue{FINESS}", version, "Sodium")


@pytest.mark.parametrize(
    ("given", "result"),
    [({"code": "GLYJ"}, True), ({"code": "GLYJ", "display": "GLYCEMIE A JEUN"}, True),
     ({"code": "GLYJ", "display": "Sodium"}, False), ({"code": "glyj"}, False)],
)  # fmt: skip
def test_its_codes_and_labels_are_validated(imported: Service, given: dict[str, str], result: bool) -> None:
    assert values(get(imported, "CodeSystem/$validate-code", {"url": LOCAL, **given}))["result"] is result
    assert values(get(imported, f"{OF_IT}/$validate-code", given))["result"] is result


def test_its_past_is_not_told(imported: Service) -> None:
    asked = {"url": LOCAL, "code": "GLYJ", "date": "2020-01-01"}
    assert outcome(get(imported, "CodeSystem/$validate-code", asked)) == (400, "not-supported", ["date"])


def test_what_it_answered_is_not_kept_when_the_catalogue_comes_again(imported: Service) -> None:
    asked = {"url": LOCAL, "code": "GLYJ"}
    assert values(get(imported, "CodeSystem/$validate-code", asked))["result"] is True
    assert send_file(imported, FILE.replace("GLYJ;", "GLY;")).status_code == 200
    assert values(get(imported, "CodeSystem/$validate-code", asked))["result"] is False


@pytest.mark.parametrize(
    ("path", "given", "at"),
    [
        ("CodeSystem/$lookup", {"system": LOCAL, "code": "absent"}, ["code"]),
        ("CodeSystem/$lookup", {"system": LOCAL, "code": "XX", "version": "99"}, ["version"]),
        ("CodeSystem/$lookup", {"system": LOCAL.replace(FINESS, "750000028"), "code": "XX"}, ["system"]),
        ("CodeSystem/catalogue-750000028/$lookup", {"code": "XX"}, []),
    ],
)
def test_what_a_laboratory_does_not_hold_is_not_found(
    imported: Service, path: str, given: dict[str, str], at: list[str]
) -> None:
    assert outcome(get(imported, path, given)) == (404, "not-found", at)
