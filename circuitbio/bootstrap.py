"""The one place that wires the rooms together, from settings to an application that can serve."""

import gc
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager

from fastapi import FastAPI

from api.app import create_app
from api.editions import Editions
from api.identity.tokens import Tokens
from api.services import ApiConfig, Services
from circuitbio.assistance import assistance_of
from circuitbio.database import opened_database
from circuitbio.documents import sending_settings
from circuitbio.identity import believed_tokens
from circuitbio.lab_catalogues import LabCatalogues
from circuitbio.lab_search import lab_search
from circuitbio.pepper_source import held_peppers
from circuitbio.repeating import Repeating
from circuitbio.sealing import seal_of
from circuitbio.search_engine import search_engine
from circuitbio.sending_process import SendingProcess
from circuitbio.settings import Insi, Settings
from circuitbio.worker import end_with_the_parent
from kernel.clock import SystemClock
from lcsd.delivery import Sender
from prescription.identity.cog import Gazetteer
from prescription.identity.cog_files import read_gazetteer
from prescription.identity.simulated_insi import SimulatedInsi
from prescription.usecases.create import CreateSettings
from search.index import SearchEngine
from search.lab_search import LabSearch
from search.typeahead import Typeahead
from storage.database import Database
from terminology.readers.starter import load_starter_baskets
from terminology.usage import UsageTally, last_year

_SEAL_SECONDS = 1.0
_FOLLOW_SECONDS = 0.5
_PURGE_SECONDS = 3600.0
_SEND_SECONDS = 10.0
_LOOK_SECONDS = 2.0
_RESEAL_SECONDS = 60.0
_YOUNG = 10_000  # what an answer is made of dies with it: looked at less often than Python does by itself


def app() -> FastAPI:
    """The application from the environment's settings, for `uvicorn --factory circuitbio.bootstrap:app`."""
    return application(Settings())


def application(settings: Settings) -> FastAPI:
    """The application: data folder, tables and secrets made when they are not there, the active release opened."""
    settings.check_start()
    with ExitStack() as opening:  # what cannot start leaves nothing open
        database = opening.enter_context(opened_database(settings))
        engine = opening.enter_context(search_engine(settings))
        labs = opening.enter_context(lab_search(settings, LabCatalogues.of(database)))
        callers = opening.enter_context(believed_tokens(settings))
        wired = services(settings, database, engine, labs, callers)
        opened = opening.pop_all()
    sending = SendingProcess(settings, database.units, SystemClock())
    beside = (
        Repeating("audit-sealer", _SEAL_SECONDS, database.seal_audit),
        Repeating("pepper-follower", _SEAL_SECONDS, lambda: database.use(held_peppers(settings))),
        Repeating("epu-purge", _PURGE_SECONDS, lambda: database.purge("service")),
        Repeating("lcsd-sender", _SEND_SECONDS, Sender(database.publishing, SystemClock()).run, finishing=False),
        Repeating("document-sender", _LOOK_SECONDS, sending.look, finishing=False),
        Repeating("document-resealer", _RESEAL_SECONDS, database.reseal_documents, finishing=False),
        Repeating("release-follower", _FOLLOW_SECONDS, lambda: _follow(wired.editions)),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        end_with_the_parent()
        with opened:
            for task in beside:
                task.start()
            yield
            for task in beside:
                task.stop()
            sending.stop()

    return create_app(wired, lifespan)


def services(
    settings: Settings, database: Database, engine: SearchEngine, labs: LabSearch, callers: Tokens
) -> Services:
    """The parts the routes work with."""
    editions = Editions(
        database.releases,
        Typeahead(engine),
        lambda: last_year(database.usage, SystemClock().now().date()),
    )
    _follow(editions)
    return Services(
        editions=editions,
        baskets=load_starter_baskets(),
        transcoding=database.transcoding,
        labs=labs,
        publishing=database.publishing,
        receiving=database.receiving,
        units=database.units,
        tokens=callers,
        clock=SystemClock(),
        database_answers=database.is_answering,
        config=api_config(settings),
        note_usage=UsageTally(database.usage.add, lambda: SystemClock().now().date()).note,
        insi=SimulatedInsi() if settings.insi is Insi.SIMULATED else None,
        assistance=assistance_of(settings),
        gazetteer=read_gazetteer(settings.cog) if settings.cog else Gazetteer(),
        seal=seal_of(settings),
    )


def _follow(editions: Editions) -> None:
    """Serves what the store points to; a new index then leaves the collector's rounds, which a query would wait for."""
    if editions.refresh():
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG)


def api_config(settings: Settings) -> ApiConfig:
    """What the routes need to know of the settings."""
    return ApiConfig(
        base=settings.canonical_base,
        public_url=settings.links_from,
        cors_origins=settings.cors_origins,
        canonical_aliases=settings.canonical_aliases,
        production=settings.production,
        create=CreateSettings(settings.epu_accept_full, settings.order_validity_months, sending_settings(settings)),
        privacy_notice=settings.rgpd_mention or None,
    )
