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
from api.query import QueryParameters, bad
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
_CSV = "text/csv; charset=utf-8"
_HTML = "text/html; charset=utf-8"


@router.get("/api/jeux-de-valeurs")
def releases(request: Request) -> Response:
    """Every release held, the last published first."""
    QueryParameters(request, ())
    store = services_of(request).editions.store
    return _json({"releases": [write_release(record) for record in store.records()]})


@router.get("/api/jeux-de-valeurs/diff")
def diff(request: Request) -> Response:
    """What changes from one release to another, and who uses what changes."""
    query = QueryParameters(request, ("de", "vers", "format"))
    found, impact = _compared(services_of(request), query)
    if _format(query, "json", "csv") == "csv":
        return Response(
            diff_csv(found), media_type=_CSV, headers={"Content-Disposition": 'attachment; filename="diff.csv"'}
        )
    return _json(write_diff(found, impact))


@router.get("/api/jeux-de-valeurs/{name}")
def release(request: Request, name: str) -> Response:
    """One release: where it came from, its counts, its changelog, the publisher's notes."""
    QueryParameters(request, ())
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
def report(request: Request, name: str) -> Response:
    """The import report, as it was made."""
    query = QueryParameters(request, ("format",))
    store = services_of(request).editions.store
    kept = report_of(store, name)
    form = _format(query, "json", "csv", "html")
    if form == "json":
        return Response(kept, media_type=PLAIN_JSON)
    read = read_report(kept)
    return Response(read.csv(), media_type=_CSV) if form == "csv" else Response(report_html(read), media_type=_HTML)


@router.get("/catalogue")
def catalogue(request: Request) -> Response:
    """The page of the releases held."""
    services = services_of(request)
    return releases_page(services.editions.store.records(), services.editions.active.release)


@router.get("/catalogue/version")
def catalogue_version(request: Request) -> Response:
    """The page of one release (`nom=`)."""
    query = QueryParameters(request, ("nom",))
    store = services_of(request).editions.store
    name = _required(query, "nom")
    return release_page(store.record(name), store.load(name), changes_since_the_last(store, name))


@router.get("/catalogue/diff")
def catalogue_diff(request: Request) -> Response:
    """The page of a diff."""
    return diff_page(*_compared(services_of(request), QueryParameters(request, ("de", "vers"))))


def _compared(services: Services, query: QueryParameters) -> tuple[ReleaseDiff, Impact]:
    older, newer = _required(query, "de"), _required(query, "vers")
    mappings = services.transcoding.mappings_using
    return compare_releases(services.editions.store, older, newer, services.baskets, mappings)


def _required(query: QueryParameters, name: str) -> str:
    value = query.text(name)
    if not value:
        raise bad(name, f"Le paramètre {name} manque.", "Donner le nom d'une version, ou active.")
    return value


def _format(query: QueryParameters, *offered: str) -> str:
    wanted = query.text("format") or offered[0]
    if wanted not in offered:
        raise bad("format", f"format vaut {' ou '.join(offered)}.", "Corriger la valeur.")
    return wanted


def _json(content: JsonObject) -> Response:
    return Response(serialise(content), media_type=PLAIN_JSON)
