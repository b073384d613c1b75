"""What an import says of the file: counts, every finding with its place, and whether the release may be served.

The JSON form is that of interface.md §6 but for what the store alone knows (revision, status, hash, activation). Its
canonical bytes are what an operator confirms by their SHA-256 (terminology.md §1.4.9-10). HTML: `import_report_html`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from kernel.csv_export import write_csv
from kernel.findings import Severity
from terminology.release import ReleaseKind
from terminology.request_code import OrderClass

Json = Mapping[str, "Json"] | Sequence["Json"] | str | int | bool | None

TABLE_HEADERS = ("Gravité", "Code", "Onglet", "Ligne", "Colonne", "En-tête", "Valeur", "Constat", "Que faire")
_SEVERITIES = {Severity.ERROR: "erreur", Severity.WARNING: "avertissement", Severity.INFORMATION: "note"}


@dataclass(frozen=True, slots=True)
class ReadFile:
    """The file as it was given; `format` is xlsx, csv or zip, empty for one that is none of them."""

    name: str
    format: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ImportFinding:
    """One remark. `row` is the sheet's own number, the first being 1; `column` its letter; None = the whole row, the
    whole sheet (`sheet` alone) or the whole file (`sheet` empty). An error rejects its row."""

    severity: Severity
    code: str
    sheet: str
    row: int | None
    column: str | None
    header: str
    value: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class ExtraColumn:
    """A column the format does not know, kept verbatim."""

    sheet: str
    column: str
    header: str


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What was read, and what the release holds: `rows` of sheet 1, then requests and analyses with accepted rows.

    `requests` counts all of them, `requests_by_class` those with a LOINC code and a class; `result_codes` are the
    analyses with a LOINC code, `results_waiting` those without.
    """

    rows: int = 0
    rows_accepted: int = 0
    rows_rejected: int = 0
    requests: int = 0
    requests_by_class: tuple[tuple[str, int], ...] = ()
    requests_waiting: int = 0
    result_codes: int = 0
    results_waiting: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The report of one import. `label` and `published` are empty and None for a refused file; `refusals` are French
    sentences, any of which forbids activation."""

    file: ReadFile
    layout: str = ""
    label: str = ""
    published: date | None = None
    counts: ImportCounts = ImportCounts()
    findings: tuple[ImportFinding, ...] = ()
    extra_columns: tuple[ExtraColumn, ...] = ()
    refusals: tuple[str, ...] = ()

    @property
    def activable(self) -> bool:
        """Whether nothing forbids activation, once an operator has confirmed the errors there may be."""
        return not self.refusals

    def as_json(self) -> dict[str, Json]:
        """The object of interface.md §6, without what the store adds."""
        release = None
        if self.published is not None:
            release = {
                "label": self.label,
                "kind": ReleaseKind.OFFICIAL.value,
                "published": self.published.isoformat(),
            }
        return {
            "file": asdict(self.file),
            "layout": self.layout or None,
            "release": release,
            "counts": {**asdict(self.counts), "requests_by_class": dict(self.counts.requests_by_class)},
            "findings": [asdict(finding) for finding in self.findings],
            "extra_columns": [asdict(column) for column in self.extra_columns],
            "activable": self.activable,
            "refusals": list(self.refusals),
        }

    def canonical_bytes(self) -> bytes:
        """The same object as canonical JSON: sorted keys, no space, UTF-8."""
        return json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def table(self) -> tuple[tuple[str, ...], ...]:
        """The findings as rows of text, one cell for each of `TABLE_HEADERS`."""
        return tuple(_table_row(finding) for finding in self.findings)

    def csv(self) -> bytes:
        """The same rows for a spreadsheet, no cell of which can run."""
        return write_csv(TABLE_HEADERS, self.table())

    def count(self, severity: Severity) -> int:
        """How many findings are that severe."""
        return sum(finding.severity is severity for finding in self.findings)


def read_report(canonical: bytes) -> ImportReport:
    """The report whose `canonical_bytes` these are."""
    read = json.loads(canonical)
    release = read["release"] or {}
    by_class = read["counts"]["requests_by_class"]
    counts = read["counts"] | {"requests_by_class": tuple((c.value, by_class[c]) for c in OrderClass if c in by_class)}
    return ImportReport(
        file=ReadFile(**read["file"]),
        layout=read["layout"] or "",
        label=release.get("label", ""),
        published=date.fromisoformat(release["published"]) if release else None,
        counts=ImportCounts(**counts),
        findings=tuple(ImportFinding(**f | {"severity": Severity(f["severity"])}) for f in read["findings"]),
        extra_columns=tuple(ExtraColumn(**column) for column in read["extra_columns"]),
        refusals=tuple(read["refusals"]),
    )


def _table_row(finding: ImportFinding) -> tuple[str, ...]:
    return (
        _SEVERITIES[finding.severity],
        finding.code,
        finding.sheet,
        "" if finding.row is None else str(finding.row),
        finding.column or "",
        finding.header,
        finding.value,
        finding.message,
        finding.hint,
    )
