"""In French, why an exam stands where it does on a page (terminology.md §4.3): for whoever tunes the catalogue."""

from search.documents import MatchField
from search.index import Match, Suggestion
from terminology.request_code import CodeStatus, SynonymKind

TIERS = {
    100: "code exact",
    90: "nom entier",
    85: "mêmes mots qu'un nom, dans un autre ordre",
    80: "début du libellé",
    70: "début d'une abréviation ou d'un synonyme",
    60: "tous les mots sont dans le libellé",
    51: "nom entier, une fois ôtés les mots de contexte",
    50: "tous les mots sont dans les noms de l'examen",
    40: "tous les mots, fautes de frappe corrigées",
    35: "tous les mots, sans les mots de contexte ou sans la dernière lettre",
    30: "la moitié des mots au moins, dont un parlant ; rien ne répond mieux",
    25: "un mot de la phrase est un nom entier ; rien ne répond mieux",
    20: "début d'un code",
    0: "rien n'est saisi : examens usuels",
}
_FIELDS = {
    MatchField.LABEL: "libellé",
    MatchField.SYNONYM: "synonyme",
    MatchField.CODE: "code",
    MatchField.NABM: "acte NABM",
    MatchField.LOINC: "code LOINC",
    MatchField.REFERENCE: "libellé de référence",
}
_KINDS = {
    SynonymKind.SYNONYM: "synonyme",
    SynonymKind.ABBREVIATION: "abréviation",
    SynonymKind.LOCAL_USE: "usage local",
}
_RESTRICTED = {True: "liste restreinte", False: "hors liste restreinte", None: "liste restreinte non renseignée"}


def tell_match(match: Match, start: str = "[", end: str = "]") -> str:
    """What answered, its marked parts between `start` and `end`: `abréviation : [NF]S`."""
    name = _KINDS[match.kind] if match.kind else _FIELDS[match.field]
    marked, last = [], 0
    for begin, stop in match.spans:
        marked += [match.value[last:begin], start, match.value[begin:stop], end]
        last = stop
    return f"{name} : {''.join(marked)}{match.value[last:]}"


def tell_place(suggestion: Suggestion) -> str:
    """What places it, in the order the ranker looks at it: tier, state of the code, then the order inside a tier."""
    exam, match = suggestion.request, suggestion.match
    said = [f"palier {match.tier} ({TIERS[match.tier]}), note {suggestion.score}"]
    if exam.status is CodeStatus.RETIRED:
        said.append("code retiré, donc en dernier")
    if exam.status is CodeStatus.WAITING:
        said.append("code d'attente, donc après les codes LOINC du palier")
    said += [
        _RESTRICTED[exam.restricted],
        f"fréquence {exam.frequency}",
        f"classe {exam.order_class.value}" if exam.order_class else "classe non renseignée",
        f"{match.extra} mot(s) de plus que la requête",
        "sans rang" if exam.rank is None else f"rang {exam.rank}",
    ]
    return " ; ".join(said)
