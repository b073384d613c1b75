"""`circuitbio backup`: the whole base in one file, while the service runs; never the secrets it is sealed under."""

from pathlib import Path
from typing import Annotated

import typer

from circuitbio.catalogue_at_hand import has_database
from circuitbio.cli.terminal import say, show_json
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from kernel.errors import Invalid
from storage.backup import write_backup

app = typer.Typer(add_completion=False)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier à écrire.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON.")] = False,
) -> None:
    """Sauvegarde la base, service en marche. Les secrets (peppers.json) n'y sont pas : les sauvegarder à part."""
    settings = Settings()
    if not has_database(settings):
        raise Invalid.because("no-database", "Il n'y a pas de base à sauvegarder.", "Vérifier CIRCUITBIO_DATA.")
    with opened_database(settings) as database:
        write_backup(database.engine, file)
    size = file.stat().st_size
    if as_json:
        show_json({"file": str(file), "bytes": size})
    else:
        say(f"{file} : {size} octets. Sans les secrets de cette base, gardés ailleurs, il ne vaut rien.")
