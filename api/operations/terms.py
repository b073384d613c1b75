"""What one release holds, ready for the operations: by url and by id, each code found and folded once."""

import zlib
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import date, datetime
from typing import Generic, NamedTuple, Protocol, Self, TypeVar

from api.terminology.concept import Concept
from api.terminology.content import Content
from api.terminology.systems import Canonical, chapter_id, chapters, code_systems, concept_maps, value_sets, version_of
from kernel.text import compact
from terminology.release import Release
from terminology.request_code import RequestCode

_MOST_WRITTEN, _MOST_LISTS = 50_000, 8
Made = TypeVar("Made")
Key = tuple[str, str]
"""A system and a code of it."""


class Codes(Protocol):
    """Code systems as they are asked about, those of a release or of a laboratory; `lasting`: they never change."""

    lasting: bool
    release: Release
    modified: datetime
    code_systems: "Shelf"
    told: "Kept[Checked]"

    def version(self, system: str, /) -> str:
        """The version of a code system."""

    def concept(self, system: str, code: str, /) -> Concept | None:
        """One concept; None when it is not held."""

    def is_name(self, concept: Concept, text: str, /) -> bool:
        """Whether `text` is a label of the concept."""

    def retired_since(self, code: str, /) -> date | None:
        """Since when a retired code is; None when it is not told."""


class Terms:
    """One release. What it finds it keeps: as much as the release has codes, and not more. Safe to share between
    threads, which at worst find the same thing twice."""

    lasting = True

    def __init__(self, content: Content, modified: datetime) -> None:
        self.content = content
        self.modified = modified
        """When this release came here: the Last-Modified of all answers made from it."""
        self.release = content.release
        self.base = content.base
        self.code_systems = Shelf(code_systems(self.release, self.base))
        self.value_sets = Shelf(value_sets(self.release, self.base))
        self.concept_maps = Shelf(concept_maps(self.release, self.base))
        self.chapters = {chapter_id(chapter.code): chapter.code for chapter in chapters(self.release)}
        """The chapter of a value set of requests, by the id of the value set."""
        self._concepts: dict[Key, Concept] = {}
        self._names: dict[Key, frozenset[str]] = {}
        self._members: dict[str, dict[Key, Concept]] = {}
        self._systems_of: dict[str, tuple[str, ...]] = {}
        self.written: Kept[bytes] = Kept(_MOST_WRITTEN)
        """Codes as they are written in expansions."""
        self.told: Kept[Checked] = Kept(_MOST_WRITTEN)
        """Codes with all there is to say of them."""
        self.lists: Kept[Checked] = Kept(_MOST_LISTS)
        """Whole value sets as they are written in expansions."""

    def version(self, system: str) -> str:
        """The version of a code system in this release."""
        return version_of(system, self.release)

    def concept(self, system: str, code: str) -> Concept | None:
        """One concept of a code system; None when the release does not hold it."""
        found = self._concepts.get((system, code))
        if found is None:
            found = self.content.concept(system, code)
            if found is not None:
                self._concepts[system, code] = found
        return found

    def request(self, request: RequestCode) -> Concept:
        """A request of the release, which may be retired as one and in force as a result."""
        found = self.concept(request.system, request.code)
        if found is None:
            raise KeyError(request.code)
        return found if found.status is request.status else replace(found, status=request.status)

    def retired_since(self, code: str) -> date | None:
        """Since when a retired code is; None when it is not told."""
        held = self.content.catalogue.get(code) or self.content.catalogue.result(code)
        return held.retired_since if held else None

    def members(self, value_set: str) -> dict[Key, Concept]:
        """The members of a value set by its id, in order, those retired last."""
        found = self._members.get(value_set)
        if found is None:
            listed = self.content.members(value_set, retired=True)
            found = self._members[value_set] = {(c.system, c.code): c for c in listed}
        return found

    def systems_of(self, value_set: str) -> tuple[str, ...]:
        """The code systems a value set by its id has members of, in force."""
        found = self._systems_of.get(value_set)
        if found is None:
            used = dict.fromkeys(coding.system for coding in self.content.codings(value_set))
            found = self._systems_of[value_set] = tuple(used)
        return found

    def is_name(self, concept: Concept, text: str) -> bool:
        """Whether `text`, once folded (terminology.md §4.2), is the label or a designation of the concept."""
        key = (concept.system, concept.code)
        names = self._names.get(key)
        if names is None:
            labels = (concept.display, *(designation.value for designation in concept.designations))
            names = self._names[key] = frozenset(map(compact, labels))
        return compact(text) in names


class Checked(NamedTuple):
    """Bytes with their checksum, so that it is made once."""

    body: bytes
    checksum: int

    @classmethod
    def of(cls, body: bytes) -> Self:
        """These bytes."""
        return cls(body, zlib.crc32(body))


class Kept(Generic[Made]):
    """What is always made the same from the same key, kept up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, Made] = {}

    def get(self, key: Hashable) -> Made | None:
        """What was made from this key, if it is still there."""
        return self._kept.get(key)

    def of(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` makes; `key` holds all that it depends on beside the release."""
        kept = self._kept.get(key)
        if kept is None:
            kept = make()
            if len(self._kept) >= self._most:
                self._kept.clear()
            self._kept[key] = kept
        return kept


class Shelf:
    """Canonicals by their url, or its OID, and by their id."""

    def __init__(self, held: tuple[Canonical, ...]) -> None:
        self.all = held
        self._by_url = {canonical.url: canonical for canonical in held}
        self._by_oid = {f"urn:oid:{canonical.oid}": canonical for canonical in held if canonical.oid}
        self._by_id = {canonical.id: canonical for canonical in held}

    def by_url(self, url: str) -> Canonical | None:
        """The one of this url, without version."""
        return self._by_url.get(url) or self._by_oid.get(url)

    def by_id(self, id_: str) -> Canonical | None:
        """The one of this id."""
        return self._by_id.get(id_)

    @property
    def urls(self) -> str:
        """All urls, to be told to who asked for another."""
        return ", ".join(self._by_url)

    @property
    def ids(self) -> str:
        """All ids, likewise."""
        return ", ".join(self._by_id)
