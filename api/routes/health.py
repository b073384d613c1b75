"""`GET /health/live` and `GET /health/ready` (interface.md §5)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.calls import services_of
from api.openapi.described import JSON, Described, described
from api.openapi.schema import BOOLEAN, INTEGER, TEXT, one_of, record
from terminology.release import ReleaseKind

router = APIRouter(prefix="/health")


_LIVE = record({"status": one_of(("live",))})
_READY = record(
    {"status": one_of(("ready", "degraded", "starting"))},
    {
        "release": record({"label": TEXT, "revision": INTEGER, "kind": one_of(ReleaseKind)}),
        "notice": TEXT,
        "search": record({"engine": TEXT, "degraded": BOOLEAN}),
        "database": TEXT,
    },
)


@router.get("/live")
@described(get=Described("Le processus répond", {JSON: _LIVE}))
def live() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "live"})


@router.get("/ready")
@described(get=Described("Le service peut chercher et garder des ordonnances", {JSON: _READY}, status=(200, 503)))
def ready(request: Request) -> JSONResponse:
    """Whether orders can be searched and kept, and with which release; 503 while they cannot."""
    services = services_of(request)
    editions = services.editions
    degraded = editions.degraded or services.labs.degraded()
    if not services.database_answers() or not editions.search.available:
        return JSONResponse({"status": "starting"}, 503)
    release = editions.active.release
    return JSONResponse(
        {
            "status": "degraded" if editions.behind or degraded else "ready",
            "release": {"label": release.label, "revision": release.revision, "kind": release.kind.value},
            "notice": release.notice,
            "search": {"engine": editions.engine, "degraded": degraded},
            "database": "ok",
        }
    )
