"""The electronic seal: PAdES over the final bytes, told on the page, judged by parts that did not make it."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from printing.documents import Document, Form, render
from printing.options import PrintOptions
from printing.pades import PadesSeal, SealRefused
from printing.sealing import sealing_at
from tests.printing.certificates import PASSWORD, SIGNER, pkcs12
from tests.printing.orders import CATALOGUE, ROUTINE
from tests.printing.reading import squeezed, texts

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def seal() -> PadesSeal:
    return PadesSeal.from_pkcs12(pkcs12(), PASSWORD)


def printed(seal: PadesSeal, document: Document = Document.ORDER, **options: bool) -> bytes:
    return render(document, Form.PDF, ROUTINE, CATALOGUE, PrintOptions(sealing=sealing_at(seal, NOW), **options))


def signature_of(pdf: bytes) -> tuple[bytes, bytes]:
    """What is signed, and the CMS that signs it, found by another reader of PDF."""
    with pikepdf.open(BytesIO(pdf)) as file:
        (field,) = file.Root.AcroForm.Fields
        start, before, resumed, after = (int(number) for number in field.V.ByteRange)
        assert resumed + after == len(pdf)  # nothing of the file is left outside
        assert str(field.V.SubFilter) == "/ETSI.CAdES.detached"
        cms = bytes(field.V.Contents)
    return pdf[start:before] + pdf[resumed:], cms


@pytest.mark.parametrize("document", [Document.ORDER, Document.BOTH])
def test_the_whole_file_is_signed_and_the_page_says_by_which_certificate(seal: PadesSeal, document: Document) -> None:
    pdf = printed(seal, document)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    trusted = ValidationContext(trust_roots=[signature.signer_cert], allow_fetching=False)
    status = validate_pdf_signature(signature, signer_validation_context=trusted)
    assert (status.intact, status.valid, status.coverage.name) == (True, True, "ENTIRE_FILE")
    text = squeezed("".join(texts(pdf)))
    assert squeezed(f"Signé électroniquement par {SIGNER} le {NOW:%d/%m/%Y} à {NOW:%H:%M}") in text
    assert squeezed("Certificat n° C1BC0DE") in text


def test_openssl_agrees_until_one_byte_is_changed(seal: PadesSeal, tmp_path: Path) -> None:
    content, cms = signature_of(printed(seal))
    (tmp_path / "cms").write_bytes(cms.rstrip(b"\0") + b"\0")

    def verified(signed: bytes) -> bool:
        (tmp_path / "content").write_bytes(signed)
        command = ["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", "cms"]
        command += ["-content", "content", "-out", "out"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0

    assert verified(content)
    assert not verified(content.replace(b"%PDF-1.4", b"%PDF-1.5", 1))


def test_a_draft_and_the_sheet_bear_no_seal_and_claim_none(seal: PadesSeal) -> None:
    draft = replace(ROUTINE, signed=False, authored_on=None)
    options = PrintOptions(draft=True, sealing=sealing_at(seal, NOW))
    for pdf in (
        render(Document.ORDER, Form.PDF, draft, CATALOGUE, options),
        printed(seal, Document.PATIENT_SHEET),
    ):
        assert PdfFileReader(BytesIO(pdf)).embedded_signatures == []
        assert "électroniquement" not in "".join(texts(pdf))


def test_a_certificate_that_has_run_out_seals_no_more_and_blocks_nothing(seal: PadesSeal) -> None:
    spent = PadesSeal.from_pkcs12(pkcs12(days=-1), PASSWORD)
    assert (sealing_at(spent, NOW), sealing_at(None, NOW)) == (None, None)
    assert sealing_at(seal, NOW) is not None


@pytest.mark.parametrize(
    ("content", "password"),
    [
        (b"", PASSWORD),
        (b"no PKCS#12", PASSWORD),
        (pkcs12(), "un autre"),
        (pkcs12(), None),
        (pkcs12(with_key=False), PASSWORD),
    ],
    ids=["empty", "other", "wrong password", "no password", "no key"],
)
def test_what_cannot_seal_is_refused_without_the_password(content: bytes, password: str | None) -> None:
    with pytest.raises(SealRefused) as refusal:
        PadesSeal.from_pkcs12(content, password)
    assert refusal.value.code == "seal"
    assert (password or "mot") not in str(refusal.value).replace("mot de passe", "mot") or password is None
