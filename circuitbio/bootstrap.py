"""The one place that wires the rooms together, from settings to an application that can serve."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.app import create_app
from api.editions import Editions
from api.services import ApiConfig, Services
from circuitbio.database import open_database
from circuitbio.repeating import Repeating
from circuitbio.search_engine import search_engine
from circuitbio.settings import Settings
from circuitbio.worker import end_with_the_parent
from kernel.clock import SystemClock
from kernel.errors import Invalid
from prescription.usecases.create import CreateSettings
from search.typeahead import Typeahead
from storage.database import Database
from terminology.readers.starter import load_starter_baskets
from terminology.usage import UsageTally, last_year

_SEAL_SECONDS = 1.0
_FOLLOW_SECONDS = 0.5


def app() -> FastAPI:
    """The application from the environment's settings, for `uvicorn --factory circuitbio.bootstrap:app`."""
    return application(Settings())


def application(settings: Settings) -> FastAPI:
    """The application: data folder, tables and secrets made when they are not there, the active release opened."""
    check_production(settings)
    database = open_database(settings)
    wired = services(settings, database)
    beside = (
        Repeating("audit-sealer", _SEAL_SECONDS, database.seal_audit),
        Repeating("release-follower", _FOLLOW_SECONDS, lambda: _follow(wired.editions)),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        end_with_the_parent()
        for task in beside:
            task.start()
        yield
        for task in beside:
            task.stop()
        database.close()

    return create_app(wired, lifespan)


def services(settings: Settings, database: Database) -> Services:
    """The parts the routes work with."""
    editions = Editions(
        database.releases,
        Typeahead(search_engine(settings)),
        lambda: last_year(database.usage, SystemClock().now().date()),
    )
    _follow(editions)
    return Services(
        editions=editions,
        baskets=load_starter_baskets(),
        transcoding=database.transcoding,
        units=database.units,
        clock=SystemClock(),
        database_answers=database.is_answering,
        config=api_config(settings),
        note_usage=UsageTally(database.usage.add, lambda: SystemClock().now().date()).note,
    )


def _follow(editions: Editions) -> None:
    """Serves what the store points to; a new index then leaves the collector's rounds, which a query would wait for."""
    if editions.refresh():
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def api_config(settings: Settings) -> ApiConfig:
    """What the routes need to know of the settings."""
    return ApiConfig(
        base=settings.canonical_base,
        public_url=settings.links_from,
        cors_origins=settings.cors_origins,
        development_tokens=not settings.production,
        production=settings.production,
        create=CreateSettings(settings.epu_accept_full, settings.order_validity_months),
        privacy_notice=settings.rgpd_mention or None,
    )


def check_production(settings: Settings) -> None:
    """Refuses to serve real patients with what is only meant for trying out."""
    if settings.production and not settings.rgpd_mention:
        raise Invalid.because(
            "settings", "La mention RGPD manque.", "Donner CIRCUITBIO_RGPD_MENTION avant de passer en production."
        )
