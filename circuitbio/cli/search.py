"""`circuitbio search`: what a prescriber would see and why, and how good it is."""

from typing import Annotated

import typer

from api.exam_json import write_exam_page
from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.search_judge import judge_queries
from circuitbio.cli.search_lab import marks, try_lab_query
from circuitbio.cli.search_usage import app as usage_app
from circuitbio.cli.terminal import say, show_bytes, show_table
from circuitbio.settings import Settings
from kernel.errors import Invalid
from search.embedded import EmbeddedEngine
from search.index import Page
from search.telling import tell_match, tell_place
from search.typeahead import Typeahead

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("judge")(judge_queries)
app.add_typer(usage_app, name="usage")


@app.command("try")
def try_query(
    query: Annotated[str, typer.Argument(help="Ce que tape le prescripteur.")],
    limit: Annotated[int, typer.Option(help="Nombre de réponses.", min=1, max=50)] = 10,
    lab: Annotated[str, typer.Option(metavar="FINESS", help="Dans le catalogue importé de ce laboratoire.")] = "",
    version: Annotated[int | None, typer.Option(help="Version de ce catalogue ; à défaut celle en vigueur.")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="Dit pourquoi chaque examen est à sa place.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON, comme GET /api/examens.")] = False,
) -> None:
    """Cherche dans le catalogue, sans service, et explique chaque réponse."""
    if lab:
        try_lab_query(query, lab, version, limit, explain=explain, as_json=as_json)
        return
    if version is not None:
        raise Invalid.because("usage", "--version va avec --lab.", "Une version du catalogue d'un laboratoire.")
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(catalogue_at_hand(Settings()).release)
    page = typeahead.suggest(query, limit=limit)
    if as_json:
        show_bytes(write_exam_page(page))
    elif page.hint:
        say(page.hint)
    elif explain:
        _explain(page)
    else:
        rows = ((s.request.code, s.request.display, tell_match(s.match, "", ""), f"{s.score:.1f}") for s in page.items)
        show_table(_title(page), ("LOINC", "Examen", "Parce que", "Score"), rows)


def _title(page: Page) -> str:
    return f"{page.total} examen(s), {page.release.name}"


def _explain(page: Page) -> None:
    """Each exam, what answered with its marked parts, and why it stands there."""
    say(_title(page))
    for place, suggestion in enumerate(page.items, start=page.offset + 1):
        say(f"{place}. {suggestion.request.code} {suggestion.request.display}")
        say(f"   {tell_match(suggestion.match, *marks())}")
        say(f"   {tell_place(suggestion)}")
