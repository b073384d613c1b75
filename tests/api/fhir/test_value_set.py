"""The expansion of `demandes` is a ValueSet of the standard and says what it was made from."""

import json
from datetime import UTC, date, datetime
from typing import Any

from fhir.resources.R4B.valueset import ValueSet

from api.fhir.json import serialise
from api.fhir.value_set import Expansion, write_expansion
from terminology.coding import Coding
from terminology.release import Release, ReleaseKind
from terminology.request_code import (
    AnswerType,
    ClinicalInformation,
    CodeStatus,
    ExpectedInformation,
    Obligation,
    RequestCode,
    Synonym,
    SynonymKind,
)

BASE = "https://circuit-biologie.invalid/fhir"
LMP = ClinicalInformation("date-dernieres-regles", "Date des dernières règles", AnswerType.DATE)
PROLACTIN = RequestCode(
    "2842-3",
    "http://loinc.org",
    "Prolactine",
    synonyms=(Synonym("PRL", SynonymKind.ABBREVIATION), Synonym("Hormone lactogène", SynonymKind.SYNONYM)),
    chapter=Coding("http://loinc.org", "18719-5", "Biochimie"),
    nabm=("0343",),
    specimens=(Coding("http://terminology.hl7.org/CodeSystem/v2-0487", "SER", "Sérum"),),
    clinical_information=(ExpectedInformation(LMP, Obligation.REQUIRED),),
    restricted=True,
)
RETIRED = RequestCode("ATT-1", f"{BASE}/CodeSystem/codes-attente", "Essai", CodeStatus.RETIRED)
RELEASE = Release("demarrage-1", 2, ReleaseKind.STARTER, date(2026, 11, 1), (PROLACTIN, RETIRED), notice="non officiel")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def expansion(**changes: Any) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "release": RELEASE, "requests": RELEASE.requests, "total": 12, "offset": 0, "count": 2, "filter_text": "prl",
        "engine": "embedded", "degraded": False, "now": NOW, "base": BASE,
    }  # fmt: skip
    body = serialise(write_expansion(Expansion(**(asked | changes))))
    ValueSet.model_validate_json(body)
    found: dict[str, Any] = json.loads(body)
    return found


def properties(concept: dict[str, Any]) -> list[tuple[str, Any]]:
    pairs = [e["extension"] for e in concept.get("extension", [])]
    return [(code["valueCode"], value.get("valueBoolean", value.get("valueCoding"))) for code, value in pairs]


def test_a_concept_has_its_synonyms_and_its_properties() -> None:
    written = expansion()
    prolactin, retired = written["expansion"]["contains"]
    assert (prolactin["code"], prolactin["display"]) == ("2842-3", "Prolactine")
    assert [(d["value"], d["use"]["code"]) for d in prolactin["designation"]] == [
        ("PRL", "abreviation"),
        ("Hormone lactogène", "900000000000013009"),
    ]
    found = dict(properties(prolactin))
    assert found["renseignement-obligatoire"]["code"] == "date-dernieres-regles"
    assert found["nabm"] == {"system": "https://smt.esante.gouv.fr/terminologie-nabm", "code": "0343"}
    assert found["prelevement"]["code"] == "SER"
    assert found["chapitre"]["display"] == "Biochimie"
    assert found["liste-restreinte"] is True
    assert retired["inactive"] is True
    assert "inactive" not in prolactin


def test_the_expansion_echoes_what_was_used() -> None:
    written = expansion()
    assert written["version"] == "demarrage-1+2"
    assert (written["expansion"]["total"], written["expansion"]["offset"]) == (12, 0)
    assert written["expansion"]["identifier"].startswith("urn:uuid:")
    echoed = {p["name"]: next(v for k, v in p.items() if k != "name") for p in written["expansion"]["parameter"]}
    assert echoed["filter"] == "prl"
    assert (echoed["engine"], echoed["degraded"]) == ("embedded", False)
    assert echoed["version"] == f"{BASE}/ValueSet/demandes|demarrage-1+2"
    assert "used-codesystem" in echoed


def test_designations_and_properties_can_be_left_out() -> None:
    written = expansion(include_designations=False, properties=("nabm",))
    prolactin = written["expansion"]["contains"][0]
    assert "designation" not in prolactin
    assert [name for name, _ in properties(prolactin)] == ["nabm"]
    assert "contains" not in expansion(requests=(), count=0)["expansion"]
