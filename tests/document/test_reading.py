"""Documents of others, damaged ones and hostile ones: read as far as can be, told, or refused unquoted."""

import base64
import re
from dataclasses import replace

import pytest

from document.parsing import LONGEST, UnreadableDocument
from document.read import read_document
from document.remarks import MOST
from kernel.errors import CircuitbioError
from kernel.findings import Severity
from prescription.line import CodedExam, FreeTextExam
from tests.document.documents import COLLEAGUE, EVERYTHING, ONE_LINE, PDF, document_of

GOOD = document_of(EVERYTHING)
_ROOT = b"<ClinicalDocument"
_SECRETS = ("PAT-TROIS", "279035121518989", "01S2TBPZ2JCNZZYGHZ")


def with_dtd(inside: bytes) -> bytes:
    return GOOD.replace(_ROOT, b"<!DOCTYPE x [" + inside + b"]>" + _ROOT, 1)


HOSTILE = {
    "external-entity": (with_dtd(b'<!ENTITY e SYSTEM "file:///etc/passwd">'), "doctype"),
    "external-dtd": (GOOD.replace(_ROOT, b'<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">' + _ROOT, 1), "doctype"),
    "billion-laughs": (with_dtd(b'<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">'), "doctype"),
    "fifty-megabytes": (GOOD.replace(b"JVBERi", b"A" * 50_000_000 + b"JVBERi", 1), "document-too-large"),
    "latin-1": (GOOD.decode().replace("UTF-8", "ISO-8859-1").encode("latin-1", "replace"), "wrong-encoding"),
    "latin-1-undeclared": (GOOD.decode().encode("latin-1", "replace"), "wrong-encoding"),
    "utf-16": (GOOD.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "wrong-encoding"),
    "truncated": (GOOD[:-200], "malformed-xml"),
    "empty": (b"", "malformed-xml"),
    "deep": (GOOD.replace(b"<title>", b"<title>" + b"<a>" * 5000, 1), "malformed-xml"),
    "undefined-entity": (GOOD.replace(b"PAT-TROIS", b"&PAT-TROIS;", 1), "malformed-xml"),
    "no-cda": (b"<html/>", "not-cda"),
    "another-document": (GOOD.replace(b'"PRESC-BIO"', b'"PRESC-KINE"', 1), "not-ep-bio"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_not_read_is_refused_with_its_reason_and_without_a_word_of_it(name: str) -> None:
    content, code = HOSTILE[name]
    with pytest.raises(UnreadableDocument) as refused:
        read_document(content)
    assert refused.value.code == code
    assert not any(secret in f"{refused.value} {refused.value.findings}" for secret in _SECRETS)
    assert refused.value.__suppress_context__ or refused.value.__context__ is None


def test_the_limit_is_far_above_a_printed_order_and_below_what_the_parser_holds() -> None:
    assert len(GOOD) < LONGEST / 50
    assert LONGEST <= 10_000_000


def swapped(pattern: bytes, by: bytes, count: int = 1) -> bytes:
    content, made = re.subn(pattern, by, GOOD, count=count)
    assert made, pattern
    return content


_OTHER_PDF = base64.b64encode(PDF.replace(b"1.4", b"1.7"))
DAMAGED = {
    "two-codes": (
        swapped(b'(?<=serviceEvent><id root="1.2.250.1.215.500.1.1" extension=")01S2', b"01S3"),
        "code-mismatch",
    ),
    "malformed-code": (swapped(b"01S2TBPZ2JCNZZYGHZ", b"01S2", 2), "malformed-code"),
    "altered-pdf": (swapped(base64.b64encode(PDF).replace(b"+", rb"\+"), _OTHER_PDF), "altered-copy"),
    "no-pdf-in-it": (swapped(base64.b64encode(PDF).replace(b"+", rb"\+"), b"????"), "unreadable-copy"),
    "no-patient": (swapped(b"<recordTarget>.*</recordTarget>", b""), "no-patient"),
    "no-author": (swapped(b"<author>.*?</author>", b""), "no-author"),
    "no-act": (swapped(b"1.2.250.1.213.1.1.3.27.2", b"1.2.3", 3), "no-line"),
    "same-line-twice": (
        swapped(b"00000000-0000-4000-8000-000000000002", b"00000000-0000-4000-8000-000000000001"),
        "duplicate-line",
    ),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_document_that_contradicts_itself_gives_no_order(name: str) -> None:
    content, code = DAMAGED[name]
    read = read_document(content)
    assert code in [finding.code for finding in read.findings if finding.severity is Severity.ERROR]
    assert not any(secret in str(read.findings) for secret in _SECRETS)
    with pytest.raises(CircuitbioError) as refused:
        read.accepted()
    assert not any(secret in str(refused.value) for secret in _SECRETS)


def test_a_missing_pdf_is_told_and_the_order_read() -> None:
    start = GOOD.index(b'<component><section><templateId root="1.2.250.1.213.1.1.2.243"/>')
    content = GOOD[:start] + GOOD[GOOD.index(b"</section></component>", start) + len(b"</section></component>") :]
    read = read_document(content)
    assert [(finding.severity, finding.code) for finding in read.findings] == [(Severity.WARNING, "no-copy")]
    assert (read.pdf, read.accepted()) == (None, EVERYTHING)


def test_what_cannot_be_read_of_a_line_is_told_where_it_stands_and_left_out() -> None:
    read = read_document(swapped(b'value="61.5" unit="kg"', b'value="beaucoup" unit="kg"'))
    [finding] = read.findings
    assert finding.code == "unreadable-value"
    assert finding.path.startswith("ClinicalDocument/component/structuredBody/component[2]/section/entry[1]/")
    assert len(read.accepted().lines[0].answers) == len(EVERYTHING.lines[0].answers) - 1


def test_a_document_of_many_faults_tells_a_hundred_and_still_that_it_is_refused() -> None:
    fault = b'<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><code code="8665-2" '
    fault += b'codeSystem="2.16.840.1.113883.6.1"/><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    fault += b'xsi:type="TS" value="hier"/></observation></entryRelationship>'
    content = GOOD.replace(b'<reference typeCode="RPLC">', fault * 500 + b'<reference typeCode="RPLC">', 1)
    read = read_document(re.sub(b"<recordTarget>.*</recordTarget>", b"", content))
    assert len(read.findings) == MOST + 1
    assert read.findings[0].code == "no-patient"


FOREIGN = document_of(replace(ONE_LINE, replaced_practitioner=COLLEAGUE)).decode()
FOREIGN = FOREIGN.replace('<participant typeCode="REF">', '<participant typeCode="CON">')
FOREIGN = FOREIGN.replace(
    '<component><section><templateId root="1.2.250.1.213.1.1.2.243"/>',
    '<component><section><code code="10160-0" codeSystem="2.16.840.1.113883.6.1"/><title>Traitements</title>'
    "<text><paragraph>warfarine</paragraph></text><entry><act classCode='ACT' moodCode='EVN'><id nullFlavor='UNK'/>"
    '</act></entry></section></component><component><section><templateId root="1.2.250.1.213.1.1.2.243"/>',
)


def test_sections_that_are_not_known_and_older_participants_are_taken_as_they_are() -> None:
    read = read_document(FOREIGN.encode())
    assert read.findings == ()
    assert read.accepted() == replace(ONE_LINE, replaced_practitioner=COLLEAGUE)


def test_the_comment_of_another_software_is_a_note_and_its_code_of_no_loinc_is_kept_in_words() -> None:
    comment = (
        '<entryRelationship typeCode="SUBJ" inversionInd="true"><act classCode="ACT" moodCode="EVN">'
        '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.2"/><code code="48767-8" codeSystem="2.16.840.1.113883.6.1"/>'
        '<text><reference value="#l1-2"/></text></act></entryRelationship></observation></entry></section>'
    )
    content = FOREIGN.replace("</observation></entry></section>", comment, 1)
    read = read_document(content.encode())
    assert read.accepted().lines[0].note == "bilan de routine"
    local = re.sub(
        r'<code code="57022-6" displayName="([^"]*)" codeSystem="[^"]*" codeSystemName="LOINC"/>',
        r'<code code="NFS" displayName="\1" codeSystem="1.2.3.4"/>',
        content,
    )
    told = read_document(local.encode())
    assert [finding.code for finding in told.findings] == ["exam-code"]
    assert told.accepted().lines[0].exam == FreeTextExam("Numération formule sanguine")
    assert isinstance(read.accepted().lines[0].exam, CodedExam)


def test_a_line_of_another_software_keeps_one_identity_whatever_its_id() -> None:
    ids = [f'<id root="1.2.250.1.213.9.{number}" extension="{number}"/>' for number in (1, 1, 2)] + [
        '<id root="00000000-0000-4000-8000-000000000001" extension="7"/>'
    ]
    own = '<id root="00000000-0000-4000-8000-000000000001"/>'
    assert own in FOREIGN
    first, again, second, third = (
        read_document(FOREIGN.replace(own, id_).encode()).accepted().lines[0].line_id for id_ in ids
    )
    assert first == again
    assert len({first, second, third, ONE_LINE.lines[0].line_id}) == 4
    nameless = read_document(FOREIGN.replace(own, '<id nullFlavor="UNK"/>').encode())
    assert nameless.findings[0].code == "line-id"


def test_the_indentation_of_another_software_is_no_part_of_what_was_said() -> None:
    indented = re.sub(r"(<(?:td|tr|item|list|content|entry|observation)\b[^>]*>)", r"\n      \1", FOREIGN)
    indented = indented.replace("bilan de routine", "\n   bilan de\n     routine\n")
    assert read_document(indented.encode()).accepted().lines[0].clinical_context == "bilan de routine"
