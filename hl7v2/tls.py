"""TLS 1.2 or later with a certificate on each side, as IHE ATNA asks of systems that exchange (`lcsd.md` §6.2)."""

import ssl


def client_context(authority: str, certificate: str, key: str) -> ssl.SSLContext:
    """For whoever connects; paths of PEM files. `OSError` (`ssl.SSLError` included) when one cannot be read."""
    context = ssl.create_default_context(cafile=authority)
    return _with_certificate(context, certificate, key)


def server_context(authority: str, certificate: str, key: str) -> ssl.SSLContext:
    """For whoever listens: a partner without a certificate of `authority` is not heard. Errors as above."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=authority)
    context.verify_mode = ssl.CERT_REQUIRED
    return _with_certificate(context, certificate, key)


def _with_certificate(context: ssl.SSLContext, certificate: str, key: str) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context
