"""Services that are killed while they answer: each a fork of a process that has imported everything already."""

import os
import socket
import tempfile

import uvicorn

from circuitbio.bootstrap import application
from circuitbio.settings import Settings
from tests.storage.victims import fork_on_demand, say


def serve(data: str, database_url: str) -> None:
    """Serves on a free port, which it says once it can answer."""
    os.environ |= {"CIRCUITBIO_DATA": data, "CIRCUITBIO_EPU_ACCEPT_FULL": "true"}
    if database_url:
        os.environ["CIRCUITBIO_DATABASE_URL"] = database_url
    listening = socket.create_server(("127.0.0.1", 0))
    server = _Server(uvicorn.Config(application(Settings()), log_level="error", access_log=False))
    server.run(sockets=[listening])


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            say(f"http://127.0.0.1:{listening.getsockname()[1]}")


def warm_up() -> None:
    """What the first application of a process takes longer for, its forks have behind them."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CIRCUITBIO_DATA"] = folder
        application(Settings())


if __name__ == "__main__":
    warm_up()
    fork_on_demand(serve)
