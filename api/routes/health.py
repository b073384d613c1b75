"""`GET /health/live` and `GET /health/ready` (interface.md §5)."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from api.calls import services_of

router = APIRouter(prefix="/health")


@router.get("/live")
def live() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "live"})


@router.get("/ready")
def ready(request: Request) -> JSONResponse:
    """Whether orders can be searched and kept, and with which release; 503 while they cannot."""
    services = services_of(request)
    editions = services.editions
    if not services.database_answers() or not editions.search.available:
        return JSONResponse({"status": "starting"}, 503)
    release = editions.active.release
    return JSONResponse(
        {
            "status": "degraded" if editions.behind or editions.degraded else "ready",
            "release": {"label": release.label, "revision": release.revision, "kind": release.kind.value},
            "notice": release.notice,
            "search": {"engine": editions.engine, "degraded": editions.degraded},
            "database": "ok",
        }
    )
