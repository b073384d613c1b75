"""Services of this folder: one on the starter catalogue, one with two official releases beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from api.services import Services
from terminology.release import Release
from terminology.release_record import SourceFile
from tests.api.service import Service
from tests.terminology.releases import AUTUMN, SPRING

NOW = datetime(2025, 10, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service nobody changes: what it holds is what ships."""
    with Service(tmp_path_factory.mktemp("facade")) as running:
        yield running


@pytest.fixture(scope="session")
def _two_releases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("official")) as running:
        for release in (SPRING, AUTUMN):
            keep(running, release)
        yield running


@pytest.fixture
def official(_two_releases: Service) -> Service:
    """Spring and autumn beside the starter, autumn served: prolactin and a waiting code are gone since spring."""
    serve(_two_releases, AUTUMN.name)
    return _two_releases


def services(service: Service) -> Services:
    """The parts behind a running service."""
    found: Services = service.client.app.state.services  # type: ignore[attr-defined]
    return found


def keep(service: Service, release: Release) -> None:
    """Imports a release, whatever its report would have said."""
    with services(service).editions.store.staging(release.label, "test", NOW) as staging:
        staging.complete(release, SourceFile(release.label, "csv", 1, release.name), b"{}", 0, ())


def serve(service: Service, name: str) -> None:
    """Switches to a release."""
    editions = services(service).editions
    editions.store.activate(name, "test", NOW)
    editions.refresh()
