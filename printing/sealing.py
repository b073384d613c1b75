"""What printing knows of an electronic seal: who holds it, how it is put on a file, when it was (printing.md §8)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Seal(Protocol):
    """A key and its certificate; `pades.py` is one."""

    @property
    def signer(self) -> str:
        """Who the certificate names."""
        ...

    @property
    def serial(self) -> str:
        """The number of the certificate, in hexadecimal."""
        ...

    def holds_at(self, instant: datetime) -> bool:
        """Whether the certificate is in its time."""
        ...

    def applied(self, pdf: bytes) -> bytes:
        """The same file with a signature added at its end."""
        ...


@dataclass(frozen=True, slots=True)
class Sealing:
    """One use of a seal, at an instant with its offset: what the page says, and what is then done."""

    seal: Seal
    at: datetime


def sealing_at(seal: Seal | None, instant: datetime) -> Sealing | None:
    """None without a seal, and once its certificate has run out: the order is printed all the same, and claims none."""
    return Sealing(seal, instant) if seal is not None and seal.holds_at(instant) else None
