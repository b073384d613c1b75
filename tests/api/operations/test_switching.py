"""What was answered from one release is not answered from the next; what was refused stays refused."""

from pathlib import Path

from tests.api.operations.asking import BASE, LOINC, codes, get, outcome, values
from tests.api.operations.releases import NEWER, NOW, OLDER, activate
from tests.api.service import Service


def test_every_operation_follows_the_switch_there_and_back(tmp_path: Path) -> None:
    activate(tmp_path, OLDER, NEWER)
    with Service(tmp_path) as service:
        editions = service.client.app.state.services.editions  # type: ignore[attr-defined]
        for release in (NEWER, OLDER, NEWER):
            editions.store.activate(release.name, "test", NOW)
            editions.refresh()
            held = release is OLDER
            for _ in range(2):  # the second answer may be one that was kept
                told = values(get(service, "CodeSystem/$lookup", {"system": LOINC, "code": "57022-6"}))
                assert told["version"] == release.loinc_version
                request = {"system": LOINC, "code": "2842-3"}
                assert values(get(service, "ValueSet/demandes/$validate-code", request))["result"] is held
                found = get(service, "ValueSet/$expand", {"url": f"{BASE}/ValueSet/demandes", "filter": "prolactine"})
                assert codes(found) == (["2842-3"] if held else [])
                acts = get(service, "ConceptMap/loinc-nabm/$translate", {"system": LOINC, "code": "2842-3"})
                assert values(acts)["result"] is held


def test_a_kept_answer_is_given_in_json_only_and_a_date_is_read_each_time(starter: Service) -> None:
    path = f"/fhir/CodeSystem/$lookup?system={LOINC}&code=57022-6"
    for _ in range(2):
        assert starter.client.get(path).status_code == 200
        assert starter.client.get(path, headers={"Accept": "application/fhir+xml"}).status_code == 406
        assert starter.client.get(f"{path}&_format=xml").status_code == 406
        assert outcome(starter.client.get(f"{path}&date=2020-01-01"))[:2] == (400, "not-supported")
