"""`circuitbio search usage`: the counts that put the usual exams first, in and out."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from circuitbio.cli.terminal import read_file, say, write_file
from circuitbio.database import opened_database
from circuitbio.settings import Settings
from kernel.csv_export import write_csv
from terminology.readers.usage import COLUMNS, read_usage

app = typer.Typer(help="Nombre de demandes par examen et par mois.", no_args_is_help=True)


@app.command("import")
def import_counts(
    file: Annotated[
        Path, typer.Argument(metavar="FICHIER", help="CSV : code, month (AAAA-MM), count.", show_default=False)
    ],
) -> None:
    """Remplace les comptes des mois que le fichier contient, en entier ou pas du tout."""
    counts = read_usage(read_file(file))
    with opened_database(Settings()) as database:
        database.usage.replace(counts)
    months = len({count.month for count in counts})
    say(f"{len(counts)} compte(s) sur {months} mois. Pris en compte à la prochaine ouverture du catalogue.")


@app.command("export")
def export_counts(
    out: Annotated[Path | None, typer.Option(help="Fichier à écrire ; à défaut la sortie standard.")] = None,
) -> None:
    """Écrit tous les comptes en CSV, tels que `usage import` les relit."""
    with opened_database(Settings()) as database:
        counts = database.usage.all()
    content = write_csv(COLUMNS, [(count.code, f"{count.month:%Y-%m}", count.count) for count in counts])
    if out:
        write_file(out, content)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
