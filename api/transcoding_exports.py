"""What a laboratory takes away as files: CSV, XLSX, FHIR ConceptMap, LCSD, additions, history (§7.5)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.fhir.concept_map import write_concept_map
from api.fhir.json import serialise
from kernel.csv_export import write_csv
from lcsd.exchange_file import build_file
from lcsd.messages.control import Emission, Receiver
from terminology.lab_catalogue import LabCatalogue
from terminology.release import Release
from terminology.transcoding.coded import coded_catalogue
from terminology.transcoding.exports import (
    ADDITION_COLUMNS,
    HISTORY_COLUMNS,
    ITEM_COLUMNS,
    OTHER_COLUMNS,
    Cells,
    addition_rows,
    history_rows,
    item_rows,
    other_rows,
    workbook,
)
from terminology.transcoding.history import HistoryQuery, HistoryRow
from terminology.transcoding.local_catalogue import LocalCatalogue
from terminology.transcoding.mapping import Mapping as LocalMapping
from terminology.transcoding.ports import TranscodingStore

CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FHIR = "application/fhir+json; charset=utf-8"
HL7 = "application/hl7-v2; charset=utf-8"
Rows = Callable[[LocalCatalogue, tuple[LocalMapping, ...]], list[Cells]]


class ExportFormat(StrEnum):
    """The files on offer: `techniques` is the CSV of techniques and answers, `ajouts` what to ask the ANS for."""

    CSV = "csv"
    XLSX = "xlsx"
    TECHNIQUES = "techniques"
    CONCEPT_MAP = "conceptmap"
    LCSD = "lcsd"
    ADDITIONS = "ajouts"


@dataclass(frozen=True, slots=True)
class ExportFile:
    """A file to give: its name, media type and bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Exporter:
    """Everything exports are made from, for one laboratory; `receiver` is who an LCSD file is for."""

    catalogue: LocalCatalogue
    mappings: tuple[LocalMapping, ...]
    last_change: int
    release: Release
    base: str
    receiver: Receiver
    now: datetime

    @property
    def version(self) -> int:
        """Grows with every import and every decision, so that a version never names two contents."""
        return self.catalogue.version + self.last_change

    def file(self, wanted: ExportFormat) -> ExportFile:
        """One export; `Invalid` with every finding for an LCSD file its checks refuse."""
        makers: Mapping[ExportFormat, Callable[[], ExportFile]] = {
            ExportFormat.CSV: lambda: self._csv("csv", ITEM_COLUMNS, item_rows),
            ExportFormat.TECHNIQUES: lambda: self._csv("techniques.csv", OTHER_COLUMNS, other_rows),
            ExportFormat.ADDITIONS: lambda: self._csv("ajouts.csv", ADDITION_COLUMNS, addition_rows),
            ExportFormat.XLSX: self._workbook,
            ExportFormat.CONCEPT_MAP: self._concept_map,
            ExportFormat.LCSD: self._lcsd,
        }
        return makers[wanted]()

    def coded(self) -> LabCatalogue:
        """The catalogue LCSD publishes, with the validated codes in it."""
        published = self.catalogue.as_lab_catalogue()
        numbered = LabCatalogue(published.laboratory, self.version, published.effective_from, published.exams)
        return coded_catalogue(numbered, self.mappings)

    def _csv(self, ending: str, columns: tuple[str, ...], rows: Rows) -> ExportFile:
        return self._named(ending, CSV, write_csv(columns, rows(self.catalogue, self.mappings)))

    def _workbook(self) -> ExportFile:
        return self._named("xlsx", XLSX, workbook(self.catalogue, self.mappings, self.release.notice))

    def _concept_map(self) -> ExportFile:
        catalogue, mappings = self.catalogue, self.mappings
        resource = write_concept_map(catalogue, self.version, mappings, self.base, self.release, all_comments=True)
        return self._named("conceptmap.json", _FHIR, serialise(resource))

    def _lcsd(self) -> ExportFile:
        name, content, _, _ = build_file(Emission(self.coded(), self.receiver, self.now))
        return ExportFile(name, HL7, content)

    def _named(self, ending: str, media_type: str, content: bytes) -> ExportFile:
        return ExportFile(f"transcodage-{self.catalogue.laboratory.finess}.{ending}", media_type, content)


def last_change(store: TranscodingStore, finess: str) -> int:
    """Number of the last row of a laboratory's history, 0 before the first."""
    return next((row.number for row in store.history(HistoryQuery(finess), limit=1)), 0)


def history_file(finess: str, rows: tuple[HistoryRow, ...]) -> ExportFile:
    """The history as CSV, the oldest row first."""
    return ExportFile(f"historique-{finess}.csv", CSV, write_csv(HISTORY_COLUMNS, history_rows(reversed(rows))))
