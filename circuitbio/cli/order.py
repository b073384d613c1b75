"""`circuitbio order check|print`: an order in a file, checked or printed without a service."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.checking import CheckedOrder, check_order
from api.fhir.json import parse
from circuitbio.assistance import assistance_of
from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.terminal import findings_json, read_file, say, show_findings, show_json, write_file
from circuitbio.settings import Settings
from kernel.clock import SystemClock
from kernel.errors import Invalid
from kernel.findings import errors
from prescription.rules.rule import RuleContext
from printing.options import PrintOptions
from printing.order_sheet import render_order
from terminology.catalogue import Catalogue

app = typer.Typer(no_args_is_help=True, add_completion=False)
OrderFile = Annotated[Path, typer.Argument(metavar="FICHIER", help="Bundle FHIR JSON.", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")]


@app.command("check")
def check(file: OrderFile, as_json: AsJson = False) -> int:
    """Dit tout ce qu'il y a à dire d'une ordonnance, comme Bundle/$validate."""
    checked = _checked(file, catalogue_at_hand(Settings()))
    if as_json:
        show_json({"file": str(file), "findings": findings_json(checked.findings)})
    else:
        show_findings(checked.findings)
        say(f"{file} : {_summary(checked)}")
    return 1 if errors(checked.findings) else 0


@app.command("print")
def print_(
    file: OrderFile,
    out: Annotated[Path | None, typer.Option(help="Fichier PDF ; à défaut à côté de l'ordonnance.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Projet : sans code, barré « PROJET ».")] = False,
    reprint: Annotated[int | None, typer.Option(help="Numéro de réimpression.", min=1)] = None,
) -> int:
    """Imprime une ordonnance en PDF (A4, PDF/A-1b)."""
    settings = Settings()
    catalogue = catalogue_at_hand(settings)
    checked = _checked(file, catalogue)
    if errors(checked.findings):
        show_findings(checked.findings)
        say(f"{file} : non imprimée, {_summary(checked)}")
        return 1
    pdf = render_order(
        checked.accepted(),
        catalogue,
        PrintOptions(draft, reprint, datetime.now(UTC) if reprint else None, settings.rgpd_mention or None),
    )
    target = out or file.with_suffix(".pdf")
    write_file(target, pdf)
    say(f"{target} : {len(pdf)} octets")
    return 0


def _checked(file: Path, catalogue: Catalogue) -> CheckedOrder:
    settings = Settings()
    rules = RuleContext(catalogue, SystemClock().now().date(), settings.production, assistance_of(settings))
    try:
        return check_order(parse(read_file(file)), settings.canonical_base, rules)
    except Invalid as error:
        raise Invalid([finding.at(str(file)) for finding in error.findings]) from None


def _summary(checked: CheckedOrder) -> str:
    refused = len(errors(checked.findings))
    return f"{refused} erreur(s), {len(checked.findings) - refused} remarque(s)"
