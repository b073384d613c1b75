"""`circuitbio search judge`: how well the search answers a file of queries whose right answers are known."""

from pathlib import Path
from typing import Annotated

import typer

from circuitbio.catalogue_at_hand import catalogue_at_hand
from circuitbio.cli.terminal import read_file, say, show_json, show_table
from circuitbio.settings import Settings
from search.embedded import EmbeddedEngine
from search.judging import PAGE, Judgement, Outcome, Score, judge, read_queries
from search.typeahead import Typeahead

_SHOWN = 3
_DIGITS = 4


def judge_queries(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FICHIER", help="CSV : query, category, loinc, nabm (codes séparés par |).", show_default=False
        ),
    ],
    misses: Annotated[
        bool, typer.Option("--misses", help="Montre ce qui n'est pas en tête, et ce qui est trouvé à la place.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Un objet JSON sur la sortie standard.")] = False,
) -> None:
    """Mesure la pertinence : bonne réponse en tête, parmi les cinq premières, et rang réciproque moyen."""
    queries = read_queries(read_file(file))
    release = catalogue_at_hand(Settings()).release
    typeahead = Typeahead(EmbeddedEngine())
    typeahead.load(release)
    judged = judge(queries, release.requests, lambda text: typeahead.suggest(text, limit=PAGE).items)
    if as_json:
        show_json(_json(release.name, judged, misses))
        return
    rows = [(category, *_cells(score)) for category, score in judged.categories.items()]
    title = f"{judged.overall.queries} requête(s) jugée(s), {judged.left_out} laissée(s) de côté, {release.name}"
    show_table(
        title, ("Catégorie", "Requêtes", "En tête", "Dans les 5", "MRR"), [*rows, ("ensemble", *_cells(judged.overall))]
    )
    if misses:
        for outcome in judged.misses:
            say(_told(outcome))


def _cells(score: Score) -> tuple[str, str, str, str]:
    return (
        str(score.queries),
        f"{score.success_at_1:.1%}",
        f"{score.success_at_5:.1%}",
        f"{score.mean_reciprocal_rank:.3f}",
    )


def _told(outcome: Outcome) -> str:
    rank = "absent de la page" if outcome.rank is None else f"rang {outcome.rank}"
    found = ", ".join(f"{one.request.code} {one.request.display} ({one.score})" for one in outcome.found[:_SHOWN])
    return f"{outcome.query.category} | {outcome.query.text} | {rank} | trouvé : {found or 'rien'}"


def _json(release: str, judged: Judgement, misses: bool) -> dict[str, object]:
    told: dict[str, object] = {
        "release": release,
        "left_out": judged.left_out,
        "overall": _score_json(judged.overall),
        "categories": {category: _score_json(score) for category, score in judged.categories.items()},
    }
    if misses:
        told["misses"] = [_outcome_json(outcome) for outcome in judged.misses]
    return told


def _score_json(score: Score) -> dict[str, object]:
    return {
        "queries": score.queries,
        "success_at_1": round(score.success_at_1, _DIGITS),
        "success_at_5": round(score.success_at_5, _DIGITS),
        "mrr": round(score.mean_reciprocal_rank, _DIGITS),
    }


def _outcome_json(outcome: Outcome) -> dict[str, object]:
    return {
        "query": outcome.query.text,
        "category": outcome.query.category,
        "rank": outcome.rank,
        "found": [{"code": one.request.code, "display": one.request.display} for one in outcome.found],
    }
