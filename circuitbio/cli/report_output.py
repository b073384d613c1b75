"""The import report on the terminal, and in files whose name says the form: .json, .csv, .html."""

from collections import Counter

from circuitbio.cli.terminal import say, show_table
from kernel.errors import Invalid
from kernel.findings import Severity
from terminology.import_report import TABLE_HEADERS, ImportReport, read_report
from terminology.import_report_html import report_html


def report_as(suffix: str, canonical: bytes) -> bytes:
    """The report in the form a file name asks for; `Invalid` (`report-form`) for another."""
    match suffix.lower():
        case ".json":
            return canonical
        case ".csv":
            return read_report(canonical).csv()
        case ".html":
            return report_html(read_report(canonical)).encode("utf-8")
    raise Invalid.because(
        "report-form", f"Forme de rapport inconnue : « {suffix} ».", "Nommer le fichier en .json, .csv ou .html."
    )


def show_report(report: ImportReport, every: bool) -> None:
    """Every error; the rest by code, or each when `every` is asked for; then the counts."""
    told = zip(report.findings, report.table(), strict=True)
    rows = [row for finding, row in told if every or finding.severity is Severity.ERROR]
    if rows:
        show_table("Constats", TABLE_HEADERS, rows)
    if not every:
        for (severity, code), count in sorted(_lesser(report).items()):
            say(f"{severity} {code} : {count} (--all pour les voir)")
    counts = report.counts
    say(
        f"{counts.rows} lignes, {counts.rows_accepted} acceptées, {counts.rows_rejected} rejetées ; "
        f"{counts.requests} demandes, {counts.result_codes} codes de résultat, {counts.results_waiting} en attente"
    )


def _lesser(report: ImportReport) -> Counter[tuple[str, str]]:
    words = {Severity.WARNING: "avertissement", Severity.INFORMATION: "note"}
    return Counter((words[f.severity], f.code) for f in report.findings if f.severity is not Severity.ERROR)
