"""What a laboratory's catalogue publishes: its codes, and the mappings a biologist validated (terminology.md §5.2)."""

from tests.api.facade.test_resources import read
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
    validated = {**proposal("40193-5"), "status": "valide"}
    assert put(service, mapping_path("GLYJ"), validated, BIOLOGIST, proposed.json()["version"]).status_code == 200
    (group,) = read(service, f"ConceptMap/{id_}-loinc")["group"]
    assert [(e["code"], e["target"][0]["code"]) for e in group["element"]] == [("GLYJ", "40193-5")]
    found = read(service, "ConceptMap?source-code=GLYJ&target-system=http://loinc.org")
    assert [e["resource"]["id"] for e in found["entry"]] == [f"{id_}-loinc"]
