"""Which edition of its catalogue each laboratory is searched in: one small document a laboratory, read by its key.

A read by key sees the last write at once, so that a switch is one write: a reader has the former edition or the new
one. An edition is written down before its first exam, so that a build cut short can be erased.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from elasticsearch import ConflictError, Elasticsearch

from kernel.errors import Conflict, Unavailable
from search.elastic_client import reached
from search.lab_search import unknown_laboratory, unknown_version


class State(StrEnum):
    """`former` editions stay readable for a while, `unfinished` ones never were."""

    CURRENT = "current"
    FORMER = "former"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class LabEdition:
    """The exams of one version, written once: `exams` of them, keyed by `name` and place; in its state `since` then."""

    name: str
    version: int
    exams: int
    state: State
    since: datetime

    def keys(self) -> list[str]:
        """The keys of its exams, by place."""
        return [f"{self.name}-{place}" for place in range(self.exams)]


@dataclass(frozen=True, slots=True)
class LabEditions:
    """Those of one laboratory; `seen` tells whether another writer came between, None = none is written."""

    editions: tuple[LabEdition, ...] = ()
    seen: tuple[int, int] | None = None

    def starting(self, edition: LabEdition) -> "LabEditions":
        """With one more, unfinished."""
        return replace(self, editions=(*self.editions, edition))

    def switched(self, edition: LabEdition, now: datetime) -> "LabEditions":
        """With `edition`, finished, in place of the current one."""
        former = [
            replace(held, state=State.FORMER, since=now) if held.state is State.CURRENT else held
            for held in self.editions
            if held.name != edition.name
        ]
        current = replace(edition, state=State.CURRENT, since=now)
        return replace(self, editions=(current, *former))

    def outdated(self, before: datetime) -> tuple[LabEdition, ...]:
        """Those not current since before an instant."""
        return tuple(held for held in self.editions if held.state is not State.CURRENT and held.since <= before)

    def without(self, gone: tuple[LabEdition, ...]) -> "LabEditions":
        """Less some."""
        return replace(self, editions=tuple(held for held in self.editions if held not in gone))


class _Stored(TypedDict):
    name: str
    version: int
    exams: int
    state: str
    since: str


class LabVersions:
    """Reads and writes them; `index` holds them."""

    def __init__(self, client: Elasticsearch, index: str) -> None:
        self._client = client
        self._reading = client.options(ignore_status=404)
        self._index = index

    def edition(self, finess: str, version: int | None) -> LabEdition:
        """The edition to search; `NotFound` (`unknown-laboratory`, `unknown-version`)."""
        readable = [held for held in self.read(finess).editions if held.state is not State.UNFINISHED]
        if not readable:
            raise unknown_laboratory(finess)
        asked = [held for held in readable if version in (None, held.version)]
        if version is None:
            asked = [held for held in asked if held.state is State.CURRENT]
        if not asked:
            raise unknown_version(version or 0, [held.version for held in readable])
        return asked[0]

    def read(self, finess: str) -> LabEditions:
        """Those of a laboratory, the current one first."""
        with reached():
            answer = self._reading.get(index=self._index, id=finess)
        if not answer.get("found"):
            return LabEditions()
        stored: list[_Stored] = answer["_source"]["editions"]
        return LabEditions(tuple(map(_read, stored)), (answer["_seq_no"], answer["_primary_term"]))

    def write(self, finess: str, held: LabEditions) -> None:
        """Put them in place of what was read; `Conflict` (`catalogue-being-replaced`) when another did meanwhile."""
        number, term = held.seen or (None, None)
        try:
            with reached():
                self._client.index(
                    index=self._index,
                    id=finess,
                    document={"editions": list(map(_stored, held.editions))},
                    op_type=None if held.seen else "create",
                    if_seq_no=number,
                    if_primary_term=term,
                )
        except Unavailable as error:
            if isinstance(error.__cause__, ConflictError):
                raise Conflict.because(
                    "catalogue-being-replaced",
                    "Ce catalogue est en cours de remplacement par ailleurs.",
                    "Recommencer quand il est fini.",
                ) from error
            raise


def _stored(edition: LabEdition) -> _Stored:
    return _Stored(
        name=edition.name,
        version=edition.version,
        exams=edition.exams,
        state=edition.state.value,
        since=edition.since.isoformat(),
    )


def _read(stored: _Stored) -> LabEdition:
    return LabEdition(
        stored["name"],
        stored["version"],
        stored["exams"],
        State(stored["state"]),
        datetime.fromisoformat(stored["since"]),
    )
