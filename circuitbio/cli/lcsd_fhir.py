"""`circuitbio lcsd fhir`: a published version of a laboratory's catalogue as a FHIR Bundle (lcsd.md §11)."""

from typing import Annotated

import typer

from api.lab_publications import LabPublications
from circuitbio.cli.lcsd_versions import Finess, publishing
from circuitbio.cli.terminal import show_bytes
from circuitbio.settings import Settings
from terminology.publishing.in_force import find_published


def fhir(
    finess: Finess,
    number: Annotated[
        int | None, typer.Option("--version", min=1, help="Version publiée ; à défaut celle qui est en vigueur.")
    ] = None,
) -> int:
    """Le catalogue d'une version publiée, en Bundle FHIR R4 sur la sortie standard."""
    settings = Settings()
    with publishing(finess) as publisher:
        version = find_published(publisher.store, finess, number, publisher.clock.now())
        publications = LabPublications(publisher.store, settings.canonical_base, settings.links_from)
        show_bytes(publications.of(version).bundle())
    return 0
