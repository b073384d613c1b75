"""The metadata of packages before IPF's validator of XDS metadata; each family of its rules is seen to refuse."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from document.xdm import rim
from document.xdm.metadata import Submission
from tests.conformance.conftest import JudgeFixture
from tests.document.documents import CASES
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
