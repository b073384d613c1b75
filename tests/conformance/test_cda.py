"""The documents of orders before the schema and the schematrons of the CI-SIS; each family of rules is seen to refuse.

The material of the ANS is not here: `CISIS_DIR` says where it is (README.md). Of the terminologies, codes are looked up
in those that the material holds.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import etree
from playwright.sync_api import Browser

from api.order_document import written_order
from document.options import DocumentOptions
from document.systems import HL7
from document.view import render_view
from printing.options import PrintOptions
from tests.conformance.cda_material import VARIABLE
from tests.conformance.conftest import JudgeFixture
from tests.conformance.judge import Verdict
from tests.document.documents import CASES, EVERYTHING, document_of
from tests.printing.orders import CATALOGUE

pytestmark = [pytest.mark.judge, pytest.mark.given(VARIABLE)]

Edit = Callable[[etree._Element], None]
_PLAN = "//c:section[c:templateId/@root='1.2.250.1.213.1.1.2.158.2']"
_ACT = f"{_PLAN}/c:entry[1]/c:observation"
_PART = "/c:entryRelationship/c:observation[c:templateId/@root='1.2.250.1.213.1.1.3.48.{}']"


def _find(root: etree._Element, path: str) -> etree._Element:
    found = root.xpath(path, namespaces={"c": HL7})
    assert found, path
    return found[0]


def drop(path: str) -> Edit:
    """Without the element."""

    def edit(root: etree._Element) -> None:
        element = _find(root, path)
        element.getparent().remove(element)

    return edit


def write(path: str, name: str, value: str) -> Edit:
    """With another attribute."""
    return lambda root: _find(root, path).set(name, value)


def say(path: str, words: str) -> Edit:
    """With other words."""

    def edit(root: etree._Element) -> None:
        _find(root, path).text = words

    return edit


def _template(root: str) -> str:
    return f"//c:templateId[@root='{root}']"


# By the layer that must refuse: the schema, the header, IHE, the content models, the ANS models, the terminologies, the
# patterns of a biology prescription that no profile includes, and the document.
WRONG: dict[str, tuple[str, Edit]] = {
    "schema-attribute": ("xsd", write("/c:ClinicalDocument/c:versionNumber", "valeur", "1")),
    "schema-order": ("xsd", lambda root: root.append(_find(root, "/c:ClinicalDocument/c:title"))),
    "schema-uid": ("xsd", write(f"{_ACT}/c:id", "root", "urn:uuid:0")),
    "no-hl7-france": ("struct", drop(_template("2.16.840.1.113883.2.8.2.1"))),
    "no-specialty": ("struct", write("//c:author/c:assignedAuthor/c:code", "code", "G15_10/XX")),
    "no-custodian-number": ("struct", drop("//c:custodian//c:id")),
    "sex": ("struct", write("//c:administrativeGenderCode", "code", "Z")),
    "no-birth-name": ("struct", drop("//c:patient/c:name/c:family[@qualifier='BR']")),
    "telecom": ("struct", write("//c:recordTarget//c:telecom", "value", "0600000003")),
    "comment-without-text": ("ihe", drop(f"{_ACT}//c:act[c:code/@code='48767-8']/c:text")),
    "simple-observation-without-id": ("ihe", drop(f"{_ACT}{_PART.format('14')}/c:id")),
    "comment-template": ("content", drop(_template("1.2.250.1.213.1.1.3.32"))),
    "specimen-of-no-list": ("content", write("//c:playingEntity/c:code[@code='SER']", "code", "XXXX")),
    "instruction-without-template": ("content", drop(f"{_ACT}//c:act{_template('2.16.840.1.113883.10.20.1.49')[1:]}")),
    "image-without-id": ("epbio", lambda root: _find(root, "//c:observationMedia[@ID='CODE2D']").attrib.pop("ID")),
    "act-without-parent": ("epbio", drop(f"{_ACT}/c:templateId[@root='2.16.840.1.113883.10.20.1.25']")),
    "act-dated": ("epbio", write(f"{_ACT}/c:effectiveTime", "nullFlavor", "NA")),
    "act-without-text": ("epbio", drop(f"{_ACT}/c:text")),
    "act-mood": ("epbio", write(_ACT, "moodCode", "EVN")),
    "act-without-accident": ("epbio", drop(f"{_ACT}/c:entryRelationship[c:observation/c:code/@code='GEN-180']")),
    "act-without-prevention": ("epbio", drop(f"{_ACT}/c:entryRelationship[c:observation/c:code/@code='GEN-295']")),
    "act-without-reimbursement": ("epbio", drop(f"{_ACT}/c:entryRelationship[c:observation/c:code/@code='GEN-181']")),
    "act-without-nomenclature": ("epbio", drop(f"{_ACT}/c:entryRelationship[c:observation/c:code/@code='GEN-298']")),
    "act-without-specimen": ("epbio", drop(f"{_ACT}/c:entryRelationship[c:procedure]")),
    "ald-code": ("epbio", write(f"{_ACT}{_PART.format('13')}/c:code", "code", "MED-999")),
    "flag-without-value": ("epbio", drop(f"{_ACT}{_PART.format('34')}/c:value")),
    "plan-code": ("epbio", write(f"{_PLAN}/c:code", "code", "18776-4")),
    "plan-parent": ("epbio", drop(f"{_PLAN}/c:templateId[@root='1.2.250.1.213.1.1.2.158']")),
    "code-2d-code": ("epbio", write("//c:section/c:code[@code='57723-9']", "code", "57723-8")),
    "image-type": (
        "epbio",
        write("//c:value[@mediaType='image/png']", "mediaType", "image/svg+xml"),
    ),
    "pdf-title": ("ans", say("//c:section[c:code/@code='55108-5']/c:title", "PDF")),
    "unit-of-no-terminology": ("terms", write("//c:value[@unit='kg']", "unit", "kilo")),
    "title-apostrophe": ("doc", say("/c:ClinicalDocument/c:title", "Prescription d'actes de biologie médicale")),
    "id-root": ("doc", write("/c:ClinicalDocument/c:id", "root", "1.2.250.1.999")),
    "version-of-the-model": ("doc", write(_template("1.2.250.1.213.1.1.1.51"), "extension", "2099.01")),
    "not-told-urgent": ("doc", drop("//c:documentationOf[c:serviceEvent/c:code/@code='MED-1095']")),
    "not-told-two-zone": ("doc", drop("//c:documentationOf[c:serviceEvent/c:code/@code='MED-1096']")),
    "not-urgent": ("doc", drop("//c:observation/c:priorityCode")),
    "not-ald": (
        "doc",
        write(f"{_ACT}{_PART.format('13')}/c:value", "value", "false"),
    ),
}


def spoilt(edit: Edit) -> bytes:
    """The document that holds everything, with one thing wrong."""
    root = etree.fromstring(document_of(EVERYTHING))
    edit(root)
    return etree.tostring(root)


@pytest.fixture(scope="module")
def verdict(cda_judge: JudgeFixture, tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """All the documents before the judge at once: it takes a minute to learn its rules."""
    folder = tmp_path_factory.mktemp("cda")
    for name, order in CASES.items():
        (folder / f"right-{name}.xml").write_bytes(document_of(order))
    for name, (_, edit) in WRONG.items():
        (folder / f"wrong-{name}.xml").write_bytes(spoilt(edit))
    printed = written_order(EVERYTHING, CATALOGUE, PrintOptions(), DocumentOptions()).cda
    (folder / "right-printed.xml").write_bytes(printed)
    return cda_judge(sorted(folder.glob("*.xml")))


def _layers(verdict: Verdict, name: str) -> set[str]:
    """The layers that refuse one document."""
    told = re.search(rf"^\S*/{name}\.xml: \w+\n((?:  .*\n)*)", verdict.report, re.MULTILINE)
    assert told, verdict.report
    return set(re.findall(r"^  error \[(\w+)\]", told[1], re.MULTILINE))


@pytest.mark.parametrize("name", [*CASES, "printed"])
def test_no_rule_refuses_a_document_of_ours(verdict: Verdict, name: str) -> None:
    assert _layers(verdict, f"right-{name}") == set(), verdict.report
    assert verdict.figures["absent"] == 0


@pytest.mark.parametrize("name", WRONG)
def test_each_family_of_rules_refuses_a_document_that_is_wrong(verdict: Verdict, name: str) -> None:
    assert WRONG[name][0] in _layers(verdict, f"wrong-{name}"), verdict.report[-2000:]


def test_a_document_of_level_1_holds_the_rules_of_the_header(cda_file_judge: JudgeFixture, tmp_path: Path) -> None:
    file = tmp_path / "level-1.xml"
    file.write_bytes(document_of(replace(EVERYTHING, epu_code=None)))
    refused = cda_file_judge([file])
    assert not refused.refused, refused.report


@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_to_read_has_no_barrier(browser: Browser, width: int, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(render_view(document_of(EVERYTHING)))
    page = browser.new_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    page.goto(file.as_uri())
    told = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
    assert told.violations_count == 0, told.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
