"""The metadata of packages before IPF's validator of XDS metadata; each family of its rules is seen to refuse.

The ANS publishes a stylesheet that draws metadata from the header of a document: with the material of `CISIS_DIR`, what
it draws from ours is what ours say. It is of 2017, before the INS and this model: patient number, names and format code
are left out, and what it misspells is read as meant.
"""

import uuid
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from lxml import etree

from document.values import read_instant
from document.xdm import rim
from document.xdm.metadata import Submission
from tests.conformance import cda_material, java
from tests.conformance.conftest import JudgeFixture
from tests.document.documents import CASES, document_of
from tests.document.xdm.packages import AT, METADATA, files_of, package_of

pytestmark = pytest.mark.judge

Edit = Callable[[etree._Element], None]
CORRECTION = Submission(AT, replaced=(uuid.UUID(int=1),))


def _find(root: etree._Element, path: str) -> etree._Element:
    found = root.xpath(path, namespaces={"r": rim.RIM})
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


def say(slot: str, value: str) -> Edit:
    """With another value of a slot."""

    def edit(root: etree._Element) -> None:
        _find(root, f"//r:Slot[@name='{slot}']//r:Value").text = value

    return edit


def coded(scheme: str) -> str:
    return f"//r:ExtrinsicObject[1]/r:Classification[@classificationScheme='{scheme}']"


def identified(scheme: str) -> str:
    return f"//r:ExternalIdentifier[@identificationScheme='{scheme}']"


def test_the_metadata_of_every_package_pass(xds_judge: JudgeFixture, tmp_path: Path) -> None:
    orders = {name: order for name, order in CASES.items() if order.epu_code}
    paths = []
    for name, order in orders.items():
        for submission in (Submission(AT), CORRECTION):
            paths.append(tmp_path / f"{name}-{len(submission.replaced)}.xml")
            paths[-1].write_bytes(files_of(package_of(order, submission))[METADATA])
    verdict = xds_judge(paths)
    assert not verdict.refused, verdict.report
    assert verdict.figures["files"] == 2 * len(orders)


WRONG: dict[str, Edit] = {
    "schema: element out of place": lambda root: _find(root, "//r:ExtrinsicObject").insert(0, rim.name("x")),
    "schema: no identifier": lambda root: _find(root, "//r:Association").attrib.pop("associationType"),
    "no creation time": drop("//r:Slot[@name='creationTime']"),
    "no hash": drop("//r:Slot[@name='hash']"),
    "hash that is none": say("hash", "xyz"),
    "no size": drop("//r:Slot[@name='size']"),
    "size that is none": say("size", "many"),
    "time that is none": say("serviceStartTime", "2022-01-11"),
    "language that is none": say("languageCode", "français de France"),
    "no local patient number": drop("//r:Slot[@name='sourcePatientId']"),
    "no class": drop(coded(rim.CLASS_CODE)),
    "no type": drop(coded(rim.TYPE_CODE)),
    "no format": drop(coded(rim.FORMAT)),
    "no confidentiality": drop(coded(rim.CONFIDENTIALITY)),
    "no facility": drop(coded(rim.FACILITY)),
    "no practice": drop(coded(rim.PRACTICE)),
    "no scheme of a code": drop(coded(rim.CLASS_CODE) + "/r:Slot"),
    "author without a name or number": say("authorPerson", "^^^"),
    "structure without a name": say("authorInstitution", "^^^^^&1.2.3&ISO^^^^1"),
    "no patient": drop(identified(rim.ENTRY_PATIENT_ID)),
    "patient of the submission is another": write(identified(rim.SET_PATIENT_ID), "value", "2^^^&1.2.3&ISO"),
    "patient without an authority": write(identified(rim.ENTRY_PATIENT_ID), "value", "279035121518989"),
    "no unique id": drop(identified(rim.ENTRY_UNIQUE_ID)),
    "unique id of the submission is no OID": write(identified(rim.SET_UNIQUE_ID), "value", "abc"),
    "source is no OID": write(identified(rim.SET_SOURCE_ID), "value", "abc"),
    "no content type": drop(f"//r:Classification[@classificationScheme='{rim.SET_CONTENT_TYPE}']"),
    "package is no submission": drop(f"//r:Classification[@classificationNode='{rim.SUBMISSION_SET}']"),
    "member without its status": drop("//r:Association/r:Slot"),
    "member that is not there": write(
        "//r:Association", "targetObject", "urn:uuid:00000000-0000-4000-8000-000000000000"
    ),
    "replaces from nowhere": write(f"//r:Association[@associationType='{rim.REPLACES}']", "sourceObject", "urn:uuid:0"),
}


def test_metadata_with_one_thing_wrong_are_refused(xds_judge: JudgeFixture, tmp_path: Path) -> None:
    paths = {}
    for name, edit in WRONG.items():
        root = etree.fromstring(files_of(package_of(submission=CORRECTION))[METADATA])
        edit(root)
        paths[name] = tmp_path / f"{len(paths)}.xml"
        paths[name].write_bytes(etree.tostring(root))
    verdict = xds_judge(list(paths.values()))
    assert [name for name, path in paths.items() if path not in verdict.refused] == [], verdict.report


SHEET = "FeuilleDeStyle/CDAHeaderToXDM.xsl"
SAME_SLOTS = ("languageCode", "serviceStartTime", "serviceStopTime", "authorSpecialty")
SAME_CODES = (rim.TYPE_CODE, rim.FACILITY, rim.PRACTICE, rim.CONFIDENTIALITY, rim.EVENT)


def drawn(document: bytes, folder: Path) -> etree._Element:
    """What the stylesheet draws from a document; it knows no namespace."""
    root = etree.fromstring(document)
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    etree.cleanup_namespaces(root)
    (folder / "document.xml").write_bytes(etree.tostring(root))
    (folder / "sheet.xsl").write_bytes(cda_material.published(SHEET))
    options = (f"-s:{folder / 'document.xml'}", f"-xsl:{folder / 'sheet.xsl'}")
    result = java.java("-cp", java.class_path("cda"), "net.sf.saxon.Transform", *options)
    assert result.returncode == 0, result.stderr
    return etree.fromstring(result.stdout.encode()).find(".//{*}ExtrinsicObject")


def slots(entry: etree._Element, name: str) -> list[str]:
    """The values of a slot, without the blanks that the stylesheet leaves."""
    held = [each for each in entry.iter("{*}Slot") if each.get("name", "").lower() == name.lower()]
    return ["".join(value.text.split("\n")).strip() for each in held for value in each.iter("{*}Value") if value.text]


def codes(entry: etree._Element, scheme: str) -> list[tuple[str, str, str]]:
    """Code, system and label of each classification of a scheme."""
    return [
        (
            each.get("nodeRepresentation"),
            slots(each, "codingScheme")[0],
            each.find("{*}Name/{*}LocalizedString").get("value"),
        )
        for each in entry.iter("{*}Classification")
        if each.get("classificationScheme") == scheme
    ]


@pytest.mark.given(cda_material.VARIABLE)
@pytest.mark.parametrize("case", ["one-line", "everything"])
def test_the_stylesheet_of_the_ans_draws_from_the_document_what_the_metadata_say(case: str, tmp_path: Path) -> None:
    order = CASES[case]
    theirs = drawn(document_of(order), tmp_path)
    ours = next(etree.fromstring(files_of(package_of(order))[METADATA]).iter(f"{{{rim.RIM}}}ExtrinsicObject"))
    for slot in SAME_SLOTS:
        if slot != "serviceStartTime" or order.validity:
            assert slots(ours, slot) == slots(theirs, slot), slot
    for scheme in SAME_CODES:
        expected = codes(theirs, scheme)
        # The first event of the document is the order itself, which typeCode says already.
        assert codes(ours, scheme) == (expected[1:] if scheme == rim.EVENT else expected), scheme
    (made,) = slots(theirs, "creationTime")
    assert slots(ours, "creationTime") == [f"{read_instant(made).astimezone(UTC):%Y%m%d%H%M%S}"]
    assert [line for line in slots(ours, "sourcePatientInfo") if not line.startswith("PID-5")] == [
        line for line in slots(theirs, "sourcePatientInfo") if not line.startswith("PID-5")
    ]
    assert slots(ours, "authorPerson")[0].replace("&ISO^", "&^") == slots(theirs, "authorPerson")[0].rstrip(";")
    assert (
        slots(ours, "authorInstitution")[0].replace("&1", "1").replace("&ISO", "")
        == slots(theirs, "authorInstitution")[0]
    )
    unique = [each.get("value") for each in theirs.iter("{*}ExternalIdentifier") if each.get("id") == "uniqueId"]
    assert ours.find(f"{{*}}ExternalIdentifier[@identificationScheme='{rim.ENTRY_UNIQUE_ID}']").get("value") in unique
    title = "{*}Name/{*}LocalizedString"
    assert ours.find(title).get("value") == theirs.find(title).get("value")
