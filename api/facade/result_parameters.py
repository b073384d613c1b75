"""What shapes the answers of the façade, whatever is asked (FHIR R4 3.1.1.5, terminology.md §5.3)."""

from api.facade.answers import JSON_FORMATS, SHORT_FORMATS
from api.facade.parts import Summary
from api.query import choice, number, text

_TOTALS = ("none", "estimate", "accurate")

RELEASE = text("release", "Version du jeu de valeurs dont la réponse est faite ; à défaut la version active")
FORMAT = choice("_format", "Format de la réponse, avant Accept", *JSON_FORMATS, *SHORT_FORMATS)
PRETTY = text("_pretty", "Sans effet : le JSON est toujours écrit sans mise en page")
ELEMENTS = text("_elements", "Éléments à rendre, séparés par des virgules")
COUNT = number("_count", "Ressources d'une page", 0, 200, 20)
OFFSET = number("_offset", "Rang du premier résultat de la page ; les liens de pagination le portent", 0, 10_000, 0)
SORT = text("_sort", "Paramètres de tri, séparés par des virgules, - devant pour décroître")
SUMMARY = choice("_summary", "Part de chaque ressource ; count n'en rend aucune", *Summary)
TOTAL = choice("_total", "Sans effet : le total est toujours exact", *_TOTALS)

GENERAL = (FORMAT, PRETTY)
"""Of any call."""
OF_ONE = (
    RELEASE,
    choice("_summary", "Part de la ressource", *(part for part in Summary if part is not Summary.COUNT)),
    ELEMENTS,
    *GENERAL,
)
"""Of a read."""
OF_MANY = (COUNT, OFFSET, SORT, SUMMARY, ELEMENTS, TOTAL, RELEASE, FORMAT)
"""Of a search."""
IGNORED = {PRETTY.name: PRETTY.about}
"""What changes nothing in a search, and why: the answer says so."""
