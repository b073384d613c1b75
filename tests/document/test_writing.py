"""The document as the model asks for it: header, sections, entries, narrative (cda-ep-bio.md §1 to §5)."""

from dataclasses import replace

import pytest
from lxml import etree

from document.narrative import read_words
from document.options import DocumentOptions
from document.systems import HL7, PDF_COPY, UNCODED_EXAM
from document.write import write_document
from kernel.errors import CircuitbioError
from kernel.text import fold
from prescription.people import AnonymousPatient, IdentityAttribute, IdentityStatus, Sex
from prescription.prescription import Prescription
from tests.document.documents import ALD, CASES, EVERYTHING, INR, ONE_LINE, PDF, QR, URGENT, document_of
from tests.printing.orders import CATALOGUE, PATIENT, line

_NS = {"c": HL7}
_SUB_TYPES = "c:documentationOf/c:serviceEvent[@classCode='INFO']/c:code/@code"


def tree(order: Prescription) -> etree._Element:
    return etree.fromstring(document_of(order))


def found(root: etree._Element, path: str) -> list[str]:
    return [str(each) for each in root.xpath(path, namespaces=_NS)]


def test_the_id_of_the_document_is_the_code_of_the_order_under_both_model_numbers() -> None:
    root = tree(ONE_LINE)
    assert found(root, "c:id/@root | c:id/@extension") == ["1.2.250.1.215.500.1.1", "01S2TBPZ2JCNZZYGHZ"]
    assert found(root, "c:templateId[@extension='2022.01']/@root") == [
        "1.2.250.1.213.1.1.1.51",
        "1.2.250.1.213.1.1.1.52",
    ]
    assert found(root, "c:title/text()") == ["Prescription d’actes de biologie médicale"]


def test_the_number_that_the_tables_give_to_another_model_can_be_left_out() -> None:
    content = write_document(ONE_LINE, CATALOGUE, PDF, QR, DocumentOptions(tooling_template=False))
    assert found(etree.fromstring(content), "c:templateId[@extension='2022.01']/@root") == ["1.2.250.1.213.1.1.1.52"]


@pytest.mark.parametrize(
    ("order", "marks"),
    [
        (ONE_LINE, []),
        (URGENT, ["MED-1095"]),
        (ALD, ["MED-1096"]),
        (EVERYTHING, ["MED-1095", "MED-1096", "MED-1094"]),
    ],
)
def test_the_sub_types_are_those_of_the_lines(order: Prescription, marks: list[str]) -> None:
    assert found(tree(order), _SUB_TYPES) == marks


@pytest.mark.parametrize("case", CASES)
def test_no_date_stands_in_the_time_of_an_act_and_each_has_a_specimen(case: str) -> None:
    root = tree(CASES[case])
    acts = root.xpath("//c:observation[c:templateId/@root='1.2.250.1.213.1.1.3.27.2']", namespaces=_NS)
    assert len(acts) == len(CASES[case].lines)
    for act in acts:
        assert found(act, "c:effectiveTime/@nullFlavor") == ["UNK"]
        assert found(act, "c:entryRelationship/c:procedure//c:playingEntity/c:code")


def test_a_matricule_leaves_with_a_qualified_identity_only() -> None:
    ins = PATIENT.ins
    assert ins is not None
    for status in IdentityStatus:
        order = replace(ONE_LINE, patient=replace(PATIENT, status=status))
        assert (ins.matricule.encode() in document_of(order)) is (status is IdentityStatus.QUALIFIED)
    for attribute in (IdentityAttribute.DOUBTFUL, IdentityAttribute.FICTIVE):
        order = replace(ONE_LINE, patient=replace(PATIENT, attributes=frozenset({attribute})))
        assert ins.matricule.encode() not in document_of(order)


def test_the_names_are_those_of_the_birth_certificate_in_one_element() -> None:
    name = "c:recordTarget//c:patient/c:name"
    root = tree(EVERYTHING)
    assert found(root, f"{name}/c:given[not(@qualifier)]/text()") == ["DOMINIQUE MARIE-LOUISE"]
    assert found(root, f"{name}/*[@qualifier='BR']/text()") == ["PAT-TROIS", "DOMINIQUE"]
    assert found(root, f"{name}/*[@qualifier='CL']/text()") == ["DURAND", "DOMINIQUE"]


def test_what_has_no_loinc_is_told_in_words_and_in_the_comment() -> None:
    root = tree(ALD)
    act = root.xpath("//c:observation[c:code/@code='19146-0']", namespaces=_NS)[0]
    [anchor] = found(act, "c:code/c:originalText/c:reference/@value")
    assert read_words(root.xpath(f"//*[@ID='{anchor[1:]}']")[0]) == "Recherche de paludisme"
    [comment] = found(act, "c:entryRelationship/c:act[c:code/@code='48767-8']/c:text/c:reference/@value")
    assert "Recherche de paludisme" in read_words(root.xpath(f"//*[@ID='{comment[1:]}']")[0])


def test_a_target_of_inr_is_a_range_without_unit_and_its_rhythm_is_in_words() -> None:
    root = tree(INR)
    value = root.xpath("//c:value[@xsi:type='IVL_REAL']", namespaces=_NS | {"xsi": root.nsmap["xsi"]})[0]
    assert found(value, "*/@value") == ["2.0", "3.0"]
    assert "6 fois, toutes les semaines" in read_words(root)


@pytest.mark.parametrize("case", CASES)
def test_the_narrative_says_all_that_the_entries_code(case: str) -> None:
    """Every label of a code in the entries is read in the narrative, and every reference leads somewhere."""
    root = tree(CASES[case])
    body = root.xpath("c:component/c:structuredBody", namespaces=_NS)[0]
    narrative = fold("".join(read_words(text) for text in body.xpath("//c:section/c:text", namespaces=_NS)))
    acts = "//c:observation[@moodCode='INT']/c:code"
    coded = f"({acts} | //c:entry//c:value | //c:targetSiteCode | //c:playingEntity/c:code)/@displayName"
    told = [label for label in found(body, coded) if label not in (UNCODED_EXAM.display, PDF_COPY.display)]
    assert told
    assert [label for label in told if fold(label) not in narrative] == []
    targets = {anchor.removeprefix("#") for anchor in found(root, "//c:reference/@value")}
    assert targets <= set(found(root, "//@ID"))


def test_the_same_order_gives_the_same_bytes() -> None:
    assert document_of(EVERYTHING) == document_of(EVERYTHING)


def test_without_a_code_the_body_is_the_pdf_alone() -> None:
    root = tree(replace(EVERYTHING, epu_code=None))
    assert found(root, "c:component/c:nonXMLBody/c:text/@mediaType") == ["application/pdf"]
    assert found(root, "//c:section | c:templateId[@extension]") == []
    assert "1.2.250.1.215.500.1.1" not in found(root, "c:id/@root")


@pytest.mark.parametrize(
    ("order", "code"),
    [
        (replace(ONE_LINE, patient=AnonymousPatient(Sex.FEMALE, 42)), "anonymous-order"),
        (replace(ONE_LINE, signed=False), "not-signed"),
        (replace(ONE_LINE, authored_on=None), "not-signed"),
        (replace(ONE_LINE, cancelled=True), "order-cancelled"),
        (replace(ONE_LINE, lines=()), "no-line"),
        (replace(ONE_LINE, lines=(line(1, ONE_LINE.lines[0].exam, note="a\x0bb"),)), "unwritable-character"),
    ],
)
def test_an_order_that_makes_no_document_says_why(order: Prescription, code: str) -> None:
    with pytest.raises(CircuitbioError) as refused:
        document_of(order)
    assert refused.value.code == code
