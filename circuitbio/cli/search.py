"""`circuitbio search try`: what a prescriber would see, and why."""

from typing import Annotated

import typer

from api.exam_json import write_exam_page
from api.fhir.json import serialise
from circuitbio.cli.terminal import say, show_bytes, show_table
from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from terminology.readers.starter import load_starter

app = typer.Typer(help="Recherche d'examens.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Recherche d'examens."""


@app.command("try")
def try_query(
    query: Annotated[str, typer.Argument(help="Ce que tape le prescripteur.")],
    limit: Annotated[int, typer.Option(help="Nombre de réponses.", min=1, max=50)] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON, comme GET /api/examens.")] = False,
) -> None:
    """Cherche dans le catalogue, sans service, et explique chaque réponse."""
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(load_starter())
    page = typeahead.suggest(query, limit=limit)
    if as_json:
        show_bytes(serialise(write_exam_page(page)))
        return
    if not page.items:
        say(page.hint or "Aucun examen ne correspond : la ligne peut être écrite en texte libre.")
        return
    rows = (
        (s.request.code, s.request.display, f"{s.match.field.value} : {s.match.value}", f"{s.score:.1f}")
        for s in page.items
    )
    show_table(f"{page.total} examen(s), {page.release.name}", ("LOINC", "Examen", "Parce que", "Score"), rows)
