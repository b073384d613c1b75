"""What is asked of the INSi teleservice (*téléservice INSi*), and what it answers. Adapters stand behind the port."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kernel.errors import Unavailable
from kernel.partial_date import PartialDate
from prescription.identity.traits import InsIdentity
from prescription.people import Sex


class InsiCode(StrEnum):
    """Return codes of the teleservice."""

    FOUND = "00"
    NONE = "01"
    SEVERAL = "02"


@dataclass(frozen=True, slots=True)
class InsiAnswer:
    """The code, and the identity when exactly one was found."""

    code: InsiCode
    identity: InsIdentity | None = None


@dataclass(frozen=True, slots=True)
class VitaleCard:
    """What the reading of a carte Vitale gives: the insured's number, the beneficiary's birth date and birth rank."""

    nir: str
    birth_date: PartialDate
    rank: int = 1

    def __repr__(self) -> str:
        return "VitaleCard(…)"


@dataclass(frozen=True, slots=True)
class SearchTraits:
    """The traits of a search: names in the INS spelling, `given_name` one of the birth given names."""

    birth_family_name: str
    given_name: str
    sex: Sex
    birth_date: PartialDate

    def __repr__(self) -> str:
        return "SearchTraits(…)"


class InsiUnavailable(Unavailable):
    """The teleservice does not answer: a technical failure, which an order never waits for."""

    @classmethod
    def now(cls) -> "InsiUnavailable":
        """The failure in words."""
        return cls.because(
            "insi-unavailable",
            "Le téléservice INSi ne répond pas.",
            "L'ordonnance peut partir avec le statut actuel de l'identité ; réessayer plus tard.",
        )


class InsiGateway(Protocol):
    """The operations of the teleservice. Each may raise `InsiUnavailable`, or take longer than is waited for."""

    async def read_apcv(self, context: str) -> InsiAnswer:
        """The identity that the application carte Vitale gives; `context` is what the reader has handed over."""
        ...

    async def search_by_vitale(self, card: VitaleCard) -> InsiAnswer:
        """The identity of the beneficiary of a carte Vitale."""
        ...

    async def search_by_traits(self, traits: SearchTraits, cog: str | None = None) -> InsiAnswer:
        """The identity that has these traits, and this birth place when `cog` is given."""
        ...

    async def verify(self, identity: InsIdentity) -> bool:
        """Whether the INS and the traits are still those of the national base."""
        ...
