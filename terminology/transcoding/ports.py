"""What the assistant asks of the rest of the house: a store that loses nothing, and the likeness of texts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from terminology.impact import MappingImpact
from terminology.lab_catalogue import Laboratory
from terminology.transcoding.columns import Field
from terminology.transcoding.history import Change, HistoryQuery, HistoryRow
from terminology.transcoding.local_catalogue import LocalCatalogue
from terminology.transcoding.mapping import Mapping as LocalMapping
from terminology.transcoding.mapping import MappingKey


class TextScores(Protocol):
    """The likeness of a laboratory's wording with the names of national codes, as the search ranks them."""

    def __call__(self, text: str) -> Mapping[str, float]:
        """How like `text` each code is, from 0 (left out) to 1 (one of its names)."""
        ...


class TranscodingStore(Protocol):
    """Catalogues, mappings and their history. Every method is one transaction."""

    def laboratories(self) -> tuple[Laboratory, ...]:
        """Those with a catalogue, by FINESS."""
        ...

    def find_catalogue(self, finess: str) -> LocalCatalogue | None:
        """The catalogue of a laboratory; None before its first import."""
        ...

    def catalogue_version(self, finess: str) -> int | None:
        """The version of the catalogue of a laboratory, at the cost of one row; None before its first import."""
        ...

    def mappings(self, finess: str) -> tuple[LocalMapping, ...]:
        """All its mappings, by key."""
        ...

    def exam_mappings(self, finess: str, local_codes: Collection[str]) -> Mapping[str, LocalMapping]:
        """The mappings of some exams as such, by local code; those nothing is decided of are left out."""
        ...

    def find_mapping(self, finess: str, key: MappingKey) -> LocalMapping | None:
        """One mapping; None while nothing is decided."""
        ...

    def save(self, finess: str, changes: Sequence[Change], catalogue: LocalCatalogue | None = None) -> None:
        """Applies all the changes and writes a row of history for each, or nothing.

        `MappingChanged` when a mapping is no longer at the version of its `before`; `Conflict`
        (`catalogue-changed`) when `catalogue` does not follow the version kept.
        """
        ...

    def columns(self, finess: str) -> Mapping[Field, str]:
        """The headers its user chose for its files; empty when none were."""
        ...

    def remember_columns(self, finess: str, columns: Mapping[Field, str]) -> None:
        """Keeps the headers chosen for the next imports."""
        ...

    def history(self, query: HistoryQuery, limit: int | None = None, offset: int = 0) -> tuple[HistoryRow, ...]:
        """The rows asked for, the last first."""
        ...

    def mappings_using(self, codes: Collection[str]) -> tuple[MappingImpact, ...]:
        """The mappings, of every laboratory and status but `refuse`, whose target is one of `codes`."""
        ...
