"""`circuitbio order check|print`: an order in a file, checked or printed without a service."""

from pathlib import Path
from typing import Annotated

import typer

from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.order_file import checked_file, rules_of, summary
from circuitbio.cli.order_print import print_
from circuitbio.cli.terminal import findings_json, say, show_findings, show_json
from circuitbio.settings import Settings
from kernel.findings import errors

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("print")(print_)


@app.command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Bundle FHIR JSON.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")] = False,
) -> int:
    """Dit tout ce qu'il y a à dire d'une ordonnance, comme Bundle/$validate."""
    settings = Settings()
    checked = checked_file(file, settings, rules_of(settings, catalogue_at_hand(settings)))
    if as_json:
        show_json({"file": str(file), "findings": findings_json(checked.findings)})
    else:
        show_findings(checked.findings)
        say(f"{file} : {summary(checked)}")
    return 1 if errors(checked.findings) else 0
