"""The releases of the value set, read: as JSON for programs, as CSV for spreadsheets, as pages for people.

`GET /api/jeux-de-valeurs[/{name}]`, `/api/jeux-de-valeurs/diff?de=&vers=&format=`, `/{name}/rapport?format=`, and the
pages `/catalogue`, `/catalogue/diff`, `/catalogue/version` (terminology.md §1.4.9, §1.4.12). Importing and switching
belong to an operator at the machine (`circuitbio terminology`).
"""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.calls import services_of
from api.diff_table import diff_csv
from api.fhir.json import JsonObject, serialise
from api.openapi.described import CSV, HTML, Described, described
from api.openapi.queries import asked, of_query
from api.openapi.schema import TEXT
from api.openapi.shapes.releases import DIFF, RELEASE, RELEASES, REPORT
from api.query import QueryParameters, choice, text
from api.release_json import write_diff, write_release
from api.release_pages import diff_page, release_page, releases_page
from api.responses import PLAIN_JSON
from api.services import Services
from terminology.diff import ReleaseDiff
from terminology.impact import Impact
from terminology.import_report import read_report
from terminology.import_report_html import report_html
from terminology.importing import report_of
from terminology.release_changes import changes_since_the_last, compare_releases

router = APIRouter()
_BETWEEN = (
    text("de", "Nom de la version de départ, ou active", required=True, example="active"),
    text("vers", "Nom de la version d'arrivée, ou active", required=True, example="active"),
)
_DIFF = (*_BETWEEN, choice("format", "Forme de la réponse", "json", "csv"))
_REPORT = (choice("format", "Forme de la réponse", "json", "csv", "html"),)
_NAMED = (text("nom", "Nom de la version, ou active", required=True, example="active"),)
_CSV = "text/csv; charset=utf-8"
_HTML = "text/html; charset=utf-8"


@router.get("/api/jeux-de-valeurs")
@described(get=asked("Lister les versions tenues", RELEASES))
def releases(request: Request) -> Response:
    """Every release held, the last published first."""
    QueryParameters(request)
    store = services_of(request).editions.store
    return _json({"releases": [write_release(record) for record in store.records()]})


@router.get("/api/jeux-de-valeurs/diff")
@described(get=asked("Comparer deux versions", DIFF, _DIFF, 404, media={CSV: TEXT}))
def diff(request: Request) -> Response:
    """What changes from one release to another, and who uses what changes."""
    query = QueryParameters(request, _DIFF)
    wanted = query.text("format")
    found, impact = _compared(services_of(request), query)
    if wanted == "csv":
        return Response(
            diff_csv(found), media_type=_CSV, headers={"Content-Disposition": 'attachment; filename="diff.csv"'}
        )
    return _json(write_diff(found, impact))


@router.get("/api/jeux-de-valeurs/{name}")
@described(get=asked("Lire ce qui est su d'une version", RELEASE, (), 404))
def release(request: Request, name: str) -> Response:
    """One release: where it came from, its counts, its changelog, the publisher's notes."""
    QueryParameters(request)
    store = services_of(request).editions.store
    content = store.load(name)
    return _json(
        {
            **write_release(store.record(name)),
            "counts": {"requests": len(content.requests), "results": len(content.results), "links": len(content.links)},
            "changelog": list(changes_since_the_last(store, name)),
            "notes": list(content.notes),
            "licences": list(content.licences),
        }
    )


@router.get("/api/jeux-de-valeurs/{name}/rapport")
@described(get=asked("Lire le rapport d'import d'une version", REPORT, _REPORT, 404, media={CSV: TEXT, HTML: TEXT}))
def report(request: Request, name: str) -> Response:
    """The import report, as it was made."""
    form = QueryParameters(request, _REPORT).text("format") or "json"
    store = services_of(request).editions.store
    kept = report_of(store, name)
    if form == "json":
        return Response(kept, media_type=PLAIN_JSON)
    read = read_report(kept)
    return Response(read.csv(), media_type=_CSV) if form == "csv" else Response(report_html(read), media_type=_HTML)


@router.get("/catalogue")
@described(get=Described("Page des versions tenues", {HTML: TEXT}))
def catalogue(request: Request) -> Response:
    """The page of the releases held."""
    services = services_of(request)
    return releases_page(services.editions.store.records(), services.editions.active.release)


@router.get("/catalogue/version")
@described(get=Described("Page d'une version", {HTML: TEXT}, of_query(_NAMED), refusals=(400, 404)))
def catalogue_version(request: Request) -> Response:
    """The page of one release (`nom=`)."""
    name = QueryParameters(request, _NAMED).text("nom") or ""
    store = services_of(request).editions.store
    return release_page(store.record(name), store.load(name), changes_since_the_last(store, name))


@router.get("/catalogue/diff")
@described(
    get=Described("Page de ce qui change entre deux versions", {HTML: TEXT}, of_query(_BETWEEN), refusals=(400, 404))
)
def catalogue_diff(request: Request) -> Response:
    """The page of a diff."""
    return diff_page(*_compared(services_of(request), QueryParameters(request, _BETWEEN)))


def _compared(services: Services, query: QueryParameters) -> tuple[ReleaseDiff, Impact]:
    older, newer = query.text("de") or "", query.text("vers") or ""
    mappings = services.transcoding.mappings_using
    return compare_releases(services.editions.store, older, newer, services.baskets, mappings)


def _json(content: JsonObject) -> Response:
    return Response(serialise(content), media_type=PLAIN_JSON)
