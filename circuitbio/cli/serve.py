"""`circuitbio serve`: the service, on loopback unless told otherwise, in one process or several."""

import gc
import os
import shlex
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from typing import Annotated

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from circuitbio.cli.terminal import say
from circuitbio.database import opened_database
from circuitbio.search_engine import check_search_server
from circuitbio.settings import Settings
from kernel.errors import Unavailable
from terminology.release import Release

app = typer.Typer(add_completion=False)

_WELCOME = """\
Circuitbio écoute sur {address}
Catalogue : {catalogue}.
À ouvrir dans un navigateur : {address}/
À essayer dans un autre terminal :
  curl "{address}/api/examens?q=nfs"
  curl "{address}/fhir/ValueSet/demandes/\\$expand?filter=prl&count=3"
  {demo}
Ctrl-C pour arrêter."""

_START_SECONDS = 60


class _Server(uvicorn.Server):
    """Says where it listens, and with which release, once it can answer and not before."""

    def __init__(self, config: uvicorn.Config, release: Release) -> None:
        super().__init__(config)
        self._release = release

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            _welcome(listening, self._release)


class _Workers(Multiprocess):
    """The same, once each of its processes can answer."""

    def __init__(self, config: uvicorn.Config, release: Release, listening: socket.socket) -> None:
        super().__init__(config, [listening])
        self._release = release

    def init_processes(self) -> None:
        super().init_processes()
        if all(process.wait_until_ready(_START_SECONDS) for process in self.processes):
            _welcome(self.sockets[0], self._release)


@app.command()
def serve(
    listen_all: Annotated[
        bool, typer.Option("--listen-all", help="Écouter sur toutes les interfaces (dans un conteneur).")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port ; à défaut CIRCUITBIO_PORT.", min=0, max=65535)] = None,
    workers: Annotated[
        int | None, typer.Option(help="Nombre de processus ; à défaut CIRCUITBIO_WORKERS.", min=1, max=64)
    ] = None,
) -> None:
    """Serves until stopped; an option goes before the setting of its name."""
    settings = Settings()
    changes = {
        "listen_all": settings.listen_all or listen_all,
        "port": settings.port if port is None else port,
        "workers": workers or settings.workers,
    }
    settings = settings.model_copy(update=changes)
    with closing(_listen(settings.host, settings.port)) as listening:
        settings = settings.model_copy(update={"port": listening.getsockname()[1]})
        if settings.workers == 1:
            _serve_here(settings, listening)
        else:
            _serve_with_workers(settings, listening)


def _serve_here(settings: Settings, listening: socket.socket) -> None:
    gc.disable()  # all that starting makes stays: nothing is to be collected of it
    try:
        from circuitbio.bootstrap import application  # all that is served: the parent of several workers goes without

        made = application(settings)
    finally:
        gc.enable()
    _Server(_config(made), made.state.services.catalogue.release).run(sockets=[listening])


def _serve_with_workers(settings: Settings, listening: socket.socket) -> None:
    """Makes what is not there yet, once, before there is any worker to fail at it."""
    settings.check_start()
    check_search_server(settings)
    with opened_database(settings) as database:
        release = database.releases.load("active")
    os.environ["CIRCUITBIO_PORT"] = str(settings.port)  # the workers read their settings anew
    _Workers(_config("circuitbio.bootstrap:app", settings.workers), release, listening).run()


def _config(served: Callable[..., object] | str, workers: int = 1) -> uvicorn.Config:
    """How an application is served; one given by its name is made by each worker."""
    return uvicorn.Config(
        served,
        factory=isinstance(served, str),
        workers=workers,
        log_level="warning",
        access_log=False,
        server_header=False,
    )


def _welcome(listening: socket.socket, release: Release) -> None:
    host, port = listening.getsockname()[:2]
    address = f"http://{host}:{port}"
    catalogue = f"{release.name}. {release.notice}" if release.notice else release.name
    say(_WELCOME.format(address=address, catalogue=catalogue, demo=_demo_command(address)))


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise Unavailable.because(
            "port", f"Impossible d'écouter sur {host}:{port} ({error.strerror}).", "Changer CIRCUITBIO_PORT."
        ) from None
    listening.set_inheritable(True)
    return listening


def _demo_command(address: str) -> str:
    """The demo as it can be typed here: the program that runs now, and the address where it is not the usual one."""
    program = shlex.quote(sys.argv[0]) if sys.argv[0].endswith("circuitbio") else "circuitbio"
    usual = address == Settings.model_fields["url"].default
    return f"{program} demo" if usual else f"CIRCUITBIO_URL={address} {program} demo"
