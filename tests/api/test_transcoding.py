"""The transcoding assistant as a laboratory's software calls it (terminology.md §7, interface.md §1)."""

import csv
import io
import json
from collections.abc import Iterator

import httpx2
import pytest
from fhir.resources.R4B.conceptmap import ConceptMap

from tests.api.service import BIOLOGIST, LABORATORY, OTHER_LABORATORY, PRESCRIBER, Json, Service, issues

FINESS = "750000010"
ROOT = f"/api/transcodage/{FINESS}"
OPERATOR = "operator::"
FILE = "Code local;Libellé;NABM;Unité;Prélèvement;Technique;Volume mensuel\n" + "\n".join(
    (
        "GLYJ;Glycémie à jeun;552;mmol/L;SER;Hexokinase maison;900",
        "NA/K;Sodium;1609;mmol/L;SER;;700",
        "XX;<b>Exploration</b> maison;;;;;",
    )
)


@pytest.fixture(scope="module", autouse=True)
def _laboratory(service: Service) -> None:
    assert send_file(service, FILE).status_code == 200


def send_file(service: Service, text: str, caller: str = LABORATORY, **query: str) -> httpx2.Response:
    parameters = {"nom": "LBM A", "abrege": "LBMA", "fichier": "labo.csv", **query}
    headers = {"Authorization": f"Bearer dev:{caller}", "Content-Type": "text/csv"}
    return service.client.post(f"{ROOT}/import", content=text.encode("cp1252"), params=parameters, headers=headers)


def get(service: Service, path: str, caller: str | None = LABORATORY) -> httpx2.Response:
    return service.client.get(path, headers={"Authorization": f"Bearer dev:{caller}"} if caller else {})


def put(service: Service, path: str, body: Json, caller: str, version: int | None = None) -> httpx2.Response:
    condition = {"If-None-Match": "*"} if version is None else {"If-Match": f'W/"{version}"'}
    headers = {"Authorization": f"Bearer dev:{caller}", **condition}
    return service.client.put(path, json=body, headers=headers)


def delete(service: Service, path: str, version: int) -> httpx2.Response:
    headers = {"Authorization": f"Bearer dev:{BIOLOGIST}", "If-Match": f'W/"{version}"'}
    return service.client.delete(path, headers=headers)


def mapping_path(code: str, kind: str = "analyse") -> str:
    return f"{ROOT}/examens/{code}/correspondances/{kind}"


def proposal(code: str) -> Json:
    return {"status": "propose", "target": {"system": "http://loinc.org", "code": code}}


@pytest.fixture
def proposed(service: Service) -> Iterator[Json]:
    """A mapping of GLYJ, proposed by the laboratory, deleted after the test."""
    answer = put(service, mapping_path("GLYJ"), proposal("40193-5"), LABORATORY)
    assert answer.status_code == 201
    yield answer.json()
    now = get(service, mapping_path("GLYJ"))
    if now.status_code == 200:
        assert delete(service, mapping_path("GLYJ"), now.json()["version"]).status_code == 204


def test_an_import_reports_every_row_and_a_dry_run_writes_nothing(service: Service) -> None:
    answer = send_file(service, FILE + "\n;Sans code;;;;;\nGLYJ;Encore;;;;;", essai="true").json()
    assert (answer["dry_run"], answer["written"], answer["version"]) == (True, False, 1)
    assert [(f["severity"], f["code"], f["row"], f["column"]) for f in answer["findings"]] == [
        ("warning", "W23", 2, "C"), ("error", "E21", 5, "A"), ("error", "E26", 6, "A"),
    ]  # fmt: skip
    assert answer["columns"]["label"] == {"column": "B", "header": "Libellé"}


def test_a_file_without_the_needed_columns_is_a_400_that_names_them(service: Service) -> None:
    answer = send_file(service, "Machin;Chose\n1;2\n")
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (400, "invalid")


def test_columns_are_chosen_once_and_remembered(service: Service) -> None:
    path = "/api/transcodage/750000028/colonnes"
    chosen = {"local_code": "Réf", "label": "Texte"}
    assert put(service, path, chosen, OTHER_LABORATORY).json() == chosen
    assert get(service, path, OTHER_LABORATORY).json() == chosen
    assert put(service, path, {"loinc": "LOINC"}, OTHER_LABORATORY).status_code == 400


def test_exams_are_listed_by_status_and_words_and_paged(service: Service, proposed: Json) -> None:
    page = get(service, f"{ROOT}/examens?q=GLYCEMIE").json()
    assert [(i["local_code"], i["status"], i["mapping"]["target"]["code"]) for i in page["items"]] == [
        ("GLYJ", "propose", "40193-5")
    ]
    assert get(service, f"{ROOT}/examens?statut=a-traiter").json()["total"] == 2
    second = get(service, f"{ROOT}/examens?limit=1&offset=1").json()
    assert (second["total"], [i["local_code"] for i in second["items"]]) == (3, ["NA/K"])
    assert get(service, f"{ROOT}/examens?statut=fini").status_code == 400


def test_an_exam_tells_all_that_can_be_mapped_even_with_a_slash_in_its_code(service: Service) -> None:
    assert get(service, f"{ROOT}/examens/NA/K").json()["label"] == "Sodium"
    kinds = [(t["kind"], t["value"], t["status"]) for t in get(service, f"{ROOT}/examens/GLYJ").json()["to_map"]]
    assert ("technique", "Hexokinase maison", "a-traiter") in kinds
    assert get(service, f"{ROOT}/examens/ABSENT").status_code == 404


def test_proposals_show_the_parts_of_their_scores_and_where_nothing_was_searched(service: Service) -> None:
    answer = get(service, f"{ROOT}/examens/NA/K/propositions").json()
    best = answer["proposals"][0]
    assert (best["code"], best["parts"]) == (
        "2951-2", {"nabm": 30, "text": 35, "unit": 15, "specimen": 10, "restricted": 0},
    )  # fmt: skip
    assert best["score"] == sum(best["parts"].values())
    assert len(answer["proposals"]) <= 5
    assert {s["source"]: s["held"] for s in answer["sources"]}["loinc-biologie-fr"] is False


def test_a_proposal_is_validated_by_a_biologist_under_the_version_read(service: Service, proposed: Json) -> None:
    path, version = mapping_path("GLYJ"), proposed["version"]
    assert put(service, path, {"status": "valide"}, LABORATORY, version).status_code == 403
    stale = put(service, path, {"status": "valide"}, BIOLOGIST, version + 1)
    assert (stale.status_code, stale.headers["ETag"]) == (412, f'W/"{version}"')
    done = put(service, path, {"status": "valide", "equivalence": "equal"}, BIOLOGIST, version)
    assert (done.status_code, done.json()["status"], done.json()["author"]) == (200, "valide", "RPPS 89900000001")
    assert done.headers["ETag"] == get(service, path).headers["ETag"]
    assert put(service, path, proposal("14749-6"), BIOLOGIST).status_code == 412, "it exists already"


def test_a_decision_without_a_condition_is_a_428(service: Service) -> None:
    headers = {"Authorization": f"Bearer dev:{BIOLOGIST}"}
    answer = service.client.put(mapping_path("GLYJ"), json=proposal("40193-5"), headers=headers)
    assert (answer.status_code, issues(answer)) == (428, [("error", "if-match-missing")])


@pytest.mark.parametrize(
    ("body", "expression"),
    [
        ({"status": "a-traiter"}, "status"),
        ({"status": "propose", "cible": {}}, "cible"),
        ({"status": "propose", "target": "40193-5"}, "target"),
        ({"status": "propose", "target": {"system": "http://loinc.org", "code": ""}}, "code"),
        ({"status": "propose", "target": {"system": "http://loinc.org", "code": "40193-4"}}, "GLYJ"),
        ({"status": "propose"}, "GLYJ"),
        ({"status": "valide", "equivalence": "disjoint"}, "equivalence"),
        ({"status": "refuse", "comment": 3}, "comment"),
    ],
)
def test_a_bad_decision_is_a_400_that_names_its_place(service: Service, body: Json, expression: str) -> None:
    answer = put(service, mapping_path("GLYJ"), body, BIOLOGIST)
    assert (answer.status_code, answer.json()["issue"][0]["expression"]) == (400, [expression])
    assert get(service, mapping_path("GLYJ")).status_code == 404


def test_a_listed_selection_is_validated_and_a_bad_one_changes_nothing(service: Service, proposed: Json) -> None:
    entry = {"local_code": "GLYJ", "version": proposed["version"]}
    path = f"{ROOT}/validations"
    for selection in ([], [entry, {"local_code": "XX", "version": 1}], [{"local_code": "GLYJ"}], "toutes"):
        assert service.post(path, {"selection": selection}, BIOLOGIST).status_code == 400
    assert service.post(path, {"selection": [entry]}, LABORATORY).status_code == 403
    done = service.post(path, {"selection": [entry], "comment": "revue de mars"}, BIOLOGIST)
    assert done.json() == {"validated": 1}
    assert get(service, mapping_path("GLYJ")).json()["status"] == "valide"


def test_the_history_tells_who_did_what_and_why_and_leaves_as_csv(service: Service, proposed: Json) -> None:
    put(service, mapping_path("GLYJ"), {"status": "refuse", "comment": "=non"}, BIOLOGIST, proposed["version"])
    row = get(service, f"{ROOT}/historique?examen=GLYJ&limit=1").json()["rows"][0]
    assert (row["action"], row["author"], row["reason"]) == ("modification", "RPPS 89900000001", "=non")
    assert (row["before"]["status"], row["after"]["status"]) == ("propose", "refuse")
    assert get(service, f"{ROOT}/historique?auteur=inconnu").json()["rows"] == []
    answer = get(service, f"{ROOT}/historique?format=csv")
    cells = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))[-1]
    assert "'=non" in cells, "what would run as a formula is neutralised"
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_the_concept_map_holds_what_was_validated_and_is_fhir(service: Service, proposed: Json) -> None:
    path = f"{ROOT}/export?format=conceptmap"
    assert "group" not in get(service, path).json()
    decision = {"status": "valide", "equivalence": "narrower", "comment": "adulte"}
    put(service, mapping_path("GLYJ"), decision, BIOLOGIST, proposed["version"])
    answer = get(service, path)
    resource = ConceptMap.model_validate(json.loads(answer.content))
    target = answer.json()["group"][0]["element"][0]["target"][0]
    assert (resource.id, target["code"], target["equivalence"], target["comment"]) == (
        f"catalogue-{FINESS}-loinc", "40193-5", "narrower", "adulte",
    )  # fmt: skip
    assert "LOINC" in answer.json()["copyright"]
    assert "non officiel" in answer.json()["description"]


def test_every_export_is_a_file_of_its_kind_and_lcsd_tells_what_it_lacks(service: Service) -> None:
    table = get(service, f"{ROOT}/export")
    assert table.headers["Content-Disposition"] == f'attachment; filename="transcodage-{FINESS}.csv"'
    assert get(service, f"{ROOT}/export?format=xlsx").content.startswith(b"PK")
    assert "Hexokinase maison" in get(service, f"{ROOT}/export?format=techniques").text
    assert get(service, f"{ROOT}/export?format=ajouts").status_code == 200
    lcsd = get(service, f"{ROOT}/export?format=lcsd")
    assert lcsd.status_code == 400
    assert any("récipient" in issue["details"]["text"] for issue in lcsd.json()["issue"])
    assert get(service, f"{ROOT}/export?format=pdf").status_code == 400


def test_the_dashboard_counts_what_was_decided(service: Service, proposed: Json) -> None:
    put(service, mapping_path("GLYJ"), {"status": "valide"}, BIOLOGIST, proposed["version"])
    figures = get(service, f"{ROOT}/tableau-de-bord").json()
    assert figures["by_status"]["valide"] == 1
    assert figures["coverage"] == {"validated": 1, "total": 3, "percent": 33.3}
    assert figures["coverage_by_volume"]["percent"] == 56.3  # 900 of 1,600 acts a month
    assert get(service, "/api/transcodage/tableau-de-bord", OPERATOR).json()["laboratories"] == 1
    assert "Couverture" in get(service, f"{ROOT}/tableau-de-bord?format=csv").text


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        (None, 401),
        (PRESCRIBER, 403),
        (OTHER_LABORATORY, 403),
        ("laboratory::", 403),
        (LABORATORY, 200),
        (OPERATOR, 200),
    ],
)
@pytest.mark.parametrize("what", ["examens", "tableau-de-bord", "historique", "export", "examens/GLYJ/propositions"])
def test_a_laboratory_sees_its_own_catalogue_only(service: Service, caller: str | None, status: int, what: str) -> None:
    assert get(service, f"{ROOT}/{what}", caller).status_code == status


def test_an_unknown_laboratory_is_a_404_and_the_whole_dashboard_is_for_the_operator(service: Service) -> None:
    assert get(service, "/api/transcodage/750000044/examens", OPERATOR).status_code == 404
    assert get(service, "/api/transcodage/tableau-de-bord").status_code == 403
    seen = get(service, "/api/transcodage").json()["laboratories"]
    assert [lab["finess"] for lab in seen] == [FINESS]
