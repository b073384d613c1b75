"""The electronic seal of a printed order: PAdES-B-B (ETSI EN 319 142-1) with the key of a PKCS#12 (printing.md §8).

It covers the final bytes and is added to them, so it comes last and outside determinism. What the page says of it is
the certificate and the instant; whether the signature holds is for who verifies it to say.
"""

from datetime import datetime
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.sign import fields, signers

from kernel.errors import Invalid
from printing.faces import unprintable_in

_FIELD = "Signature"
_DIGEST = "sha256"


class SealRefused(Invalid):
    """The PKCS#12 cannot seal."""


class PadesSeal:
    """A `printing.sealing.Seal`: a key, and the certificate that names its `signer` (by common name, or in full)."""

    def __init__(self, signer: signers.SimpleSigner, certificate: x509.Certificate) -> None:
        self._signer = signer
        self._certificate = certificate
        self.signer = _name(certificate)
        self.serial = f"{certificate.serial_number:X}"

    @classmethod
    def from_pkcs12(cls, content: bytes, password: str | None) -> "PadesSeal":
        """From the bytes of a PKCS#12; `SealRefused` (`seal`) for another content, a wrong password, no key."""
        secret = password.encode("utf-8") if password else None
        try:
            held = load_pkcs12(content, secret)
        except (ValueError, TypeError):
            raise _refused("Le PKCS#12 est illisible, ou son mot de passe est faux.") from None
        if held.key is None or held.cert is None:
            raise _refused("Le PKCS#12 ne tient pas une clé privée et son certificat.")
        signer = signers.SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=secret)
        if signer is None:
            raise _refused("Cette sorte de clé ne scelle pas.")
        seal = cls(signer, held.cert.certificate)
        if unprintable_in(seal.signer):
            raise _refused("Le nom du certificat ne s'imprime pas.")
        return seal

    def holds_at(self, instant: datetime) -> bool:
        """Whether the certificate is in its time."""
        return self._certificate.not_valid_before_utc <= instant <= self._certificate.not_valid_after_utc

    def applied(self, pdf: bytes) -> bytes:
        """The same file with a signature added at its end."""
        about = signers.PdfSignatureMetadata(
            field_name=_FIELD, md_algorithm=_DIGEST, subfilter=fields.SigSeedSubFilter.PADES
        )
        addition, out = _Addition(BytesIO(pdf)), BytesIO()
        fields.append_signature_field(addition, fields.SigFieldSpec(_FIELD))
        _give_appearance(addition)
        signers.sign_pdf(addition, about, signer=self._signer, existing_fields_only=True, output=out)
        return out.getvalue()

    def __repr__(self) -> str:
        return f"PadesSeal({self.serial})"


class _Addition(IncrementalPdfFileWriter):
    """What is added leaves the version and the properties of the file as they are: those of a PDF/A-1."""

    output_version = (1, 4)

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        """The signature of a PDF 2.0 is read in a PDF 1.4 as well (ETSI EN 319 142-1 §4)."""

    def _update_meta(self) -> None:
        """Neither the date nor the producer change."""


def _give_appearance(addition: IncrementalPdfFileWriter) -> None:
    """An empty one, since PDF/A-1 (6.9) wants one of every field, and the page says what there is to say."""
    field = addition.root["/AcroForm"]["/Fields"][0]
    form = RawContent(b"", box=BoxConstraints(width=1, height=1)).as_form_xobject()
    appearance = generic.DictionaryObject()  # type: ignore[no-untyped-call]
    appearance[generic.NameObject("/N")] = addition.add_object(form)
    field[generic.NameObject("/AP")] = appearance


def _name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def _refused(message: str) -> SealRefused:
    return SealRefused.because("seal", message, "Voir CIRCUITBIO_SEAL_PKCS12 et CIRCUITBIO_SEAL_PASSWORD.")
