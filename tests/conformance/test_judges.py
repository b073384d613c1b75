"""Each judge accepts what is right and refuses what is wrong: without this, its yes would mean nothing."""

import json
from pathlib import Path

import pytest

from tests.conformance import judge
from tests.conformance.conftest import JudgeFixture

pytestmark = pytest.mark.judge

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension"
REQUEST = {
    "resourceType": "ServiceRequest",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/p"},
}
FHIR_GOOD = {
    "request": REQUEST
    | {"code": {"coding": [{"system": "http://loinc.org", "code": "57022-6"}]}, "priority": "urgent"},
    "expansion": {
        "resourceType": "ValueSet",
        "status": "active",
        "expansion": {
            "timestamp": "2026-01-15T10:00:00+01:00",
            "contains": [{"system": "http://loinc.org", "code": "57022-6"}],
        },
    },
}
FHIR_BAD = {
    "unknown-element-of-r5": REQUEST
    | {"extension": [{"url": f"{R5}-ValueSet.expansion.property", "valueCode": "nabm"}]},
    "status-of-no-list": REQUEST | {"status": "sent"},
    "no-subject": {name: REQUEST[name] for name in ("resourceType", "status", "intent")},
    "unknown-element": REQUEST | {"nir": "1"},
    "french-date": REQUEST | {"authoredOn": "28/03/1979"},
    "expansion-without-timestamp": {"resourceType": "ValueSet", "status": "active", "expansion": {"total": 0}},
}

MSH = "MSH|^~\\&|LAB|LABO|DPI|ES|20260115101500+0100||MFN^M08^MFN_M08|1|P|2.5||||||UNICODE UTF-8"
MFI = "MFI|OMA^Numerical observation master file^HL70175|LAB|REP||20260115101500|AL"
MFE = "MFE|MAD|1||14749-6^Glucose^LN|CE"
OM1 = "OM1|1|14749-6^Glucose^LN|NM|Y|750000010^Laboratoire^L|||GLUCOSE||||N||||||A"

XMP = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1" pdfaid:conformance="B"/></rdf:RDF></x:xmpmeta>'
    '<?xpacket end="w"?>'
)


def test_the_fhir_judge_refuses_exactly_what_is_not_r4(fhir_judge: JudgeFixture, tmp_path: Path) -> None:
    for name, resource in (FHIR_GOOD | FHIR_BAD).items():
        (tmp_path / f"{name}.json").write_text(json.dumps(resource))
    verdict = fhir_judge(sorted(tmp_path.iterdir()))
    assert {path.stem for path in verdict.refused} == set(FHIR_BAD), verdict.report


def test_the_pdf_judge_refuses_exactly_what_is_not_pdf_a(pdfa_judge: JudgeFixture, tmp_path: Path) -> None:
    good, without_metadata, font_not_embedded, claims_nothing = (
        tmp_path / f"{name}.pdf" for name in ("good", "without-metadata", "font-not-embedded", "claims-nothing")
    )
    good.write_bytes(_pdf(XMP, ""))
    without_metadata.write_bytes(_pdf("", ""))
    font_not_embedded.write_bytes(_pdf(XMP, "BT /F1 12 Tf 72 720 Td (Bonjour) Tj ET"))
    claims_nothing.write_bytes(_pdf(XMP.replace('pdfaid:part="1" pdfaid:conformance="B"', ""), ""))
    verdict = pdfa_judge([good, without_metadata, font_not_embedded, claims_nothing])
    assert verdict.refused == {without_metadata, font_not_embedded, claims_nothing}, verdict.report


def test_the_lab51_judge_refuses_exactly_what_ihe_does_not_allow(lab51_judge: JudgeFixture, tmp_path: Path) -> None:
    samples = {
        "good": [MSH, MFI, MFE, OM1],
        "no-mfi": [MSH, MFE, OM1],
        "no-code": [MSH, MFI, MFE, OM1.replace("14749-6^Glucose^LN", "")],
        "acknowledgement-mode": [MSH.replace("|2.5|||", "|2.5|||NE"), MFI, MFE, OM1],
        "sequence-no-number": [MSH, MFI, MFE, OM1.replace("OM1|1|", "OM1|un|")],
        "unknown-event": [MSH.replace("M08", "M13"), MFI, MFE, OM1],
        "empty": [""],
    }
    for name, segments in samples.items():
        (tmp_path / f"{name}.hl7").write_bytes("".join(f"{segment}\r" for segment in segments).encode())
    verdict = lab51_judge(sorted(tmp_path.iterdir()))
    assert {path.stem for path in verdict.refused} == set(samples) - {"good"}, verdict.report


def test_a_judge_that_cannot_read_its_files_is_no_acceptance(pdfa_judge: JudgeFixture, tmp_path: Path) -> None:
    verdict = pdfa_judge([missing := tmp_path / "missing.pdf"])
    assert verdict.refused == {missing}
    with pytest.raises(RuntimeError, match="unknown flavour"):
        judge.Judge("pdfa", "PdfaValidate", ("9z",))([missing])


def _pdf(metadata: str, content: str) -> bytes:
    """A one-page PDF with an XMP packet or none, and text in a font that is not embedded or none."""
    font = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>" if content else ""
    bodies = [
        f"<< /Type /Catalog /Pages 2 0 R {'/Metadata 5 0 R' if metadata else ''} >>".encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << {font} >> /Contents 4 0 R >>".encode(),
        _stream(content.encode(), ""),
        *([_stream(metadata.encode(), "/Type /Metadata /Subtype /XML")] if metadata else []),
    ]
    pdf, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(bodies, 1):
        places.append(len(pdf))
        pdf += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode() + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    trailer = f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R /ID [<{'00' * 16}> <{'00' * 16}>] >>\n"
    return bytes(pdf) + table + f"{trailer}startxref\n{len(pdf)}\n%%EOF\n".encode()


def _stream(data: bytes, entries: str) -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"
