"""`circuitbio ins read`: the traits in an INS datamatrix, from what a scanner typed (printing.md §7)."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from api.identity_json import write_scanned
from circuitbio.cli.terminal import read_file, say, show_json
from circuitbio.settings import Settings
from kernel.errors import Invalid
from prescription.identity import advice
from prescription.people import Sex
from printing.french import short_date
from printing.ins_datamatrix import LONGEST_CONTENT, ScannedIdentity, read

app = typer.Typer(no_args_is_help=True)
_SEXES = {Sex.FEMALE: "féminin", Sex.MALE: "masculin"}


@app.callback()
def _ins() -> None:
    """Le datamatrix INS : lire ce qu'une douchette a scanné."""


@app.command("read")
def read_scan(
    file: Annotated[
        Path, typer.Argument(help="Fichier qui tient le contenu scanné ; « - » pour l'entrée standard.")
    ] = Path("-"),
    as_json: Annotated[bool, typer.Option("--json", help="Un seul objet JSON.")] = False,
) -> int:
    """Lit un datamatrix INS. Un scan ne qualifie pas une identité ; une clé fausse est dite."""
    scanned = read(_content(file))
    if as_json:
        show_json(write_scanned(scanned, Settings().canonical_base))
    else:
        _show(scanned)
    return 0


def _content(file: Path) -> bytes:
    """Never from the arguments, which other users of the machine see. A scanner ends with a line end."""
    content = sys.stdin.buffer.read(LONGEST_CONTENT + 1) if str(file) == "-" else read_file(file)
    if len(content) > LONGEST_CONTENT:
        raise Invalid.because(
            "malformed-ins-datamatrix", "Trop long pour un datamatrix INS.", "Donner le contenu d'un seul scan."
        )
    return content.rstrip(b"\r\n")


def _show(scanned: ScannedIdentity) -> None:
    say(f"Matricule : {scanned.matricule} ({scanned.authority.value})")
    say(f"Nom de naissance : {scanned.birth_family_name}")
    say(f"Prénoms de naissance : {' '.join(scanned.birth_given_names)}")
    say(f"Sexe : {_SEXES[scanned.sex]}")
    say(f"Né(e) le : {short_date(scanned.birth_date)}")
    say(f"Lieu de naissance (COG) : {scanned.birth_place_code or 'non donné'}")
    say(advice.of_scan(key_valid=scanned.key_valid, real=scanned.authority.is_real))
