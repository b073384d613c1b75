"""The order Bundle, at the seam an integrator touches: JSON in, an order and located findings out."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.fhir.json import parse, serialise
from api.fhir.order_bundle import read_line, read_order, write_order
from kernel.ins import InsAuthority
from prescription.line import CodedExam, CodeKind, FreeTextExam, Recurrence, RecurrenceKind
from prescription.people import IdentityAttribute, IdentityStatus, Patient
from prescription.prescription import Prescription
from tests.api.fhir.strategies import orders

BASE = "https://circuit-biologie.invalid/fhir"
EXAMPLES = Path(__file__).parents[3] / "examples"
WORKED = json.loads((EXAMPLES / "03-bizone.json").read_text("utf-8"))
HEAD, PATIENT, ROLE, DOCTOR, HBA1C, CREATININE, POTASSIUM, TSH, FREE, COVERAGE = range(10)
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def resource(bundle: dict[str, Any], index: int) -> dict[str, Any]:
    found: dict[str, Any] = bundle["entry"][index]["resource"]
    return found


def found_in(bundle: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.code, f.path) for f in read_order(parse(json.dumps(bundle).encode()), BASE).findings]


def prescription_in(bundle: dict[str, Any]) -> Prescription:
    read = read_order(parse(json.dumps(bundle).encode()), BASE)
    assert read.findings == ()
    assert read.prescription is not None
    return read.prescription


@pytest.fixture
def bundle() -> dict[str, Any]:
    return copy.deepcopy(WORKED)


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda p: p.stem)
def test_the_examples_are_read_without_a_remark(path: Path) -> None:
    read = read_order(parse(path.read_bytes()), BASE)
    assert read.findings == ()
    assert read.prescription is not None
    assert isinstance(read.prescription.patient, Patient)
    assert read.prescription.patient.birth_given_names == ("DOMINIQUE", "MARIE-LOUISE")
    assert read.prescription.patient.first_birth_given_name == "DOMINIQUE"
    assert read.prescription.author.practitioner.rpps == "10005688798"


def test_every_part_of_the_two_zone_example_arrives() -> None:
    order = prescription_in(WORKED)
    hba1c, creatinine, potassium, tsh, free = order.lines
    assert hba1c.exam == CodedExam(CodeKind.LOINC, "4548-4", "Hémoglobine glyquée", "HbA1c")
    assert hba1c.recurrence is not None
    assert (hba1c.recurrence.kind, hba1c.recurrence.count) == (RecurrenceKind.RENEWABLE, 4)
    assert [line.flags.ald for line in order.lines] == [True, True, False, False, False]
    assert hba1c.coverages == creatinine.coverages != ()
    assert potassium.urgent
    assert potassium.result_returns[0].within_minutes == 120
    assert tsh.clinical_context == "asthénie"
    assert free.exam == FreeTextExam("Conserver un tube de sérum en sérothèque")
    assert order.signed
    assert order.two_zone


@slow
@given(orders(full=True) | orders(full=False))
def test_reading_what_was_written_gives_the_same_order(order: Prescription) -> None:
    written = parse(serialise(write_order(order, BASE)))
    read = read_order(written, BASE)
    assert read.findings == ()
    assert read.prescription == order
    assert serialise(write_order(order, BASE)) == serialise(written)


@settings(max_examples=10, deadline=None)
@given(orders(full=True))
def test_written_orders_have_the_structure_of_the_standard(order: Prescription) -> None:
    Bundle.model_validate(parse(serialise(write_order(order, BASE))))


def test_a_read_back_order_says_state_and_origin_of_its_lines_and_is_refused_as_a_new_one() -> None:
    order = prescription_in(WORKED)
    states = ["done", "removed", "claimed", "partially-done", "prescribed"]
    line_states = {line.line_id: (state, "prescriber") for line, state in zip(order.lines, states, strict=True)}
    written = write_order(order, BASE, line_states)
    lines = [e["resource"] for e in json.loads(serialise(written))["entry"]]
    statuses = [line["status"] for line in lines if line["resourceType"] == "ServiceRequest"]
    assert statuses == ["completed", "revoked", "active", "active", "active"]
    assert read_order(written, BASE, read_back=True).prescription == order
    assert {f.code for f in read_order(written, BASE).findings} == {"unsupported-element", "invalid-bundle"}


def test_all_faults_come_at_once_each_at_its_place(bundle: dict[str, Any]) -> None:
    resource(bundle, HEAD)["priority"] = "urgent"
    resource(bundle, PATIENT)["identifier"][0]["value"] = "279035121518988"
    resource(bundle, HBA1C)["status"] = "activ"
    resource(bundle, CREATININE)["extension"].append({"url": "https://example.org/x", "valueString": "x"})
    resource(bundle, POTASSIUM)["code"]["coding"].append({"system": "http://loinc.org", "code": "2823-3"})
    resource(bundle, TSH)["requester"]["reference"] = "urn:uuid:0190a003-0000-7000-8000-0000000000ff"
    resource(bundle, FREE)["note"][0]["text"] = "a\u0007b"
    assert set(found_in(bundle)) == {
        ("unsupported-element", "Bundle.entry[0].resource.priority"),
        ("malformed-ins", "Bundle.entry[1].resource.identifier[0]"),
        ("invalid-bundle", "Bundle.entry[4].resource.status"),
        ("unsupported-element", "Bundle.entry[5].resource.extension[1]"),
        ("invalid-bundle", "Bundle.entry[6].resource.code.coding[1]"),
        ("bad-reference", "Bundle.entry[7].resource.requester.reference"),
        ("bad-parameter", "Bundle.entry[8].resource.note[0].text"),
    }


@pytest.mark.parametrize(
    ("index", "element", "value", "code", "place"),
    [
        (HEAD, "groupIdentifier", {"system": "urn:oid:1.2.250.1.215.500.1.1", "value": "01U"}, "malformed-code",
         "groupIdentifier.value"),
        (HEAD, "intent", "plan", "invalid-bundle", "intent"),
        (HEAD, "authoredOn", "2026-11-20", "invalid-bundle", "authoredOn"),
        (HEAD, "authoredOn", "2026-11-20T09:30:00", "invalid-bundle", "authoredOn"),
        (HEAD, "modifierExtension", [{"url": "x", "valueBoolean": True}], "unsupported-element", "modifierExtension"),
        (HEAD, "subject", {"reference": "urn:uuid:0190a003-0000-7000-8000-000000000003"}, "bad-reference",
         "subject.reference"),
        (PATIENT, "gender", "F", "invalid-bundle", "gender"),
        (PATIENT, "gender", None, "invalid-bundle", "gender"),
        (PATIENT, "birthDate", "28/03/1979", "invalid-bundle", "birthDate"),
        (PATIENT, "active", True, "unsupported-element", "active"),
        (PATIENT, "_birthDate", {"id": "x"}, "unsupported-element", "birthDate"),
        (DOCTOR, "name", [], "invalid-bundle", "name"),
        (TSH, "priority", "stat", "invalid-bundle", "priority"),
        (TSH, "code", {}, "invalid-bundle", "code"),
        (TSH, "code", {"coding": [{"system": "http://snomed.info/sct", "code": "1"}]}, "invalid-bundle",
         "code.coding[0].system"),
        (TSH, "identifier", [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:0190a003-0000-7000-8000-0000000000aa"}],
         "invalid-bundle", "identifier[0].value"),
        (TSH, "specimen", [{"reference": "#none"}], "bad-reference", "specimen[0].reference"),
        (TSH, "occurrenceDateTime", "demain", "invalid-bundle", "occurrenceDateTime"),
        (TSH, "occurrenceTiming", {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d", "count": 2}},
         "unsupported-element", "occurrenceTiming.repeat.frequency"),
        (TSH, "occurrenceTiming", {"repeat": {"count": "2"}}, "invalid-bundle", "occurrenceTiming.repeat.count"),
        (COVERAGE, "status", "cancelled", "invalid-bundle", "status"),
    ],
)  # fmt: skip
def test_one_wrong_element_draws_one_finding(
    bundle: dict[str, Any], index: int, element: str, value: Any, code: str, place: str
) -> None:
    resource(bundle, index)[element] = value
    expected = (code, f"Bundle.entry[{index}].resource.{place}")
    assert [f for f in found_in(bundle) if f[1].startswith(f"Bundle.entry[{index}]")] == [expected]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (lambda b: b.update(type="document"), "invalid-bundle", "Bundle.type"),
        (lambda b: b.update(link=[]), "unsupported-element", "Bundle.link"),
        (lambda b: b["entry"].insert(0, b["entry"].pop()), "invalid-bundle", "Bundle.entry[0].resource"),
        (lambda b: b["entry"][HEAD]["resource"]["action"].pop(), "invalid-bundle", "Bundle.entry[8].resource"),
        (lambda b: b["entry"][COVERAGE].update(fullUrl=b["entry"][ROLE]["fullUrl"]), "invalid-bundle",
         "Bundle.entry[9].fullUrl"),
        (lambda b: b["entry"][TSH]["resource"].update(resourceType="Observation"), "unsupported-element",
         "Bundle.entry[7].resource"),
        (lambda b: b["entry"].pop(HEAD), "invalid-bundle", "Bundle.entry"),
    ],
)  # fmt: skip
def test_a_wrong_bundle_is_said_to_be_so(bundle: dict[str, Any], change: Any, code: str, place: str) -> None:
    change(bundle)
    assert (code, place) in found_in(bundle)


def test_a_line_without_an_exam_is_refused(bundle: dict[str, Any]) -> None:
    del resource(bundle, TSH)["code"]
    assert found_in(bundle) == [("invalid-bundle", "Bundle.entry[7].resource.code")]


def test_what_only_the_order_rules_refuse_is_left_to_them(bundle: dict[str, Any]) -> None:
    head, patient = resource(bundle, HEAD), resource(bundle, PATIENT)
    del head["author"], head["action"], patient["name"], patient["birthDate"]
    bundle["entry"] = bundle["entry"][:2]
    order = prescription_in(bundle)
    assert order.lines == ()
    assert order.author.practitioner.rpps is None
    assert isinstance(order.patient, Patient)
    assert (order.patient.birth_family_name, order.patient.birth_date) == (None, None)


def test_a_line_sent_twice_reaches_the_rule_on_doubled_lines(bundle: dict[str, Any]) -> None:
    bundle["entry"].append(copy.deepcopy(bundle["entry"][TSH]))
    resource(bundle, HEAD)["action"].append(copy.deepcopy(resource(bundle, HEAD)["action"][3]))
    lines = prescription_in(bundle).lines
    assert [line.line_id for line in lines].count(lines[3].line_id) == 2


def test_an_incomplete_repetition_reaches_the_rule_on_repetitions(bundle: dict[str, Any]) -> None:
    del resource(bundle, HBA1C)["extension"][1], resource(bundle, HBA1C)["occurrenceTiming"]["repeat"]["count"]
    recurrence = prescription_in(bundle).lines[0].recurrence
    assert recurrence is not None
    assert (recurrence.kind, recurrence.count, recurrence.unit) == (None, None, "mo")
    resource(bundle, TSH)["extension"] = [
        {"url": f"{BASE}/StructureDefinition/recurrence-kind", "valueCode": "renewable"}
    ]
    assert prescription_in(bundle).lines[3].recurrence == Recurrence(RecurrenceKind.RENEWABLE, None, None)


def test_an_answer_not_known_is_an_answer_and_another_exam_s_questionnaire_is_refused(bundle: dict[str, Any]) -> None:
    url = "urn:uuid:0190a003-0000-7000-8000-000000000031"
    absent = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-unknown"}
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{BASE}/Questionnaire/renseignements-3016-3",
        "status": "completed",
        "item": [{"linkId": "date-dernieres-regles", "answer": [{"_valueDate": {"extension": [absent]}}]}],
    }
    resource(bundle, TSH)["supportingInfo"] = [{"reference": url}]
    bundle["entry"].append({"fullUrl": url, "resource": response})
    assert prescription_in(bundle).lines[3].answered == {"date-dernieres-regles"}
    response["questionnaire"] = f"{BASE}/Questionnaire/renseignements-2842-3"
    assert found_in(bundle) == [("invalid-bundle", "Bundle.entry[10].resource.questionnaire")]


def test_an_anonymous_order_holds_no_helper_and_no_coverage(bundle: dict[str, Any]) -> None:
    age = {"value": 47, "unit": "ans", "system": "http://unitsofmeasure.org", "code": "a"}
    bundle["entry"][PATIENT]["resource"] = {
        "resourceType": "Patient",
        "gender": "female",
        "extension": [{"url": f"{BASE}/StructureDefinition/patient-age", "valueAge": age}],
    }
    assert found_in(bundle) == [("invalid-bundle", "Bundle.entry[9].resource")]
    for index in (HBA1C, CREATININE):
        del resource(bundle, index)["insurance"]
    bundle["entry"].pop()
    assert prescription_in(bundle).anonymous
    resource(bundle, PATIENT)["birthDate"] = "1979-03-28"
    assert ("unsupported-element", "Bundle.entry[1].resource.extension[0]") in found_in(bundle)


def test_fr_core_2_1_writes_vali_for_a_qualified_identity_in_its_ins_profile(bundle: dict[str, Any]) -> None:
    patient = resource(bundle, PATIENT)
    reliability = patient["extension"][0]["extension"]
    reliability[0]["valueCoding"]["code"] = "VALI"
    reliability.append({"url": "validationDate", "valueDate": "2020-04-22"})
    read = prescription_in(bundle).patient
    assert isinstance(read, Patient)
    assert read.status is IdentityStatus.VALIDATED
    patient["meta"] = {"profile": ["https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-ins"]}
    read = prescription_in(bundle).patient
    assert isinstance(read, Patient)
    assert read.status is IdentityStatus.QUALIFIED
    assert read.ins is not None
    assert read.ins.authority is InsAuthority.TEST


def test_identity_attributes_come_as_coding_or_as_text(bundle: dict[str, Any]) -> None:
    reliability = resource(bundle, PATIENT)["extension"][0]["extension"]
    reliability.append({"url": "comment", "valueString": "HOMA"})
    reliability.append({"url": "comment", "valueCoding": {"code": "DOUT"}})
    patient = prescription_in(bundle).patient
    assert isinstance(patient, Patient)
    assert patient.attributes == {IdentityAttribute.HOMONYM, IdentityAttribute.DOUBTFUL}


def test_places_fall_back_to_the_nearest_known_one() -> None:
    places = read_order(WORKED, BASE).places
    line = "line/urn:uuid:0190a003-0000-7000-8000-000000000014"
    assert places.locate(f"{line}/exam") == "Bundle.entry[7].resource.code"
    assert places.locate(f"{line}/target") == "Bundle.entry[7].resource"
    assert places.locate("author.rpps") == "Bundle.entry[3].resource.identifier[0].value"
    assert places.locate("patient.name") == "Bundle.entry[1].resource.name[0]"
    assert places.locate("general_context") == places.locate("") == "Bundle.entry[0].resource"


def test_a_line_alone_is_read_with_its_place_in_the_parameters(bundle: dict[str, Any]) -> None:
    alone = resource(bundle, TSH)
    for name in ("identifier", "subject", "requester"):
        del alone[name]
    read = read_line(alone, "urn:uuid:0190a003-0000-7000-8000-0000000000bb", BASE, "Parameters.parameter[2].resource")
    assert read.findings == ()
    assert read.line.exam == CodedExam(CodeKind.LOINC, "3016-3", "TSH")
    alone["priority"] = "asap"
    read = read_line(alone, read.line.line_id, BASE, "Parameters.parameter[2].resource")
    assert [f.path for f in read.findings] == ["Parameters.parameter[2].resource.priority"]


Path_ = tuple[str | int, ...]


def every_place(value: Any, path: Path_ = ()) -> list[Path_]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, child in children for place in every_place(child, (*path, key)))]


PLACES = every_place(WORKED)[1:]
anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["url", "code", "value", "text", "extension", "x y", "reference"]), inner)
    ),
    max_leaves=5,
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    bundle = copy.deepcopy(WORKED)
    for _ in range(draw(st.integers(1, 3))):
        *holders, last = draw(st.sampled_from(PLACES))
        holder = bundle
        try:
            for key in holders:
                holder = holder[key]
            match draw(st.sampled_from(["delete", "replace", "copy", "add"])):
                case "delete":
                    del holder[last]
                case "replace":
                    holder[last] = draw(anything)
                case "copy":
                    holder[last] = copy.deepcopy(draw(st.sampled_from([holder, bundle["entry"]])))
                case "add":
                    holder[last][draw(st.sampled_from(["x", "extension", "contained"]))] = draw(anything)
        except (KeyError, IndexError, TypeError):
            continue
    return bundle


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_no_mutation_makes_the_reader_raise(bundle: Any) -> None:
    read = read_order(bundle, BASE)
    assert read.prescription is not None or read.findings
    assert all(f.path.startswith("Bundle") and f.code and f.message and f.hint for f in read.findings)
