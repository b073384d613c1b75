"""The seal of printed orders that the settings name: read once, at start."""

from circuitbio.settings import Settings
from kernel.errors import Invalid
from printing.sealing import Seal


def seal_of(settings: Settings) -> Seal | None:
    """None unless asked for; `Invalid` in one line when the PKCS#12 cannot be read, or cannot seal."""
    if settings.seal_pkcs12 is None:
        return None
    from printing.pades import PadesSeal  # takes half a second to import, and few services seal

    try:
        content = settings.seal_pkcs12.read_bytes()
    except OSError as error:
        raise Invalid.because(
            "seal", f"CIRCUITBIO_SEAL_PKCS12 : lecture impossible ({error.strerror}).", "Donner un autre fichier."
        ) from None
    password = settings.seal_password
    return PadesSeal.from_pkcs12(content, password.get_secret_value() if password else None)
