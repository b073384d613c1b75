"""A diff told to a person, in French: one sentence a fact, nothing when nothing changed (terminology.md §1.4.12)."""

from terminology.diff import ConceptDiff, ReleaseDiff
from terminology.request_code import RequestCode
from terminology.result_code import ResultCode

_FIELDS = {
    "display": "libellé", "reference_label": "libellé de référence", "edition_label": "libellé d'édition",
    "synonyms": "synonymes", "order_class": "classe Order/Both/Observation", "unit": "unité", "ucum": "unité UCUM",
    "comparability": "niveau de comparabilité", "restricted": "liste restreinte", "systematic": "présence systématique",
    "chapter": "chapitre", "sub_chapter": "sous-chapitre", "rank": "rang", "specimens": "nature de prélèvement",
    "sites": "localisation", "lateralities": "latéralité", "clinical_information": "renseignements cliniques",
    "correspondence": "correspondance", "factor": "facteur de conversion", "nabm": "actes NABM ou RIHN",
}  # fmt: skip


def changelog(diff: ReleaseDiff) -> tuple[str, ...]:
    """Sentences, the most telling first: what came and went, what changed and in which fields, what became a LOINC."""
    lines = [_summary(diff.requests, "demande", "e"), _summary(diff.results, "analyse", "e")]
    lines += [f"Demandes : {part}." for part in _changed_fields(diff.requests)]
    lines += [f"Analyses : {part}." for part in _changed_fields(diff.results)]
    links = (("ajouté", diff.links_added), ("retiré", diff.links_removed))
    told = [f"{counted(len(found), 'lien')} {plural(what, len(found))}" for what, found in links if found]
    if told:
        lines.append(f"Demande–analyse : {', '.join(told)}.")
    return tuple(lines)


def field_name(field: str) -> str:
    """What a person calls a field of a diff."""
    return _FIELDS[field]


def counted(count: int, noun: str, feminine: str = "") -> str:
    """`1 demande`, `12 demandes`; 0 and 1 are singular in French."""
    return f"{count} {plural(noun + feminine, count)}"


def plural(word: str, count: int) -> str:
    """The word, with an s from two on."""
    return word + "s" if count > 1 else word


def _summary(diff: ConceptDiff[RequestCode] | ConceptDiff[ResultCode], noun: str, feminine: str) -> str:
    counts = (
        (len(diff.added), "ajouté"),
        (len(diff.retired), "retiré"),
        (len(diff.reactivated), "réactivé"),
        (len(diff.changed), "modifié"),
    )
    told = [counted(count, participle, feminine) for count, participle in counts if count]
    if diff.waiting_resolved:
        became = "devenus" if len(diff.waiting_resolved) > 1 else "devenu"
        told.append(f"{counted(len(diff.waiting_resolved), 'code')} d'attente {became} LOINC")
    return f"{noun.capitalize()}s : {', '.join(told) if told else 'aucun changement'}."


def _changed_fields(diff: ConceptDiff[RequestCode] | ConceptDiff[ResultCode]) -> list[str]:
    counts: dict[str, int] = {}
    for change in diff.changed:
        for field in change.fields:
            counts[field.field] = counts.get(field.field, 0) + 1
    return [
        f"{field_name(field)} : {counted(count, 'changement')}"
        for field, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]
