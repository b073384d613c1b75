"""ValueSet of a release, as its definition: the codes it is composed of, one by one (terminology.md §5.2)."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby

from api.fhir.datatypes import present
from api.fhir.json import JsonObject
from api.fhir.systems import LOINC, NABM
from api.fhir.terminology_head import write_terminology_head
from api.terminology import systems
from terminology.coding import Coding
from terminology.release import Release

_WHOLE = {systems.LOINC_VALUE_SET: LOINC, systems.NABM_VALUE_SET: NABM}
_TAKEN_FROM = {systems.SPECIMENS: systems.SPECIMENS_OF_ANS, systems.TECHNIQUES: systems.TECHNIQUES_OF_ANS}


def write_value_set(
    thing: systems.Canonical, members: Iterable[Coding], release: Release, base: str, modified: datetime
) -> JsonObject:
    """The definition. A list that the release does not bring refers to the value set of the ANS; one that is empty
    has no `compose`, which would otherwise mean every code there is."""
    held = {each.url for each in systems.code_systems(release, base)}
    include: list[JsonObject]
    if thing.url in _WHOLE:
        system = _WHOLE[thing.url]
        include = [{"system": system, "version": systems.version_of(system, release)}]
    else:
        include = [
            present(
                {
                    "system": system,
                    "version": systems.version_of(system, release) if system in held else None,
                    "concept": [present({"code": c.code, "display": c.display}) for c in concepts],
                }
            )
            for system, concepts in groupby(sorted(members, key=lambda c: c.system), key=lambda c: c.system)
        ]
        if not include and thing.id in _TAKEN_FROM:
            include = [{"valueSet": [_TAKEN_FROM[thing.id]]}]
    compose: JsonObject = {"include": include}
    return present({**write_terminology_head("ValueSet", thing, modified), "compose": compose if include else None})
