"""The words that search treats apart: equivalents, context words, generic words, opposites (terminology.md §4.2, §4.3).

Everything is in folded, singular form, as `kernel.text.tokens` gives it. Both engines read these lists here.
"""

from kernel.text import tokens


def _folded(text: str) -> frozenset[str]:
    return frozenset(tokens(text))


# A short or English form and the word it stands for; both are tried, in the query and in the text.
EQUIVALENTS = {
    "vit": "vitamine",
    "ac": "anticorp",
    "ag": "antigene",
    "sero": "serologie",
    "hep": "hepatite",
    "prot": "proteine",
    "chol": "cholesterol",
    "hb": "hemoglobine",
    "gr": "groupe",
    "num": "numeration",
    "fact": "facteur",
    "tot": "total",
    "ur": "urinaire",
    "urine": "urinaire",
    "hiv": "vih",
    "hav": "vha",
    "hbv": "vhb",
    "hcv": "vhc",
    "totau": "total",
    "totale": "total",
}

# They say nothing about the exam, as politeness does: a query is also tried without them.
CONTEXT_WORDS = _folded(
    "dosage taux bilan examen recherche test analyse mesure contrôle prise sang sanguin sérum sérique plasma "
    "plasmatique complet standard jeun urgent homme femme enfant enceinte svp stp merci"
)

# Shared by too many exams to find one.
GENERIC_WORDS = _folded(
    "anticorps antigène anti sérologie virus virale hormone facteur marqueur maladie suivi dépistage immunité "
    "infection étude culture prélèvement active total libre rapport vitamine acide protéine immunoglobuline"
)

# Each names an exam, in the catalogue or not: never a misspelling of another exam. Free text is the safe answer.
NAMES_OF_THEIR_OWN = _folded(
    "androstérone chrome clobazam cobalt cortisone ebola entérovirus estriol estrone galactose manganèse méthanol "
    "œstriol œstrone trypsine tuberculine"
)

# The ending that says blood or urine is part of the name: cétonémie is never a misspelling of cétonurie.
TELLING_ENDINGS = ("emie", "urie", "orachie")

# A word of one side is never a misspelling of a word of the other.
OPPOSITE_PREFIXES = (("hypo", "hyper"),)
OPPOSITE_WORDS = frozenset({frozenset({"libre", "total"}), frozenset({"libre", "totale"})})


def canonical(token: str) -> str:
    """The word a short form stands for, or the token itself."""
    return EQUIVALENTS.get(token, token)


def in_full(found: tuple[str, ...]) -> tuple[str, ...]:
    """The tokens, each short form as the word it stands for; the very same tuple when there is none."""
    return found if EQUIVALENTS.keys().isdisjoint(found) else tuple(map(canonical, found))
