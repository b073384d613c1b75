"""A laboratory's file into its catalogue (terminology.md §7.1): first what it would do, then, when asked, for good."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from kernel import finess as finess_number
from kernel.errors import Invalid
from kernel.findings import Severity
from terminology.import_report import ImportFinding
from terminology.lab_catalogue import LabCatalogue, Laboratory
from terminology.transcoding.actor import Actor
from terminology.transcoding.columns import Field
from terminology.transcoding.lab_file import LabFile, read_lab_file
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem
from terminology.transcoding.merge import Merged, carried_proposals, laid_over, merge
from terminology.transcoding.ports import TranscodingStore
from terminology.transcoding.targets import Targets


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import found and did. `merged` is None when the file was refused whole; `version` is that of the
    catalogue now, `written` whether this import made it."""

    file: LabFile | None
    merged: Merged | None
    version: int
    written: bool

    @property
    def findings(self) -> tuple[ImportFinding, ...]:
        """Every remark on the file."""
        return self.file.findings if self.file else ()

    @property
    def rejected(self) -> int:
        """How many rows an error kept out, or how many errors refuse the file."""
        return sum(f.severity is Severity.ERROR for f in self.findings)


@dataclass(frozen=True, slots=True)
class Importer:
    """One actor importing for one laboratory. `laboratory` names it at its first import, or anew."""

    store: TranscodingStore
    targets: Targets
    laboratory: Laboratory
    actor: Actor

    def __post_init__(self) -> None:
        self.actor.check_site(self.laboratory.finess)
        if not finess_number.well_formed(self.laboratory.finess):
            raise Invalid.because(
                "bad-parameter", "Le FINESS est mal formé.", "Neuf caractères, FINESS géographique.", "finess"
            )

    def file(self, content: bytes, name: str, chosen: Mapping[Field, str], at: datetime, *, dry_run: bool) -> Imported:
        """Imports a CSV or XLSX file. `chosen` headers are added to those remembered, and remembered unless
        `dry_run`; an error in a row costs the row, a file that cannot be read changes nothing."""
        known = self._known(at)
        columns = {**self.store.columns(self.laboratory.finess), **chosen}
        read = read_lab_file(content, name, columns, self.targets.release.lists)
        if not read.items:
            return Imported(read, None, known.version, written=False)
        by_code = {i.exam.local_code: i for i in known.items}
        items = [laid_over(row, by_code.get(row.local_code), at) for row in read.items]
        items += [item for code, item in by_code.items() if code in read.rejected_codes]
        national = {row.local_code: row.national for row in read.items if row.national}
        if chosen and not dry_run:
            self.store.remember_columns(self.laboratory.finess, columns)
        return self._merged(read, known, items, national, at, dry_run=dry_run)

    def catalogue(self, source: LabCatalogue, at: datetime, *, dry_run: bool) -> Imported:
        """Imports a catalogue kept elsewhere, with every detail it has; a LOINC in it is a proposal."""
        known = replace(self._known(at), laboratory=source.laboratory)
        items = []
        for exam in source.exams:
            before = known.item(exam.local_code)
            volume = before.monthly_volume if before else None
            items.append(LocalItem(exam, before.first_seen if before else at, None, volume))
        national = {exam.local_code: exam.loinc.code for exam in source.exams if exam.loinc}
        return self._merged(None, known, items, national, at, dry_run=dry_run)

    def _merged(
        self,
        read: LabFile | None,
        known: LocalCatalogue,
        items: Sequence[LocalItem],
        national: Mapping[str, str],
        at: datetime,
        *,
        dry_run: bool,
    ) -> Imported:
        finess, author = self.laboratory.finess, self.actor.name
        mappings = self.store.mappings(finess)
        carried = carried_proposals(national, mappings, self.targets, author, at)
        merged = merge(known, mappings, items, carried, at, author)
        kept = self.store.find_catalogue(finess)
        written = not dry_run and (merged.writes or kept is None or kept.laboratory != known.laboratory)
        if written:
            self.store.save(finess, merged.changes, merged.catalogue)
        return Imported(read, merged, merged.catalogue.version if written else known.version, written)

    def _known(self, at: datetime) -> LocalCatalogue:
        """What is known of the laboratory, under the name given now; a first import needs one."""
        known = self.store.find_catalogue(self.laboratory.finess)
        ours = self.laboratory
        if known is None:
            if not ours.name:
                raise Invalid.because("missing-parameter", "Le nom du laboratoire manque.", "Le donner.", "nom")
            return LocalCatalogue(ours, 0, at)
        theirs = known.laboratory
        named = replace(theirs, name=ours.name or theirs.name, mnemonic=ours.mnemonic or theirs.mnemonic)
        return replace(known, laboratory=named)
