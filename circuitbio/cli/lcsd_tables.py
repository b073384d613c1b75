"""`circuitbio lcsd table`: a laboratory's catalogue as tables that people edit (terminology/lab_tables)."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from circuitbio.cli.lcsd_versions import publishing
from circuitbio.cli.terminal import complain, read_file, say, show_findings, write_file
from kernel.errors import Invalid, NotFound
from kernel.findings import Finding, errors
from kernel.finess import well_formed
from terminology.lab_catalogue import LabCatalogue
from terminology.lab_catalogue_toml import load_lab_catalogue
from terminology.lab_tables.reading import read_lab_tables
from terminology.lab_tables.writing import write_as_workbook, write_as_zip

_WRITERS: dict[str, Callable[[LabCatalogue], bytes]] = {".xlsx": write_as_workbook, ".zip": write_as_zip}


def table(
    source: Annotated[
        str,
        typer.Argument(
            metavar="CATALOGUE|FINESS",
            help="Fichier .toml, .xlsx ou .zip, ou laboratoire de la base.",
            show_default=False,
        ),
    ],
    out: Annotated[Path, typer.Option(help="Fichier à écrire : .xlsx, ou .zip de CSV.", show_default=False)],
) -> int:
    """Écrit un catalogue en tableaux à modifier, que lcsd publish relit sans perte.

    D'un FINESS, le brouillon s'il y en a un, sinon la version courante.
    """
    writer = _WRITERS.get(out.suffix.lower())
    if writer is None:
        raise Invalid.because("usage", f"{out.name} : .xlsx ou .zip est attendu.", "Choisir l'un des deux.")
    try:
        found, warnings = (_of_base(source), ()) if well_formed(source) else load_catalogue(Path(source))
    except Invalid as error:
        show_findings(error.findings)
        return complain(f"{source} illisible, rien n'est écrit : {len(errors(error.findings))} erreur(s).")
    show_findings(warnings)
    write_file(out, writer(found))
    say(f"{out} : {len(found.exams)} examens")
    return 0


def load_catalogue(path: Path) -> tuple[LabCatalogue, tuple[Finding, ...]]:
    """The catalogue of a file by its name, and what was left aside of it; `Invalid` with every fault."""
    if path.suffix.lower() not in _WRITERS:
        return load_lab_catalogue(path), ()
    read = read_lab_tables(read_file(path))
    return read.catalogue, read.warnings


def _of_base(finess: str) -> LabCatalogue:
    with publishing(finess) as publisher:
        version = publisher.draft() or publisher.current()
        found = publisher.store.catalogue(finess, version.number) if version else None
    if found is None:
        raise NotFound.because("no-version", f"{finess} n'a ni brouillon ni version.", "Voir circuitbio lcsd status.")
    return found
