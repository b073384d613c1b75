"""The dashboard of transcoding as JSON, as rows and as a page for people (terminology.md §7.6)."""

from collections.abc import Iterator

from starlette.responses import Response

from api.fhir.json import JsonObject
from api.pages import html_page, joined, paragraph, table
from terminology.transcoding.dashboard import Dashboard, Share
from terminology.transcoding.mapping import MappingKind, MappingStatus

COLUMNS = ("Rubrique", "Détail", "Valeur", "Sur", "%")
Row = tuple[str, str, object, object, object]

_STATUSES = {
    MappingStatus.TO_DO: "à traiter",
    MappingStatus.PROPOSED: "proposé",
    MappingStatus.VALIDATED: "validé",
    MappingStatus.REFUSED: "refusé",
    MappingStatus.REQUESTED: "ajout demandé",
    MappingStatus.TO_REVIEW: "à revoir",
}
_KINDS = {
    MappingKind.ANALYSIS: "analyses",
    MappingKind.TECHNIQUE: "techniques",
    MappingKind.QUALITATIVE: "résultats qualitatifs",
}
_SYSTEMS = {"loinc": "LOINC", "attente": "code d'attente", "local": "code local"}


def write_dashboard(figures: Dashboard, release: str) -> JsonObject:
    """The figures; `percent` has one decimal, null of nothing."""
    return {
        "release": release,
        "laboratories": figures.laboratories,
        "items": figures.coverage.total,
        "absent": figures.absent,
        "by_status": {status.value: count for status, count in figures.by_status.items()},
        "coverage": _share(figures.coverage),
        "coverage_by_volume": _share(figures.coverage_by_volume),
        "restricted_list": _share(figures.restricted),
        "by_chapter": [
            {"code": chapter.code or None, "display": chapter.display, **_share(share)}
            for chapter, share in figures.by_chapter
        ],
        "by_kind": {kind.value: _share(share) for kind, share in figures.by_kind.items()},
        "by_system": dict(figures.by_system),
        "without_nabm": figures.without_nabm,
        "to_review": figures.to_review,
        "median_delay_days": figures.median_delay_days,
        "months": [{"month": m.month, **_share(m.coverage)} for m in figures.months],
    }


def dashboard_rows(figures: Dashboard) -> Iterator[Row]:
    """The same figures, a line each, for `COLUMNS`."""
    yield from (("Statut", _STATUSES[status], count, None, None) for status, count in figures.by_status.items())
    yield ("Statut", "absent du dernier fichier", figures.absent, None, None)
    yield _row("Couverture", "examens validés", figures.coverage)
    yield _row("Couverture", "pondérée par le volume mensuel", figures.coverage_by_volume)
    yield _row("Couverture", "codes de la liste restreinte", figures.restricted)
    yield from (_row("Type", _KINDS[kind], share) for kind, share in figures.by_kind.items())
    yield from (_row("Chapitre", chapter.display, share) for chapter, share in figures.by_chapter)
    for system, count in figures.by_system.items():
        yield _row("Code employé", _SYSTEMS[system], Share(count, figures.coverage.validated))
    yield ("Qualité", "examens sans NABM", figures.without_nabm, None, None)
    yield ("Qualité", "correspondances à revoir", figures.to_review, None, None)
    yield ("Délai", "médiane, de l'import à la validation, en jours", figures.median_delay_days, None, None)
    yield from (_row("Mois", m.month, m.coverage) for m in figures.months)


def dashboard_page(title: str, figures: Dashboard, notice: str) -> Response:
    """The page of one laboratory, or of all."""
    by_topic: dict[str, list[tuple[object, ...]]] = {}
    for topic, *cells in dashboard_rows(figures):
        by_topic.setdefault(topic, []).append(tuple("–" if cell is None else cell for cell in cells))
    parts = [paragraph(notice, "notice")] if notice else []
    parts.append(paragraph("Les mêmes figures en JSON et en CSV : /api/transcodage/<FINESS>/tableau-de-bord."))
    for topic, rows in by_topic.items():
        parts.append(table(topic, COLUMNS[1:], rows))
    return html_page(title, joined(parts))


def _share(share: Share) -> JsonObject:
    return {"validated": share.validated, "total": share.total, "percent": share.percent}


def _row(topic: str, detail: str, share: Share) -> Row:
    return (topic, detail, share.validated, share.total, share.percent)
