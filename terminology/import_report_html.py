"""The report of an import as one HTML page that stands alone: French, accessible, escaped, no script, no request."""

from collections.abc import Iterable, Sequence
from html import escape

from kernel.findings import Severity
from terminology.import_report import TABLE_HEADERS, ImportReport

_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:90rem;padding:1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}
caption{text-align:left;font-weight:bold;padding:.5rem 0}
th,td{border:1px solid #767676;padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
th{background:#e8eef7;color:#161616}
.scroll{overflow-x:auto}
"""


def report_html(report: ImportReport) -> str:
    """The whole page."""
    title = f"Rapport d'import de {report.file.name}"
    return (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{_verdict(report)}"
        f"{_pairs('Fichier et version', _identity(report))}{_pairs('Contenu', _content(report))}"
        f"{_findings(report)}{_extra_columns(report)}</main></body></html>\n"
    )


def _verdict(report: ImportReport) -> str:
    if report.activable:
        return "<p>Cette version peut être activée.</p>"
    return f"<p>Cette version ne peut pas être activée :</p><ul>{_items(report.refusals)}</ul>"


def _items(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def _identity(report: ImportReport) -> list[tuple[str, str]]:
    return [
        ("Version", report.label or "inconnue"),
        ("Date de publication", report.published.strftime("%d/%m/%Y") if report.published else "inconnue"),
        ("Disposition reconnue", report.layout or "aucune"),
        ("Format", report.file.format or "inconnu"),
        ("Taille", f"{report.file.bytes} octets"),
        ("SHA-256", report.file.sha256),
    ]


def _content(report: ImportReport) -> list[tuple[str, str]]:
    counts = report.counts
    return [
        ("Lignes lues", str(counts.rows)),
        ("Lignes acceptées", str(counts.rows_accepted)),
        ("Lignes rejetées", str(counts.rows_rejected)),
        ("Demandes", str(counts.requests)),
        *((f"Demandes {name}", str(count)) for name, count in counts.requests_by_class),
        ("Demandes en code d'attente", str(counts.requests_waiting)),
        ("Analyses en code LOINC", str(counts.result_codes)),
        ("Analyses en code d'attente", str(counts.results_waiting)),
    ]


def _pairs(caption: str, pairs: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in pairs)
    return f"<table><caption>{escape(caption)}</caption><tbody>{rows}</tbody></table>"


def _findings(report: ImportReport) -> str:
    if not report.findings:
        return "<h2>Constats</h2><p>Aucun.</p>"
    told = {"erreurs": Severity.ERROR, "avertissements": Severity.WARNING, "notes": Severity.INFORMATION}
    caption = ", ".join(f"{report.count(severity)} {name}" for name, severity in told.items())
    return f"<h2>Constats</h2>{_table(caption, TABLE_HEADERS, report.table())}"


def _extra_columns(report: ImportReport) -> str:
    if not report.extra_columns:
        return ""
    rows = [(column.sheet, column.column, column.header) for column in report.extra_columns]
    return f"<h2>Colonnes inconnues, gardées telles quelles</h2>{_table('', ('Onglet', 'Colonne', 'En-tête'), rows)}"


def _table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption or "Tableau")}">'
        f"<table>{told}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
