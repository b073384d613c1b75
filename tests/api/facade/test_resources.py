"""What each resource of terminology.md §5.2 says, read back by `fhir.resources`."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from api.facade.search_parameters import PARAMETERS
from tests.api.facade.conftest import keep
from tests.api.service import Json, Service
from tests.terminology.releases import NFS, release

BASE = "https://circuit-biologie.invalid/fhir"
PROPERTIES_OF_SPEC = (
    "status inactive ORDER_OBS chapitre sous-chapitre rang nabm prelevement localisation lateralite "
    "renseignement-obligatoire renseignement-utile liste-restreinte comparabilite unite ucum systematique-cr resultat "
    "demande correspondance facteur release"
)


def read(service: Service, path: str) -> Json:
    answer = service.client.get(f"/fhir/{path}")
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


def concept(code_system: Json, code: str) -> Json:
    found: Json = next(c for c in code_system["concept"] if c["code"] == code)
    return found


def values(held: Json, name: str) -> list[Any]:
    return [next(v for k, v in p.items() if k != "code") for p in held.get("property", []) if p["code"] == name]


@pytest.mark.parametrize("kind", PARAMETERS)
def test_every_resource_of_every_type_is_read_by_fhir_resources(starter: Service, kind: str) -> None:
    model, offset, total = get_fhir_model_class(kind), 0, 1
    while offset < total:
        page = read(starter, f"{kind}?_count=200&_offset={offset}")
        total = page["total"]
        for entry in page["entry"]:
            model.model_validate(entry["resource"])
        offset += 200
    assert total > 2


def test_loinc_is_a_fragment_with_its_notice_and_all_declared_properties(starter: Service) -> None:
    loinc = read(starter, "CodeSystem/loinc")
    assert (loinc["url"], loinc["content"], loinc["version"]) == ("http://loinc.org", "fragment", "demarrage-1")
    assert loinc["identifier"][0]["value"] == "urn:oid:2.16.840.1.113883.6.1"
    assert "Regenstrief" in loinc["copyright"]
    assert "non officiel" in loinc["description"]
    assert {p["code"] for p in loinc["property"]} == set(PROPERTIES_OF_SPEC.split())
    assert loinc["count"] == len(loinc["concept"])


def test_a_code_has_its_labels_and_properties_each_of_its_declared_type(starter: Service) -> None:
    loinc = read(starter, "CodeSystem/loinc")
    declared = {p["code"]: p["type"] for p in loinc["property"]}
    for held in loinc["concept"]:
        for given in held["property"]:
            (name,) = given.keys() - {"code"}
            assert name.lower() == f"value{declared[given['code']]}".lower()
    fasting = concept(loinc, "40193-5")
    assert fasting["display"] == "Glycémie à jeun"
    assert values(fasting, "nabm") == [{"system": "https://smt.esante.gouv.fr/terminologie-nabm", "code": "0552"}]
    assert [v["code"] for v in values(fasting, "correspondance")] == ["53049-3"]
    assert values(concept(loinc, "2842-3"), "renseignement-obligatoire")[0]["code"] == "date-dernieres-regles"
    uses = {d["use"]["code"] for d in fasting["designation"]}
    assert {"libelle-demande", "libelle-edition", "900000000000003001", "900000000000013009"} <= uses


def test_acts_are_a_fragment_without_labels_or_hierarchy_and_say_so(starter: Service) -> None:
    nabm = read(starter, "CodeSystem/nabm")
    assert nabm["content"] == "fragment"
    assert "hiérarchie" in nabm["description"]
    assert {v["code"] for v in values(concept(nabm, "0552"), "demande")} >= {"14749-6", "40193-5"}
    assert "concept" not in concept(nabm, "0552")


@pytest.mark.parametrize(
    "id_", ["codes-attente", "rihn", "renseignements-cliniques", "classe-demande", "type-designation"]
)
def test_our_own_code_systems_are_complete(starter: Service, id_: str) -> None:
    own = read(starter, f"CodeSystem/{id_}")
    assert (own["url"], own["content"]) == (f"{BASE}/CodeSystem/{id_}", "complete")


@pytest.mark.parametrize(
    ("id_", "url", "member"),
    [
        ("demandes", None, "57022-6"),
        ("demandes-liste-restreinte", None, "24331-1"),
        ("demandes-chapitre-18723-7", None, "57022-6"),
        ("resultats", None, "718-7"),
        ("renseignements-cliniques", None, "date-dernieres-regles"),
        ("prelevements", None, "BLD"),
        ("lateralites", None, "7771000"),
        ("techniques", None, None),
        ("loinc", "http://loinc.org/vs", None),
        ("nabm", "https://smt.esante.gouv.fr/terminologie-nabm?vs", None),
    ],
)
def test_every_value_set_is_defined(starter: Service, id_: str, url: str | None, member: str | None) -> None:
    value_set = read(starter, f"ValueSet/{id_}")
    assert value_set["url"] == (url or f"{BASE}/ValueSet/{id_}")
    assert value_set["version"] == "demarrage-1"
    codes = {c["code"] for include in value_set["compose"]["include"] for c in include.get("concept", [])}
    assert member in codes if member else not codes


def test_a_list_the_release_does_not_bring_is_that_of_the_ans(starter: Service) -> None:
    (include,) = read(starter, "ValueSet/techniques")["compose"]["include"]
    assert include == {"valueSet": ["https://smt.esante.gouv.fr/fhir/ValueSet/jdv-technique-biologie-cisis"]}


def test_acts_and_requests_are_only_related(starter: Service) -> None:
    for id_, source, target in (("nabm-loinc", "0552", "14749-6"), ("loinc-nabm", "14749-6", "0552")):
        (group,) = read(starter, f"ConceptMap/{id_}")["group"]
        (element,) = [e for e in group["element"] if e["code"] == source]
        assert {t["equivalence"] for t in element["target"]} == {"relatedto"}
        assert target in {t["code"] for t in element["target"]}


def test_the_factor_to_the_twin_is_an_exact_text(starter: Service) -> None:
    (group,) = read(starter, "ConceptMap/unites-si-conventionnel")["group"]
    targets = {e["code"]: e["target"][0] for e in group["element"]}
    assert targets["40193-5"]["code"] == "53049-3"
    assert targets["40193-5"]["product"] == [{"property": f"{BASE}/facteur", "value": "0.18"}]
    assert targets["53049-3"]["product"][0]["value"] == "5.551"
    assert "calculé" in targets["2284-8"]["comment"]
    assert Decimal(targets["2284-8"]["product"][0]["value"]) > 2


def test_an_obligation_is_told_and_never_required(starter: Service) -> None:
    questionnaire = read(starter, "Questionnaire/renseignements-2842-3")
    assert questionnaire["url"] == f"{BASE}/Questionnaire/renseignements-2842-3"
    item = questionnaire["item"][0]
    assert (item["linkId"], item["type"], item["required"]) == ("date-dernieres-regles", "date", False)
    assert item["extension"] == [
        {"url": f"{BASE}/StructureDefinition/renseignement-attendu", "valueCode": "obligatoire"}
    ]


def test_an_exam_leads_to_its_specimen_its_results_and_its_questionnaire(starter: Service) -> None:
    exam = read(starter, "ActivityDefinition/demande-2842-3")
    assert (exam["kind"], exam["intent"], exam["code"]["coding"][0]["code"]) == ("ServiceRequest", "order", "2842-3")
    assert exam["relatedArtifact"][0]["resource"] == f"{BASE}/Questionnaire/renseignements-2842-3|demarrage-1"
    for reference in (*exam["specimenRequirement"], *exam["observationResultRequirement"]):
        assert read(starter, reference["reference"])["id"] == reference["reference"].split("/")[1]


def test_what_the_patient_must_do_is_said_of_the_specimen(starter: Service) -> None:
    exam = read(starter, "ActivityDefinition/demande-40193-5")
    specimen = read(starter, exam["specimenRequirement"][0]["reference"])
    assert specimen["typeCollected"]["coding"][0]["code"]
    assert "jeun" in specimen["patientPreparation"][0]["text"]


def test_an_analysis_has_its_unit_and_its_technique(starter: Service) -> None:
    leucocytes = read(starter, "ObservationDefinition/resultat-6690-2")
    assert leucocytes["quantitativeDetails"]["unit"]["coding"][0]["code"] == "10*9/L"
    assert leucocytes["method"]["text"] == "Comptage automatisé"
    assert leucocytes["permittedDataType"] == ["Quantity"]


def test_a_basket_is_an_order_set_of_exams_that_exist(starter: Service) -> None:
    basket = read(starter, "PlanDefinition/panier-bilan-renal")
    assert basket["type"]["coding"][0]["code"] == "order-set"
    for action in basket["action"]:
        canonical = action["definitionCanonical"].removeprefix(f"{BASE}/").removesuffix("|demarrage-1")
        assert read(starter, canonical)["title"] == action["title"]


def test_a_retired_code_is_in_its_code_system_but_not_offered(official: Service) -> None:
    prolactin = concept(read(official, "CodeSystem/loinc"), "2842-3")
    assert (values(prolactin, "status"), values(prolactin, "inactive")) == (["retired"], [True])
    (include, *_) = read(official, "ValueSet/demandes")["compose"]["include"]
    assert "2842-3" not in {c["code"] for c in include["concept"]}
    assert read(official, "ActivityDefinition/demande-2842-3")["status"] == "retired"


def test_a_waiting_code_has_its_own_system_and_is_retired_once_resolved(official: Service) -> None:
    waiting = concept(read(official, "CodeSystem/codes-attente?release=2025-03"), "ATT-001")
    assert values(waiting, "status") == ["waiting"]
    resolved = concept(read(official, "CodeSystem/codes-attente"), "ATT-001")
    assert values(resolved, "status") == ["retired"]
    systems = {i["system"] for i in read(official, "ValueSet/demandes?release=2025-03")["compose"]["include"]}
    assert f"{BASE}/CodeSystem/codes-attente" in systems


def test_a_value_set_without_members_never_means_everything(official: Service) -> None:
    keep(official, release("2026-03", date(2026, 3, 1), NFS))
    assert "compose" not in read(official, "ValueSet/demandes-liste-restreinte?release=2026-03")
