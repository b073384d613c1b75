"""The package of an order, read back by `zipfile` and lxml, hashes made again from the bytes (cda-ep-bio.md §6, §7)."""

import hashlib
import uuid
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from lxml import etree

from document.xdm.fields import write_structure
from document.xdm.metadata import Submission, write_metadata
from prescription.documents.codes import INVISIBLE_TO_PATIENT
from prescription.documents.metadata import metadata_of
from prescription.people import IdentityStatus, Organization, Patient
from tests.document.documents import CASES, EVERYTHING, MINOR, PDF, document_of
from tests.document.xdm.packages import AT, COPY, METADATA, XML, files_of, package_of

NS = {"rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"}
TYPES = {
    "patientId": "urn:uuid:58a6f841-87b3-4a3e-92fd-a8ffeff98427",
    "uniqueId": "urn:uuid:2e82c1f6-a085-4c72-9da3-8640a32e42ab",
}


def _metadata(package: bytes) -> etree._Element:
    return etree.fromstring(files_of(package)[METADATA])


def _entry(root: etree._Element, mime_type: str) -> etree._Element:
    (entry,) = root.findall(f".//rim:ExtrinsicObject[@mimeType='{mime_type}']", NS)
    return entry


def _slot(holder: etree._Element, name: str) -> list[str]:
    return [value.text for value in holder.findall(f".//rim:Slot[@name='{name}']//rim:Value", NS)]


def _codes(entry: etree._Element, scheme: str) -> list[tuple[str, str, str]]:
    found = entry.findall(f"rim:Classification[@classificationScheme='urn:uuid:{scheme}']", NS)
    return [
        (
            each.get("nodeRepresentation"),
            _slot(each, "codingScheme")[0],
            each.find("rim:Name/rim:LocalizedString", NS).get("value"),
        )
        for each in found
    ]


def _identifier(entry: etree._Element, scheme: str) -> str:
    (found,) = entry.findall(f"rim:ExternalIdentifier[@identificationScheme='{TYPES[scheme]}']", NS)
    return found.get("value")


def test_the_archive_has_the_files_of_the_profile_and_the_same_bytes_each_time() -> None:
    package = package_of()
    assert package == package_of()
    with zipfile.ZipFile(BytesIO(package)) as archive:
        assert archive.namelist() == ["INDEX.HTM", "README.TXT", METADATA, XML, COPY]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_DEFLATED}
    files = files_of(package)
    assert (files[XML], files[COPY]) == (document_of(EVERYTHING), PDF)
    index = etree.fromstring(files["INDEX.HTM"])
    assert [link.get("href") for link in index.iter("{*}a")] == [COPY, XML, "README.TXT"]
    assert files["README.TXT"].decode().count("\r\n") == files["README.TXT"].count(b"\n")


@pytest.mark.parametrize("case", [case for case in CASES if CASES[case].epu_code])
def test_hash_and_size_are_those_of_the_bytes_under_the_name_that_uri_gives(case: str) -> None:
    package = package_of(CASES[case])
    files, root = files_of(package), _metadata(package)
    entries = root.findall(".//rim:ExtrinsicObject", NS)
    assert len(entries) == 2
    for entry in entries:
        content = files[f"IHE_XDM/SUBSET01/{_slot(entry, 'URI')[0]}"]
        assert _slot(entry, "hash") == [hashlib.sha1(content).hexdigest()]
        assert _slot(entry, "size") == [str(len(content))]


def test_the_attributes_of_the_document_are_those_of_the_cda() -> None:
    entry = _entry(_metadata(package_of()), "text/xml")
    assert _codes(entry, "41a5887f-8865-4c09-adf7-e362475b143a") == [("42", "1.2.250.1.213.1.1.4.1", "Prescription")]
    label = "Prescription d'actes de biologie médicale"
    assert _codes(entry, "f0306f51-975f-434e-a61c-c59651d33983") == [("PRESC-BIO", "1.2.250.1.213.1.1.4.12", label)]
    format_code = ("urn:ans:ci-sis:bio-ep-bio:2022", "1.2.250.1.213.1.1.4.2.282", label)
    assert _codes(entry, "a09d5840-386c-46f2-b5ad-9c3699a4309d") == [format_code]
    events = [code for code, *_ in _codes(entry, "2c6b8cb7-8b2a-4051-b291-b1ae6a575ef4")]
    assert events == ["MED-1095", "MED-1096", "MED-1094"]
    assert entry.find("rim:Name/rim:LocalizedString", NS).get("value") == "Prescription d’actes de biologie médicale"
    assert (_slot(entry, "creationTime"), _slot(entry, "languageCode")) == (["20220111091500"], ["fr-FR"])
    assert (_slot(entry, "serviceStartTime"), _slot(entry, "serviceStopTime")) == (["20220111"], ["20230111"])
    assert EVERYTHING.epu_code
    assert _identifier(entry, "uniqueId") == f"1.2.250.1.215.500.1.1^{EVERYTHING.epu_code.value}"
    assert _identifier(entry, "patientId") == "279035121518989^^^&1.2.250.1.213.1.4.10&ISO^NH"
    assert _slot(entry, "sourcePatientInfo") == [
        "PID-5|PAT-TROIS^DOMINIQUE^DOMINIQUE MARIE-LOUISE^^^^L",
        "PID-5|DURAND^DOMINIQUE^^^^^D",
        "PID-7|19790328",
        "PID-8|F",
    ]
    doctor = "810005688798^Thomas^Amélie^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    assert (_slot(entry, "authorPerson"), _slot(entry, "legalAuthenticator")) == ([doctor], [doctor])
    assert _slot(entry, "authorInstitution") == [
        "Maison de santé des Tilleuls^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1750000010"
    ]
    specialty = "G15_10/SM26^Médecin - Qualifié en Médecine Générale (SM)^1.2.250.1.213.1.1.4.5"
    assert _slot(entry, "authorSpecialty") == [specialty]


def test_the_submission_holds_both_files_and_is_of_the_same_patient() -> None:
    root = _metadata(package_of())
    (package,) = root.findall(".//rim:RegistryPackage", NS)
    assert _slot(package, "submissionTime") == ["20220111100000"]
    members = root.findall(".//rim:Association", NS)
    assert {(each.get("sourceObject"), _slot(each, "SubmissionSetStatus")[0]) for each in members} == {
        (package.get("id"), "Original")
    }
    entries = root.findall(".//rim:ExtrinsicObject", NS)
    assert {each.get("targetObject") for each in members} == {entry.get("id") for entry in entries}
    patients = {each.get("value") for each in root.iter("{*}ExternalIdentifier") if "^^^&" in each.get("value")}
    assert len(patients) == 1
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert root.find(".//rim:RegistryObjectList/rim:Classification", NS).get("classifiedObject") == package.get("id")


def test_a_correction_points_at_the_entries_it_replaces() -> None:
    old = uuid.UUID(int=7)
    root = _metadata(package_of(submission=Submission(AT, replaced=(old,))))
    (replaces,) = root.findall(".//rim:Association[@associationType='urn:ihe:iti:2007:AssociationType:RPLC']", NS)
    assert replaces.get("targetObject") == f"urn:uuid:{old}"
    assert replaces.get("sourceObject") == _entry(root, "text/xml").get("id")


def test_restrictions_of_the_audience_stand_beside_the_confidentiality() -> None:
    said = metadata_of(EVERYTHING, b"", (INVISIBLE_TO_PATIENT,))
    root = etree.fromstring(write_metadata(said, PDF, ("A.XML", "A.PDF"), Submission(AT)))
    codes = [code for code, *_ in _codes(_entry(root, "text/xml"), "f4f85eac-e6cb-4883-b524-f2705394840f")]
    assert codes == ["N", "INVISIBLE_PATIENT"]


def test_an_identity_that_is_not_qualified_has_no_matricule_anywhere_but_a_local_number() -> None:
    entry = _entry(_metadata(package_of(MINOR)), "text/xml")
    local = _slot(entry, "sourcePatientId")[0]
    assert _identifier(entry, "patientId") == local
    assert local.startswith("1^^^&2.25.")
    assert isinstance(EVERYTHING.patient, Patient)
    validated = replace(EVERYTHING, patient=replace(EVERYTHING.patient, status=IdentityStatus.VALIDATED))
    assert "279035121518989" not in "".join(str(content) for content in files_of(package_of(validated)).values())


def test_delimiters_in_a_name_are_escaped_and_long_names_cut() -> None:
    structure = Organization("Cabinet A^B & C " + "x" * 300, "750000010")
    written = write_structure(structure) or ""
    assert written.startswith(r"Cabinet A\S\B \T\ C xxx")
    assert len(written) < 256


def test_neither_page_for_people_names_the_patient_or_the_code() -> None:
    files = files_of(package_of())
    assert EVERYTHING.epu_code
    for name in ("INDEX.HTM", "README.TXT"):
        page = files[name].decode()
        assert "Dr Amélie Thomas" in page
        for secret in (EVERYTHING.epu_code.value, "PAT-TROIS", "279035121518989", "DURAND"):
            assert secret not in page
