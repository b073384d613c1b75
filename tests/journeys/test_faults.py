"""What the anonymous base survives, on each database: killed services, a killed server, everybody at once (issue of
the base, prescription.md §4-6).
"""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from storage.database import Database
from storage.pepper_file import load_peppers
from tests.api.service import PRESCRIBER, example, lines, parameters, value
from tests.journeys import traffic
from tests.journeys.running import RunningService, headers
from tests.postgres import new_cluster
from tests.storage.bases import DATABASES, new_base_url
from tests.storage.victims import Victims, victims

SEED = 20261126
KILLS = 10
CLIENTS = 3
AT_ONCE = 200


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_base_url(request.param, request, tmp_path) as url:
        yield url


@pytest.fixture(scope="module")
def services() -> Iterator[Victims]:
    with victims("tests.journeys.service_to_kill") as forker:
        yield forker


def verified(url: str, data: Path) -> int:
    """How many links the audit's chain has; all of them hold."""
    with closing(Database.open(url, load_peppers(data / "peppers.json"))) as database:
        database.seal_audit()
        check = database.verify_audit()
    assert (check.broken_at, check.waiting) == (None, 0)
    return check.chained


def test_whatever_was_acknowledged_is_there_after_the_service_was_killed_anywhere(
    services: Victims, url: str, tmp_path: Path
) -> None:
    points = random.Random(SEED)
    before: list[traffic.Story] = []
    for _ in range(KILLS):
        services.start(str(tmp_path), url)
        with httpx2.Client(base_url=services.hear(), timeout=30) as http:
            assert traffic.check(http, before) or not before
            stories: list[list[traffic.Story]] = [[] for _ in range(CLIENTS)]
            left, enough = [points.randrange(1, 24)], threading.Lock()

            def answered(left: list[int] = left, enough: threading.Lock = enough) -> None:
                with enough:
                    left[0] -= 1
                    if left[0] == 0:
                        services.kill()

            with ThreadPoolExecutor(CLIENTS) as clients:
                list(clients.map(lambda own: traffic.play(http, answered, own), stories))
            assert services.hear() == "ended -9"
            before = [story for own in stories for story in own]
    assert verified(url, tmp_path) > KILLS


def test_whatever_was_acknowledged_is_there_after_the_database_server_was_killed(tmp_path: Path) -> None:
    with new_cluster() as cluster, cluster.running() as server:
        url = server.url("postgres")
        server.close()
        with RunningService(tmp_path, CIRCUITBIO_DATABASE_URL=url) as service:
            stories: list[list[traffic.Story]] = [[] for _ in range(CLIENTS)]
            left, enough, gone = [60], threading.Lock(), threading.Event()

            def answered() -> None:
                with enough:
                    left[0] -= 1
                    if left[0] == 0:
                        cluster.kill()
                        gone.set()

            def play(own: list[traffic.Story]) -> None:
                while not gone.is_set():
                    own.append(traffic.Story())
                    traffic.play_one(service.http, answered, own[-1])

            with ThreadPoolExecutor(CLIENTS) as clients:
                list(clients.map(play, stories))
            refused = service.http.post("/fhir/$epu-create", json=example(1), headers=headers(PRESCRIBER))
            assert refused.status_code == 503
            cluster.start()
            cluster.connected().close()
            assert traffic.check(service.http, [story for own in stories for story in own]) > CLIENTS
        assert verified(url, tmp_path) > 60


def test_of_two_hundred_laboratories_at_once_exactly_one_takes_the_line(url: str, tmp_path: Path) -> None:
    with RunningService(tmp_path, CIRCUITBIO_DATABASE_URL=url) as service:
        made = service.http.post("/fhir/$epu-create", json=example(1), headers=headers(PRESCRIBER))
        asked = parameters(value(made, "code"), {"name": "line", "valueUri": lines(made)[0]["id"]})
        together = threading.Barrier(AT_ONCE)
        pool = httpx2.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)

        def claim(number: int) -> int:
            sent = {**headers(f"laboratory::75{number:07d}"), "If-Match": 'W/"1"'}
            together.wait(30)
            return http.post("/fhir/$epu-claim", json=asked, headers=sent).status_code

        with (
            httpx2.Client(base_url=service.url, timeout=60, limits=pool) as http,
            ThreadPoolExecutor(AT_ONCE) as laboratories,
        ):
            answers = list(laboratories.map(claim, range(AT_ONCE)))
    assert answers.count(200) == 1
    assert set(answers) <= {200, 409, 412}
    assert verified(url, tmp_path) >= 2
