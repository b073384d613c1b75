"""Search in the catalogue of one laboratory: the interface, and the shapes that travel.

The same normalisation, the same ranker and the same explanations as for the value set; the words are those of the
laboratory. Any implementation gives the same first page for the same catalogue (docs/decisions/0007). What is searched
is the catalogue the source holds now, whichever process put it there.
"""

from dataclasses import dataclass
from typing import Protocol

from kernel.errors import NotFound
from search.index import Match
from terminology.coding import Coding
from terminology.lab_catalogue import LabCatalogue
from terminology.request_code import Synonym

MOST_LAB_EXAMS = 100


@dataclass(frozen=True, slots=True)
class LabEntry:
    """What search keeps of an exam. `code` is the laboratory's own, unique in its catalogue; `rank` sorts equals."""

    code: str
    label: str
    loinc: str | None = None
    nabm: tuple[str, ...] = ()
    synonyms: tuple[Synonym, ...] = ()
    specimens: tuple[Coding, ...] = ()
    reference_label: str | None = None
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class LabSuggestion:
    """One exam of a page, its explanation, and one score such as 90.1."""

    entry: LabEntry
    match: Match
    score: float


@dataclass(frozen=True, slots=True)
class LabPage:
    """One page of answers. `version` is that of the catalogue searched; `total_capped`: more than a hundred.
    `engine` answered; `degraded`: it stood in for one that could not."""

    query: str
    finess: str
    version: int
    engine: str
    total: int
    total_capped: bool
    offset: int
    limit: int
    hint: str | None
    items: tuple[LabSuggestion, ...]
    degraded: bool = False


class CatalogueSource(Protocol):
    """Where the catalogues are kept, one version a laboratory: the one in force."""

    def catalogue_version(self, finess: str) -> int | None:
        """The version in force, asked at each query; None before the first import."""
        ...

    def lab_catalogue(self, finess: str) -> LabCatalogue | None:
        """The catalogue in force, of that version; None before the first import."""
        ...


class LabSearch(Protocol):
    """Searches catalogues of laboratories. Implementations are safe to call from several threads."""

    def suggest(self, text: str, finess: str, version: int | None = None, limit: int = 10, offset: int = 0) -> LabPage:
        """The page of exams of one laboratory that `text` asks for, best first; None = its version in force.

        `Invalid` (`filter-too-long`) above 256 characters, `NotFound` (`unknown-laboratory`, `unknown-version`) when
        that catalogue is not held, `Unavailable` (`search-unavailable`) when it cannot be searched now.
        """
        ...

    def refresh(self, finess: str) -> None:
        """To be called once the source holds another catalogue of this laboratory. It never fails: what cannot be
        done now is done when the laboratory is next asked for."""
        ...

    def degraded(self) -> bool:
        """Whether catalogues are searched in memory in place of the engine that was asked for."""
        ...


def unknown_laboratory(finess: str) -> NotFound:
    """The refusal of a laboratory without a catalogue."""
    return NotFound.because(
        "unknown-laboratory", f"Aucun catalogue n'est connu pour le laboratoire {finess}.", path="finess"
    )


def unknown_version(version: int, held: list[int]) -> NotFound:
    """The refusal of a version that is not held."""
    known = ", ".join(map(str, sorted(held)))
    message = f"La version {version} de ce catalogue n'est pas tenue."
    return NotFound.because("unknown-version", message, f"Versions tenues : {known}.", "version")
