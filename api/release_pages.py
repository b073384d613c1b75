"""The pages about releases: the list, one release, a diff (terminology.md §1.4.12)."""

from urllib.parse import quote

from starlette.responses import Response

from api.diff_table import COLUMNS, diff_rows, impact_rows
from api.pages import Html, bullets, heading, html_page, joined, link, paragraph, table
from terminology.changelog import changelog
from terminology.diff import ReleaseDiff
from terminology.impact import Impact
from terminology.release import Release, ReleaseKind
from terminology.release_record import ReleaseRecord

_STATUS = {"available": "disponible", "active": "active", "withdrawn": "retirée"}
_KIND = {"jdv-official": "jeu de valeurs officiel", "starter": "catalogue de démarrage"}


def releases_page(records: tuple[ReleaseRecord, ...], active: Release) -> Response:
    """Every release with its state, and a link to what it changes from the one served."""
    columns = ("Version", "État", "Publiée", "Nature", "Importée", "Erreurs", "Comparer à la version active")
    rows = (
        (
            link(f"/catalogue/version?nom={quote(record.name)}", record.name),
            _STATUS[record.status.value],
            f"{record.published:%d/%m/%Y}",
            _KIND[record.kind.value],
            f"{record.imported_at:%d/%m/%Y} par {record.imported_by}",
            record.errors,
            "" if record.name == active.name else _diff_link(active.name, record.name),
        )
        for record in records
    )
    return html_page("Versions du catalogue", joined([_notice(active), table("Versions tenues", columns, rows)]))


def release_page(record: ReleaseRecord, release: Release, changes: tuple[str, ...]) -> Response:
    """One release: what it is, what it changed, what its publisher says of it."""
    facts = (
        ("État", _STATUS[record.status.value]),
        ("Nature", _KIND[record.kind.value]),
        ("Publiée", f"{record.published:%d/%m/%Y}"),
        ("Fichier", f"{record.source.name} ({record.source.bytes} octets)"),
        ("SHA-256 du fichier", record.source.sha256),
        ("Importée", f"{record.imported_at:%d/%m/%Y %H:%M} par {record.imported_by}"),
        ("Demandes", len(release.requests)),
        ("Analyses", len(release.results)),
        ("Erreurs du rapport d'import", record.errors),
        ("Empreinte du rapport", record.report_hash),
        ("Activation", " ".join(record.refusals) or "possible"),
    )
    address = f"/api/jeux-de-valeurs/{quote(record.name)}/rapport"
    reports = joined(
        [link(f"{address}?format=html", "Rapport d'import"), Html(" "), link(f"{address}?format=csv", "en CSV")]
    )
    return html_page(
        f"Version {record.name}",
        joined(
            [
                _notice(release),
                table("Cette version", ("Rubrique", "Valeur"), facts),
                Html(f"<p>{reports}</p>") if record.kind is ReleaseKind.OFFICIAL else Html(""),
                heading("Depuis la version précédente"),
                bullets(changes or ("Première version de sa nature.",)),
                heading("Notes de l'éditeur"),
                bullets(release.notes or ("Aucune.",)),
            ]
        ),
    )


def diff_page(diff: ReleaseDiff, impact: Impact) -> Response:
    """A diff in full: what a person should know first, then every change."""
    older, newer = diff.older.name, diff.newer.name
    csv = f"/api/jeux-de-valeurs/diff?de={quote(older)}&vers={quote(newer)}&format=csv"
    return html_page(
        f"De {older} à {newer}",
        joined(
            [
                bullets(changelog(diff)),
                Html(f"<p>{link(csv, 'Toutes les lignes en CSV')}</p>"),
                table("Ce qui se sert d'un code retiré ou modifié", ("Quoi", "Qui", "Codes"), impact_rows(impact)),
                table("Tous les changements", COLUMNS, diff_rows(diff)),
            ]
        ),
    )


def _diff_link(older: str, newer: str) -> Html:
    return link(f"/catalogue/diff?de={quote(older)}&vers={quote(newer)}", f"De {older} à {newer}")


def _notice(release: Release) -> Html:
    return paragraph(release.notice, "notice") if release.notice else Html("")
