"""An INSi teleservice that knows the published test identities, and answers what a script says before that.

For development, demonstration and tests: no public description of the real service's messages exists. The identities
(`insi_test_identities.csv`) are those that client software is qualified with, found alike in several public
repositories of INSi clients; all come back under the *test* authority, whatever the test bench itself says, so that
none can pass for a real one.
"""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import TypeVar

from kernel.ins import Ins, InsAuthority
from kernel.partial_date import PartialDate
from prescription.identity.insi import InsiAnswer, InsiCode, SearchTraits, VitaleCard
from prescription.identity.traits import InsIdentity
from prescription.people import Sex

_FILE = "insi_test_identities.csv"
_NONE = InsiAnswer(InsiCode.NONE)
_BODY = 13  # a matricule without its key
Scripted = InsiAnswer | bool | Exception
T = TypeVar("T", InsiAnswer, bool)


@dataclass(frozen=True, slots=True)
class _Row:
    code: InsiCode
    traits: SearchTraits
    place: str
    identity: InsIdentity | None

    def matches(self, asked: SearchTraits, cog: str | None) -> bool:
        """Whether it is this person: any of the given names will do, as with the real service."""
        given = self.traits.given_name.split()
        return (
            (self.traits.birth_family_name, self.traits.sex, self.traits.birth_date)
            == (asked.birth_family_name, asked.sex, asked.birth_date)
            and (asked.given_name in given or asked.given_name == self.traits.given_name)
            and (not cog or not self.place or cog == self.place)
        )


class SimulatedInsi:
    """The port `InsiGateway`. `script` is used up first, one item a call: an answer, or an exception to raise."""

    def __init__(self, script: Iterable[Scripted] = ()) -> None:
        self._script = deque(script)
        self._rows = tuple(_rows())

    async def read_apcv(self, context: str) -> InsiAnswer:
        """The test identity whose matricule is the context."""
        return self._scripted(InsiAnswer) or self._by_matricule(context)

    async def search_by_vitale(self, card: VitaleCard) -> InsiAnswer:
        """The test identity whose matricule begins with the card's number."""
        return self._scripted(InsiAnswer) or self._by_matricule(card.nir)

    async def search_by_traits(self, traits: SearchTraits, cog: str | None = None) -> InsiAnswer:
        """The test identity with these traits."""
        scripted = self._scripted(InsiAnswer)
        if scripted is not None:
            return scripted
        found = next((row for row in self._rows if row.matches(traits, cog)), None)
        return InsiAnswer(found.code, found.identity) if found else _NONE

    async def verify(self, identity: InsIdentity) -> bool:
        """Whether it is one of the test identities, trait for trait."""
        scripted = self._scripted(bool)
        return scripted if scripted is not None else any(row.identity == identity for row in self._rows)

    def _by_matricule(self, number: str) -> InsiAnswer:
        for row in self._rows:
            if row.identity and len(number) >= _BODY and row.identity.ins.matricule.startswith(number):
                return InsiAnswer(row.code, row.identity)
        return _NONE

    def _scripted(self, kind: type[T]) -> T | None:
        if not self._script:
            return None
        item = self._script.popleft()
        if isinstance(item, Exception):
            raise item
        if not isinstance(item, kind):
            raise TypeError(f"the script says {type(item).__name__} where {kind.__name__} is answered")
        return item


def _rows() -> Iterator[_Row]:
    text = files(__package__).joinpath(_FILE).read_text("utf-8")
    for row in csv.DictReader(text.splitlines()):
        born, sex = PartialDate.parse(row["birth_date"]), Sex(row["sex"])
        family, given, place = row["birth_family_name"], row["birth_given_names"], row["birth_place_code"]
        identity = None
        if row["matricule"]:
            ins = Ins.parse(row["matricule"], InsAuthority.TEST)
            identity = InsIdentity(ins, family, tuple(given.split()), sex, born, place or None)
        yield _Row(InsiCode(row["code"]), SearchTraits(family, given, sex, born), place, identity)
