"""A concept map as `$translate` reads it: from a code to those it is paired with, either way.

The maps of a release are made once for it. That of a laboratory is read from the store each time: a validator may
have decided a moment ago.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from api.fhir.systems import code_system
from api.operations.terms import Key, Terms
from api.terminology.maps import MapElement, MapGroup, MapTarget, concept_map_groups
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM
from terminology.transcoding.local_catalogue import LocalCatalogue
from terminology.transcoding.mapping import Mapping, MappingKind

# FHIR R4 ConceptMapEquivalence, read from the target to the source.
_OTHER_WAY = {"wider": "narrower", "narrower": "wider"}

_of_release: WeakKeyDictionary[Terms, tuple["MappingTable", ...]] = WeakKeyDictionary()


@dataclass(frozen=True)
class MappingTable:
    """One concept map: `source` and `target` are its value sets, empty when it names none."""

    url: str
    version: str
    source: str
    target: str
    groups: tuple[MapGroup, ...]

    def joins(self, from_: str, to: str | None, *, reverse: bool) -> bool:
        """Whether it leads from a code system to another one, or to any."""
        ends = ((g.target, g.source) if reverse else (g.source, g.target) for g in self.groups)
        return any(start == from_ and to in (None, end) for start, end in ends)

    def matches(self, key: Key, *, reverse: bool) -> tuple[MapTarget, ...]:
        """What a code is paired with."""
        return tuple((self._backwards if reverse else self._forwards).get(key, ()))

    @cached_property
    def _forwards(self) -> dict[Key, list[MapTarget]]:
        return _by_key((element.source, target) for element, target in self._pairs())

    @cached_property
    def _backwards(self) -> dict[Key, list[MapTarget]]:
        return _by_key(
            (target.target, MapTarget(element.source, _OTHER_WAY.get(target.equivalence, target.equivalence)))
            for element, target in self._pairs()
        )

    def _pairs(self) -> Iterator[tuple[MapElement, MapTarget]]:
        return ((e, target) for group in self.groups for e in group.elements for target in e.targets)


def _by_key(pairs: Iterable[tuple[Coding, MapTarget]]) -> dict[Key, list[MapTarget]]:
    found: dict[Key, list[MapTarget]] = defaultdict(list)
    for start, end in pairs:
        found[start.system, start.code].append(end)
    return found


def local_table(catalogue: LocalCatalogue, version: int, mappings: Iterable[Mapping], base: str) -> MappingTable:
    """The validated mappings of a laboratory's exams (`catalogue-<FINESS>-loinc`)."""
    name = f"catalogue-{catalogue.laboratory.finess}"
    system = code_system(base, name)
    groups: dict[str, list[MapElement]] = defaultdict(list)
    for mapping in mappings:
        target = mapping.in_force
        if mapping.key.kind is MappingKind.ANALYSIS and target is not None and target.system != LOCAL_SYSTEM:
            item = catalogue.item(mapping.key.local_code)
            source = Coding(system, mapping.key.local_code, item.exam.label if item else "")
            found = MapTarget(target, mapping.equivalence.value)
            groups[target.system].append(MapElement(source, (found,)))
    made = tuple(MapGroup(system, target, tuple(elements)) for target, elements in groups.items())
    return MappingTable(f"{base}/ConceptMap/{name}-loinc", str(version), "", "", made)


def release_tables(held: Terms) -> tuple[MappingTable, ...]:
    """The concept maps of a release, made once."""
    found = _of_release.get(held)
    if found is None:
        found = _of_release[held] = tuple(
            MappingTable(one.url, one.version, one.source, one.target, concept_map_groups(held.release, one.id))
            for one in held.concept_maps.all
        )
    return found
