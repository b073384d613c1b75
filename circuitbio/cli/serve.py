"""`circuitbio serve`: the service, on loopback unless told otherwise."""

import shlex
import socket
import sys
from contextlib import closing
from typing import Annotated

import typer
import uvicorn

from circuitbio.bootstrap import application
from circuitbio.cli.terminal import say
from circuitbio.settings import Settings
from kernel.errors import Unavailable

_WELCOME = """\
Circuitbio écoute sur {address}
Catalogue de démarrage : non officiel, il ne remplace pas le JDV Circuit de la biologie de l'ANS.
À essayer d'abord, dans un autre terminal :
  curl "{address}/api/examens?q=nfs"
  curl "{address}/fhir/ValueSet/demandes/\\$expand?filter=prl&count=3"
  {demo}
Ctrl-C pour arrêter."""


class _Server(uvicorn.Server):
    """Says where it listens once it can answer, and not before."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or []:
            host, port = listening.getsockname()[:2]
            address = f"http://{host}:{port}"
            say(_WELCOME.format(address=address, demo=_demo_command(address)))


def serve(
    listen_all: Annotated[
        bool, typer.Option("--listen-all", help="Écouter sur toutes les interfaces (dans un conteneur).")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port ; à défaut CIRCUITBIO_PORT.", min=0, max=65535)] = None,
) -> None:
    """Démarre le service sur 127.0.0.1 avec la base SQLite et la recherche embarquée."""
    settings = Settings()
    changes = {"listen_all": settings.listen_all or listen_all, "port": settings.port if port is None else port}
    settings = settings.model_copy(update=changes)
    with closing(_listen(settings.host, settings.port)) as listening:
        config = uvicorn.Config(application(settings), log_level="warning", access_log=False, server_header=False)
        _Server(config).run(sockets=[listening])


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
