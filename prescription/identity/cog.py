"""Birth places by their official geographic code, with their history (*Code officiel géographique*, INSEE).

A place has one name for a time: communes are renamed, merged, and their codes used again. A code that no table holds
is not wrong: INSi may know one that is newer, or older, than the files at hand.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from kernel.text import fold

UNKNOWN_CODE, UNKNOWN_NAME = "99999", "INCONNU"
"""What is written when the birth place is not known; never filled in beforehand."""
PATTERN = re.compile(r"[0-9][0-9AB][0-9]{3}", re.ASCII)
_BEYOND = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Place:
    """A commune, country or territory under one name: from `start` on, up to the day before `end` (None: still)."""

    code: str
    name: str
    start: date | None = None
    end: date | None = None

    def stood(self, day: date | None) -> bool:
        """Whether it had this name on `day`; always, when the day is not known."""
        if day is None:
            return True
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Succession:
    """On `day` the place `before` became, or became part of, `after` (*évènement sur les communes*)."""

    before: str
    after: str
    day: date


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The places at hand. Made from INSEE's files (`cog_files.py`); empty when none were given."""

    places: tuple[Place, ...] = ()
    successions: tuple[Succession, ...] = ()
    _by_code: dict[str, list[Place]] = field(init=False, repr=False)
    _by_name: list[tuple[str, int]] = field(init=False, repr=False)
    _kin: dict[str, set[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Indexes the places by code and by folded name."""
        by_code: defaultdict[str, list[Place]] = defaultdict(list)
        for place in self.places:
            by_code[place.code].append(place)
        kin: defaultdict[str, set[str]] = defaultdict(set)
        for each in self.successions:
            kin[each.before].add(each.after)
            kin[each.after].add(each.before)
        object.__setattr__(self, "_by_code", dict(by_code))
        object.__setattr__(self, "_by_name", sorted((_searched(p.name), i) for i, p in enumerate(self.places)))
        object.__setattr__(self, "_kin", dict(kin))

    def __bool__(self) -> bool:
        return bool(self.places)

    def named(self, code: str, day: date | None) -> Place | None:
        """The place that had this code on `day`; failing that, one that has had it at some time."""
        held = self._by_code.get(code, [])
        return next((place for place in held if place.stood(day)), held[-1] if held else None)

    def begun_by(self, text: str, day: date | None, limit: int = 10) -> list[Place]:
        """Places that existed on `day` and whose code, or folded name, begins with `text`, each code once."""
        wanted = _searched(text.strip())
        if not wanted:
            return []
        found: dict[str, Place] = {}
        for place in self._beginning(wanted):
            if place.stood(day):
                found.setdefault(place.code, place)
                if len(found) == limit:
                    break
        return list(found.values())

    def _beginning(self, wanted: str) -> Iterator[Place]:
        if PATTERN.fullmatch(wanted.upper()):
            yield from self._by_code.get(wanted.upper(), [])
        first = bisect_left(self._by_name, (wanted, 0))
        last = bisect_left(self._by_name, (wanted + _BEYOND, 0))
        yield from (self.places[at] for _, at in self._by_name[first:last])

    def related(self, one: str, other: str) -> bool:
        """Whether one code came from the other, merged or split: what explains most discordances of birth place."""
        return other in self._kin.get(one, ())


def _searched(name: str) -> str:
    """The form in which names are looked for: folded, a hyphen or an apostrophe worth a space."""
    return fold(name).replace("-", " ").replace("'", " ")


def gazetteer(places: Iterable[Place], successions: Iterable[Succession] = ()) -> Gazetteer:
    """A gazetteer of these places and events."""
    return Gazetteer(tuple(places), tuple(successions))
