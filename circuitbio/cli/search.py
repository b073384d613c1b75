"""`circuitbio search`: what a prescriber would see and why, and how good it is."""

import sys
from typing import Annotated

import typer

from api.exam_json import write_exam_page
from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.search_judge import judge_queries
from circuitbio.cli.search_usage import app as usage_app
from circuitbio.cli.terminal import say, show_bytes, show_table
from circuitbio.settings import Settings
from search.embedded import EmbeddedEngine
from search.index import Page
from search.telling import tell_match, tell_place
from search.typeahead import Typeahead

app = typer.Typer(help="Recherche d'examens.", no_args_is_help=True)
app.command("judge")(judge_queries)
app.add_typer(usage_app, name="usage")

_BOLD, _PLAIN = "\x1b[1;33m", "\x1b[0m"


@app.command("try")
def try_query(
    query: Annotated[str, typer.Argument(help="Ce que tape le prescripteur.")],
    limit: Annotated[int, typer.Option(help="Nombre de réponses.", min=1, max=50)] = 10,
    explain: Annotated[bool, typer.Option("--explain", help="Dit pourquoi chaque examen est à sa place.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON, comme GET /api/examens.")] = False,
) -> None:
    """Cherche dans le catalogue, sans service, et explique chaque réponse."""
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(catalogue_at_hand(Settings()).release)
    page = typeahead.suggest(query, limit=limit)
    if as_json:
        show_bytes(write_exam_page(page))
    elif not page.items:
        say(page.hint or "Aucun examen ne correspond : la ligne peut être écrite en texte libre.")
    elif explain:
        _explain(page)
    else:
        rows = ((s.request.code, s.request.display, tell_match(s.match, "", ""), f"{s.score:.1f}") for s in page.items)
        show_table(_title(page), ("LOINC", "Examen", "Parce que", "Score"), rows)


def _title(page: Page) -> str:
    return f"{page.total} examen(s), {page.release.name}"


def _explain(page: Page) -> None:
    """Each exam, what answered with its marked parts, and why it stands there."""
    marks = (_BOLD, _PLAIN) if sys.stdout.isatty() else ("[", "]")
    say(_title(page))
    for place, suggestion in enumerate(page.items, start=page.offset + 1):
        say(f"{place}. {suggestion.request.code} {suggestion.request.display}")
        say(f"   {tell_match(suggestion.match, *marks)}")
        say(f"   {tell_place(suggestion)}")
