"""The application, made from its services: nothing runs at import, there is no global state."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from api import error_handlers
from api.body_limit import BodyLimit
from api.operations import expand
from api.request_id import HEADER, RequestId
from api.routes import (
    baskets,
    bundle_assist,
    bundle_print,
    bundle_validate,
    document_choice,
    document_feed,
    document_follow,
    document_reprint,
    document_search,
    document_views,
    epu_adapt,
    epu_cancel,
    epu_claim,
    epu_create,
    epu_follow,
    epu_report,
    epu_retrieve,
    exams,
    health,
    identities,
    lab_catalogue_fhir,
    laboratories,
    lcsd_drafts,
    lcsd_received,
    lcsd_subscribers,
    lcsd_views,
    metadata,
    read,
    releases,
    results,
    search_type,
    terminology_operations,
    transcoding_catalogue,
    transcoding_mappings,
    transcoding_views,
    web,
)
from api.routes.openapi_document import document_route
from api.services import Services
from api.short_way import ShortWay

ORDERS = (epu_create, epu_retrieve, epu_claim, epu_adapt, epu_report, epu_cancel, epu_follow)
ROUTES = (
    health,
    results,
    releases,
    bundle_validate,
    bundle_assist,
    bundle_print,
    document_feed,
    document_choice,
    document_follow,
    document_search,
    document_reprint,
    document_views,
    baskets,
    identities,
    lcsd_drafts,
    lcsd_received,
    lcsd_subscribers,
    lcsd_views,
    lab_catalogue_fhir,
    transcoding_catalogue,
    transcoding_mappings,
    transcoding_views,
    web,
    metadata,
    search_type,
    read,  # last: whatever stands below a type may be an id
)
# A keystroke's answer is not worth compressing: it would take longer than sending it.
_COMPRESSED_FROM = 32 * 1024


def create_app(
    services: Services, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None
) -> FastAPI:
    """An application over `services`; `lifespan` opens and closes what lives as long as it does."""
    app = FastAPI(title="Circuitbio", openapi_url=None, lifespan=lifespan, redirect_slashes=False)
    app.state.services = services
    error_handlers.install(app, services.config.base)
    app.add_middleware(BodyLimit, base=services.config.base)
    compress = partial(GZipMiddleware, minimum_size=_COMPRESSED_FROM, compresslevel=4)
    app.add_middleware(compress)
    app.add_middleware(ShortWay, routes=(*exams.ROUTES, *expand.ROUTES), large=_COMPRESSED_FROM, compress=compress)
    app.add_middleware(error_handlers.FaultBarrier, base=services.config.base)
    if services.config.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=services.config.cors_origins,
            allow_methods=("GET", "POST"),
            allow_headers=("Content-Type", "If-None-Match", "Prefer", HEADER),
            expose_headers=("ETag", "Last-Modified", HEADER),
        )
    app.add_middleware(RequestId)
    # Straight on the application: a router in between would cost more than the answer itself.
    app.router.routes.extend((*exams.ROUTES, *laboratories.ROUTES, *terminology_operations.ROUTES))
    for orders in ORDERS:
        app.router.routes.extend(orders.router.routes)
    for route in ROUTES:
        app.include_router(route.router)
    app.router.routes.append(document_route(app))
    return app
