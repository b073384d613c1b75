"""The application, made from its services: nothing runs at import, there is no global state."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from api import error_handlers
from api.body_limit import BodyLimit
from api.routes import (
    bundle_print,
    bundle_validate,
    epu_adapt,
    epu_cancel,
    epu_claim,
    epu_create,
    epu_follow,
    epu_report,
    epu_retrieve,
    exams,
    expand,
    health,
)
from api.services import Services

ROUTES = (
    health,
    exams,
    expand,
    bundle_validate,
    bundle_print,
    epu_create,
    epu_retrieve,
    epu_claim,
    epu_adapt,
    epu_report,
    epu_cancel,
    epu_follow,
)


def create_app(
    services: Services, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None
) -> FastAPI:
    """An application over `services`; `lifespan` opens and closes what lives as long as it does."""
    app = FastAPI(title="Circuitbio", docs_url=None, redoc_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.services = services
    error_handlers.install(app, services.config.base)
    app.add_middleware(BodyLimit, base=services.config.base)
    app.add_middleware(error_handlers.FaultBarrier, base=services.config.base)
    for route in ROUTES:
        app.include_router(route.router)
    return app
