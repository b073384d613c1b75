"""PKCS#12 files of the tests: a new key, and a certificate it signed itself."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates

SIGNER = "Dr Amélie Thomas"
PASSWORD = "à garder pour soi"


def pkcs12(*, days: int = 365, with_key: bool = True, password: str = PASSWORD) -> bytes:
    """A certificate that runs out in `days` from now, which may have passed, under this password."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SIGNER)])
    end = datetime.now(UTC) + timedelta(days=days)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(0xC1BC0DE)
        .not_valid_before(end - timedelta(days=730))
        .not_valid_after(end)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    protection = serialization.BestAvailableEncryption(password.encode())
    return serialize_key_and_certificates(b"seal", key if with_key else None, certificate, None, protection)
