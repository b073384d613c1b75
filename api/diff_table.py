"""A diff as rows, for the terminal, a CSV file and a page: one row a change (terminology.md §1.4.12)."""

from collections.abc import Iterator

from kernel.csv_export import write_csv
from terminology.changelog import field_name
from terminology.diff import ConceptDiff, ReleaseDiff
from terminology.diff_fields import FieldValue
from terminology.impact import Impact
from terminology.request_code import RequestCode
from terminology.result_code import ResultCode

COLUMNS = ("Objet", "Changement", "Code", "Libellé", "Champ", "Avant", "Après")
Row = tuple[str, str, str, str, str, str, str]


def diff_rows(diff: ReleaseDiff) -> Iterator[Row]:
    """Requests, then results, then links."""
    yield from _concept_rows("demande", diff.requests)
    yield from _concept_rows("analyse", diff.results)
    for what, links in (("ajouté", diff.links_added), ("retiré", diff.links_removed)):
        for link in links:
            yield ("lien", what, link.request, "", "analyse", "", link.result)


def impact_rows(impact: Impact) -> Iterator[tuple[str, str, str]]:
    """Kind of user, who, and the codes to look at again."""
    for hit in impact.baskets:
        yield ("panier", hit.basket.name, ", ".join(hit.codes))
    for use in impact.mappings:
        yield ("transcodage", f"{use.finess} {use.local_code}", use.code)


def diff_csv(diff: ReleaseDiff) -> bytes:
    """The rows as a CSV file."""
    return write_csv(COLUMNS, diff_rows(diff))


def _concept_rows(kind: str, diff: ConceptDiff[RequestCode] | ConceptDiff[ResultCode]) -> Iterator[Row]:
    for what, concepts in (("ajouté", diff.added), ("retiré", diff.retired), ("réactivé", diff.reactivated)):
        for concept in concepts:
            yield (kind, what, concept.code, concept.display, "", "", "")
    for pair in diff.waiting_resolved:
        yield (kind, "code d'attente devenu LOINC", pair.before, "", "", pair.before, pair.after)
    for change in diff.changed:
        for field in change.fields:
            before, after = _words(field.before), _words(field.after)
            yield (kind, "modifié", change.concept.code, change.concept.display, field_name(field.field), before, after)


def _words(value: FieldValue) -> str:
    """A value as a person reads it; what was absent is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    return " ; ".join(value) if isinstance(value, tuple) else str(value)
