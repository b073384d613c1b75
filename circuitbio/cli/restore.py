"""`circuitbio restore`: a backup put in place, once its soundness, its secrets and its audit have been checked."""

from pathlib import Path
from typing import Annotated

import typer

from circuitbio.cli.terminal import check_readable, say, show_json
from circuitbio.database import database_of
from circuitbio.pepper_source import held_peppers
from circuitbio.settings import Settings
from storage.backup import restore as put_back

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Sauvegarde à remettre.", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Remplace tout ce que la base contient.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON.")] = False,
) -> None:
    """Remet une sauvegarde, service arrêté : en entier ou pas du tout, les secrets d'abord remis à leur place."""
    settings = Settings()
    check_readable(file)
    peppers = held_peppers(settings)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    check = put_back(database_of(settings), file, peppers, settings.data, replace=replace)
    if as_json:
        show_json({"file": str(file), "chained": check.chained, "waiting": check.waiting, "head": check.head.hex()})
    else:
        say(f"{file} : remis. Journal intact, {check.chained} maillon(s), dernière empreinte {check.head.hex()}.")
