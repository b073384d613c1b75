"""The two server secrets (*poivres*) under which orders are sealed, kept outside the database and its backups.

prescription.md §4: at least 32 random bytes each, versioned by `kid`. They come from a 0600 file (`pepper_file.py`),
or from settings. Without them a database, or a backup of it, is dead: no order in it can be found or opened again.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from kernel.errors import Invalid

MINIMUM_BYTES = 32
_MINIMUM_DISTINCT = 12


class PepperRefused(Invalid):
    """The secrets are missing, short, garbled, or open to others; nothing may be sealed with them."""


def pepper_refused(message: str, hint: str) -> PepperRefused:
    """The refusal (`pepper`) in one line."""
    return PepperRefused.because("pepper", message, hint)


@dataclass(frozen=True, slots=True)
class Pepper:
    """One pair of secrets: `lookup` finds rows, `seal` opens them; `kid` names the pair in each row."""

    kid: str
    lookup: bytes = field(repr=False)
    seal: bytes = field(repr=False)

    def __post_init__(self) -> None:
        for secret in (self.lookup, self.seal):
            if len(secret) < MINIMUM_BYTES or len(set(secret)) < _MINIMUM_DISTINCT:
                raise pepper_refused(
                    "Un poivre est trop court ou n'est pas aléatoire.",
                    f"Attendu : au moins {MINIMUM_BYTES} octets aléatoires, par exemple « openssl rand -base64 32 ».",
                )
        if hmac.compare_digest(self.lookup, self.seal):
            raise pepper_refused("Les deux poivres sont identiques.", "Donner deux secrets tirés séparément.")

    @classmethod
    def generate(cls) -> "Pepper":
        """A new pair from the operating system's randomness."""
        return cls.named(secrets.token_bytes(MINIMUM_BYTES), secrets.token_bytes(MINIMUM_BYTES))

    @classmethod
    def named(cls, lookup: bytes, seal: bytes) -> "Pepper":
        """The pair under the `kid` that is a short digest of itself: a garbled secret no longer fits its name."""
        digest = hmac.new(seal, b"epu/kid/v1" + lookup, hashlib.sha256).hexdigest()
        return cls(f"k{digest[:8]}", lookup, seal)


@dataclass(frozen=True, slots=True)
class Peppers:
    """The pair new rows are sealed with, former ones, and one to come that other processes may seal with already."""

    current: Pepper
    former: tuple[Pepper, ...] = ()
    coming: tuple[Pepper, ...] = ()

    @property
    def all(self) -> tuple[Pepper, ...]:
        """Every pair, the current one first."""
        return (self.current, *self.former, *self.coming)

    def is_former(self, kid: str) -> bool:
        """Whether what is sealed under this `kid` should be sealed anew."""
        return any(pepper.kid == kid for pepper in self.former)

    def named(self, kid: str) -> Pepper | None:
        """The pair of this `kid`, None when it is not held here."""
        return next((pepper for pepper in self.all if pepper.kid == kid), None)

    @classmethod
    def given(cls, lookup: str, seal: str) -> "Peppers":
        """From two settings in base 64 (`CIRCUITBIO_EPU_PEPPER_LOOKUP` and `_SEAL`); `PepperRefused` otherwise."""
        return cls(Pepper.named(read_secret(lookup), read_secret(seal)))


def read_secret(text: str) -> bytes:
    """One secret from base 64, URL form or padding or not; `PepperRefused` otherwise."""
    compact = text.strip()
    padding = "=" * (-len(compact) % 4)
    try:
        return base64.b64decode(compact.replace("-", "+").replace("_", "/") + padding, validate=True)
    except (binascii.Error, ValueError):
        raise pepper_refused(
            "Un poivre n'est pas lisible en base 64.", "Le produire par « openssl rand -base64 32 »."
        ) from None
