"""The product as a service to be measured, with its constant route beside it, on a base of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2

from benchmarks import constant
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from terminology.release import Release
from terminology.release_record import SourceFile

_START_SECONDS = 60


def activate(release: Release, folder: Path) -> None:
    """Puts the release in the store of the service in `folder`, and makes it the active one."""
    with opened_database(Settings(data=folder)) as database:
        now = SystemClock().now()
        with database.releases.staging(release.label, "benchmark", now) as staging:
            source = SourceFile(release.label, "csv", 1, release.label)
            record = staging.complete(release, source, b"{}", 0, ())
        database.releases.activate(record.name, "benchmark", now)


@contextmanager
def running(folder: Path, size: int, workers: int = 2) -> Iterator[tuple[str, httpx2.Client]]:
    """The service, in several processes, its constant answer of `size` bytes; its address, and a client."""
    settings = {constant.SIZE: str(size), "CIRCUITBIO_DATA": str(folder)}
    with served("benchmarks.constant:app", workers, **settings) as told:
        yield told


@contextmanager
def served(factory: str, workers: int, **settings: str) -> Iterator[tuple[str, httpx2.Client]]:
    """An application of the benchmarks, in several processes; its address, and a client."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, **settings}
    command = [
        sys.executable, "-m", "uvicorn", "--factory", factory, "--port", str(port),
        "--workers", str(workers), "--log-level", "warning", "--no-access-log", "--no-server-header",
    ]  # fmt: skip
    service = subprocess.Popen(command, env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        with httpx2.Client(timeout=30, trust_env=False) as client:
            _wait_until_ready(client, address)
            yield address, client
    finally:
        service.terminate()
        service.wait()


def _wait_until_ready(client: httpx2.Client, address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            if client.get(f"{address}/health/ready").status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)
