"""The two server secrets (*poivres*) under which orders are sealed, kept outside the database and its backups.

prescription.md §4: at least 32 random bytes each, versioned by `kid`. They come from a 0600 file made once, or
from settings. Without them a database, or a backup of it, is dead: no order in it can be found or opened again.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from kernel.errors import Invalid

MINIMUM_BYTES = 32
_MINIMUM_DISTINCT = 12


class PepperRefused(Invalid):
    """The secrets are missing, short, garbled, or open to others; nothing may be sealed with them."""


def _refused(message: str, hint: str) -> PepperRefused:
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
                raise _refused(
                    "Un poivre est trop court ou n'est pas aléatoire.",
                    f"Attendu : au moins {MINIMUM_BYTES} octets aléatoires, par exemple « openssl rand -base64 32 ».",
                )
        if hmac.compare_digest(self.lookup, self.seal):
            raise _refused("Les deux poivres sont identiques.", "Donner deux secrets tirés séparément.")

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
    """The pair new rows are sealed with, and former ones until their last row is purged."""

    current: Pepper
    former: tuple[Pepper, ...] = ()

    @property
    def all(self) -> tuple[Pepper, ...]:
        """Every pair, the current one first."""
        return (self.current, *self.former)

    def named(self, kid: str) -> Pepper | None:
        """The pair of this `kid`, None when it is not held here."""
        return next((pepper for pepper in self.all if pepper.kid == kid), None)

    @classmethod
    def given(cls, lookup: str, seal: str) -> "Peppers":
        """From two settings in base 64 (`CIRCUITBIO_EPU_PEPPER_LOOKUP` and `_SEAL`); `PepperRefused` otherwise."""
        return cls(Pepper.named(_decoded(lookup), _decoded(seal)))


def load_or_create_peppers(path: Path) -> Peppers:
    """The peppers of the file `path`, made at first use with mode 0600; two starting processes get the same ones."""
    if not path.exists():
        _create(path, Peppers(Pepper.generate()))
    return _load(path)


def _decoded(text: str) -> bytes:
    compact = text.strip()
    padding = "=" * (-len(compact) % 4)
    try:
        return base64.b64decode(compact.replace("-", "+").replace("_", "/") + padding, validate=True)
    except (binascii.Error, ValueError):
        raise _refused(
            "Un poivre n'est pas lisible en base 64.", "Le produire par « openssl rand -base64 32 »."
        ) from None


def _encoded(secret: bytes) -> str:
    return base64.b64encode(secret).decode("ascii")


def _create(path: Path, peppers: Peppers) -> None:
    """Writes aside, then links: the file appears whole under its name, and never replaces another's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pairs = [{"kid": p.kid, "lookup": _encoded(p.lookup), "seal": _encoded(p.seal)} for p in peppers.all]
    text = json.dumps({"current": peppers.current.kid, "peppers": pairs}, indent=1) + "\n"
    aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(aside, path)
        except FileExistsError:
            return
    finally:
        aside.unlink()
    _make_durable(path.parent)


def _make_durable(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _load(path: Path) -> Peppers:
    with path.open("rb") as file:
        if os.name == "posix" and os.fstat(file.fileno()).st_mode & 0o077:
            raise _refused(
                f"Le fichier des poivres {path} est ouvert à d'autres que son propriétaire.", f"chmod 600 {path}"
            )
        content = file.read()
    try:
        return _read(content)
    except (ValueError, KeyError, TypeError, PepperRefused):
        raise _refused(
            f"Le fichier des poivres {path} est abîmé ou incomplet.",
            "Remettre sa sauvegarde : sans elle, aucune ordonnance de cette base ne peut plus être ouverte.",
        ) from None


def _read(content: bytes) -> Peppers:
    data = json.loads(content)
    pairs = [Pepper(pair["kid"], _decoded(pair["lookup"]), _decoded(pair["seal"])) for pair in data["peppers"]]
    if any(Pepper.named(pair.lookup, pair.seal).kid != pair.kid for pair in pairs):
        raise ValueError("a secret does not fit its kid")
    current = next((pair for pair in pairs if pair.kid == data["current"]), None)
    if current is None:
        raise ValueError("the current kid is not in the file")
    return Peppers(current, tuple(pair for pair in pairs if pair is not current))
