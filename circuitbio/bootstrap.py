"""The one place that wires the rooms together, from settings to an application that can serve."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI

from api.app import create_app
from api.services import ApiConfig, Services
from circuitbio.audit_sealer import AuditSealer
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid
from prescription.usecases.create import CreateSettings
from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from storage.base import EpuBase
from storage.peppers import Peppers, load_or_create_peppers
from terminology.catalogue import Catalogue
from terminology.readers.starter import load_starter

DATABASE_FILE = "circuitbio.sqlite3"
PEPPERS_FILE = "peppers.json"


def app() -> FastAPI:
    """The application from the environment's settings, for `uvicorn --factory circuitbio.bootstrap:app`."""
    return application(Settings())


def application(settings: Settings) -> FastAPI:
    """The application: data folder, tables and secrets made when they are not there, catalogue loaded."""
    check_production(settings)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    base = EpuBase.open(settings.data / DATABASE_FILE, peppers_of(settings))
    sealer = AuditSealer(base.seal_audit)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        sealer.start()
        yield
        sealer.stop()
        base.close()

    return create_app(services(settings, base), lifespan)


def services(settings: Settings, base: EpuBase) -> Services:
    """The parts the routes work with."""
    release = load_starter(settings.canonical_base)
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(release)
    return Services(
        catalogue=Catalogue(release),
        typeahead=typeahead,
        units=base.units,
        clock=SystemClock(),
        database_answers=base.is_answering,
        config=api_config(settings),
    )


def api_config(settings: Settings) -> ApiConfig:
    """What the routes need to know of the settings."""
    return ApiConfig(
        base=settings.canonical_base,
        development_tokens=not settings.production,
        production=settings.production,
        create=CreateSettings(settings.epu_accept_full, settings.order_validity_months),
        privacy_notice=settings.rgpd_mention or None,
    )


def peppers_of(settings: Settings) -> Peppers:
    """The two server secrets: given by the settings, else kept in a 0600 file of the data folder."""
    lookup, seal = settings.epu_pepper_lookup, settings.epu_pepper_seal
    if lookup is None and seal is None:
        if (settings.data / DATABASE_FILE).exists() and not pepper_file(settings).exists():
            # New ones would open nothing, and would stand where the backup must go.
            raise Invalid.because(
                "peppers-lost",
                f"{pepper_file(settings)} manque, alors que la base existe.",
                "Remettre la sauvegarde des secrets : sans eux aucune ordonnance ne peut être relue.",
            )
        return load_or_create_peppers(pepper_file(settings))
    if lookup is None or seal is None:
        raise Invalid.because(
            "settings",
            "Un seul des deux secrets de la base est donné.",
            "Donner CIRCUITBIO_EPU_PEPPER_LOOKUP et CIRCUITBIO_EPU_PEPPER_SEAL, ou aucun des deux.",
        )
    return Peppers.given(lookup.get_secret_value(), seal.get_secret_value())


def pepper_file(settings: Settings) -> Path:
    """Where the secrets are kept when the settings do not give them."""
    return settings.data / PEPPERS_FILE


def check_production(settings: Settings) -> None:
    """Refuses to serve real patients with what is only meant for trying out."""
    if settings.production and not settings.rgpd_mention:
        raise Invalid.because(
            "settings", "La mention RGPD manque.", "Donner CIRCUITBIO_RGPD_MENTION avant de passer en production."
        )
