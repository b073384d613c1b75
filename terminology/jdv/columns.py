"""The columns of the sheets: what each is, in which block it stands, the headers it is known by (terminology.md §1.2).

The letters are never used: releases differ. Headers the sources quote come first in each list; the rest are
assumptions, wide enough for the forms a header takes in practice. Assumed whole, since no source shows them: the
columns of waiting codes of requests, of labels of specimens, of techniques, and those of the sheets 2 to 7.
"""

from enum import StrEnum

from terminology.jdv.headers import Vocabulary, key
from terminology.jdv.sheets import SheetKind


class Block(StrEnum):
    """The bands over the columns of sheet 1, as the workbook names them."""

    ACT = "NABM/RIHN"
    REQUEST = "EXAMEN PRESCRIPTIBLE"
    SPECIMEN = "RENSEIGNEMENTS PRELEVEMENTS"
    INFORMATION = "RENSEIGNEMENTS CLINIQUES"
    RESULT = "ANALYSES PORTEUSES DE RESULTAT"


class Column(StrEnum):
    """The columns of sheet 1."""

    ACT = "act"  # NABM or RIHN, the form tells which
    NABM = "nabm"
    RIHN = "rihn"
    ACT_LABEL = "act-label"
    REQUEST_LABEL = "request-label"
    SYNONYMS = "synonyms"
    REQUEST_LOINC = "request-loinc"
    REQUEST_REFERENCE = "request-reference"
    ORDER_CLASS = "order-class"
    REQUEST_WAITING = "request-waiting"
    SPECIMENS = "specimens"
    SPECIMEN_LABELS = "specimen-labels"
    SITES = "sites"
    LATERALITIES = "lateralities"
    INFORMATION_REQUIRED = "information-required"
    INFORMATION_USEFUL = "information-useful"
    CHAPTER = "chapter"
    CHAPTER_LABEL = "chapter-label"
    SUB_CHAPTER = "sub-chapter"
    SUB_CHAPTER_LABEL = "sub-chapter-label"
    RANK = "rank"
    RESULT_LOINC = "result-loinc"
    RESULT_REFERENCE = "result-reference"
    EDITION_LABEL = "edition-label"
    COMPARABILITY = "comparability"
    RESTRICTED = "restricted"
    DISCRIMINANT = "discriminant"  # until 2023, where RESTRICTED is now
    UNIT = "unit"
    UCUM = "ucum"
    SYSTEMATIC = "systematic"
    CORRESPONDENCE = "correspondence"
    FACTOR = "factor"
    TECHNIQUES = "techniques"
    RESULT_WAITING = "result-waiting"


class ListColumn(StrEnum):
    """The columns of the sheets 2 to 7."""

    CODE = "code"
    LABEL = "label"
    SYSTEM = "system"
    SUB_CODE = "sub-code"
    SUB_LABEL = "sub-label"
    TYPE = "type"
    CHOICES = "choices"
    UNIT = "unit"
    HELP = "help"


_LOINC = ("LOINC", "Code LOINC")
_REFERENCE = ("Libellé français de référence", "Libellés français de référence", "Libellé de référence")
_WAITING = ("Codes_bio_attente_LOINC", "Code d'attente", "Codes d'attente", "Code en attente")

VALUE_SET = Vocabulary(
    {
        Column.ACT: ("Code NABM/RIHN", "NABM/RIHN", "Codes NABM/RIHN"),
        Column.NABM: ("Code NABM", "NABM", "Codes NABM", "Acte NABM"),
        Column.RIHN: ("Code RIHN", "RIHN", "Codes RIHN"),
        Column.ACT_LABEL: ("Libellé NABM/RIHN", "Libellé NABM", "Libellés NABM", "Libellés NABM/RIHN", "Libellé RIHN"),
        Column.REQUEST_LABEL: ("Libellé de la demande", "Libellé demande", "Libellés de la demande"),
        Column.SYNONYMS: ("Synonymes", "Synonyme", "Synonymes associés", "Synonymes de la demande"),
        Column.REQUEST_LOINC: (*_LOINC, "LOINC de la demande", "LOINC demande", "Code LOINC de la demande"),
        Column.REQUEST_REFERENCE: (*_REFERENCE, "Libellé français de référence de la demande"),
        Column.ORDER_CLASS: ("Order/Both/Observation", "Order/Both"),
        Column.REQUEST_WAITING: (*_WAITING, "Codes_bio_attente_LOINC demande", "Code d'attente de la demande"),
        Column.SPECIMENS: (
            "Nature de prélèvement (SPM4)", "Nature SPM4", "Nature", "Nature du prélèvement", "Nature de prélèvement",
            "Nature de prélèvement SPM4", "Code nature de prélèvement", "SPM4",
        ),
        Column.SPECIMEN_LABELS: ("Libellé nature de prélèvement", "Libellé de la nature de prélèvement"),
        Column.SITES: ("Localisation (SPM8)", "Localisation", "Localisation SPM8", "SPM8"),
        Column.LATERALITIES: ("Latéralité (SPM9)", "Latéralité", "Latéralité SPM9", "SPM9"),
        Column.INFORMATION_REQUIRED: ("Renseignements cliniques obligatoires", "Renseignements obligatoires"),
        Column.INFORMATION_USEFUL: (
            "Renseignements cliniques utiles", "Renseignements utiles", "Renseignements cliniques",
        ),
        Column.CHAPTER: ("Chapitre LOINC", "Chapitre"),
        Column.CHAPTER_LABEL: ("Libellés chapitres LOINC", "Libellé chapitre LOINC", "Libellé chapitre"),
        Column.SUB_CHAPTER: ("Sous-chapitre LOINC", "Sous-chapitre"),
        Column.SUB_CHAPTER_LABEL: (
            "Libellés sous-chapitres LOINC", "Libellé sous-chapitre LOINC", "Libellé sous-chapitre",
        ),
        Column.RANK: ("Rang", "Rang de classification"),
        Column.RESULT_LOINC: (*_LOINC, "LOINC du résultat", "LOINC résultat", "Code LOINC du résultat"),
        Column.RESULT_REFERENCE: (*_REFERENCE, "Libellé français de référence du résultat"),
        Column.EDITION_LABEL: ("Libellés d'édition", "Libellé d'édition", "Libellés d'édition*", "Libellé d'édition*"),
        Column.COMPARABILITY: ("Niveau minimum de comparabilité", "Niveau de comparabilité", "Niveau minimum*"),
        Column.RESTRICTED: ("Liste restreinte O/N", "Liste restreinte"),
        Column.DISCRIMINANT: ("Technique discriminante O/N", "Technique discriminante"),
        Column.UNIT: ("Unité recommandée", "Unités recommandées"),
        Column.UCUM: ("Unité UCUM", "Unités UCUM", "UCUM"),
        Column.SYSTEMATIC: ("Présence systématique CR O/N", "Présence systéma*"),
        Column.CORRESPONDENCE: ("Correspondance", "Code LOINC de correspondance"),
        Column.FACTOR: ("Facteur de conversion des unités", "Facteur de conversion"),
        Column.TECHNIQUES: ("Techniques", "Technique", "Code technique", "Codes techniques"),
        Column.RESULT_WAITING: (*_WAITING, "Codes_bio_attente_LOINC résultat", "Code d'attente du résultat"),
    }
)  # fmt: skip

_CODED = {
    ListColumn.CODE: ("Code", "Codes", "Code HL7", "Code SPM4", "Code SPM8", "Code SPM9", "Code technique"),
    ListColumn.LABEL: ("Libellé", "Libellés", "Libellé français", "Désignation", "Libellé*"),
    ListColumn.SYSTEM: ("Système", "Système de codage", "Système de code", "Code system"),
}
LISTS = {
    SheetKind.CHAPTERS: Vocabulary(
        {
            ListColumn.CODE: ("Chapitre LOINC", "Code chapitre", "Chapitre", "Code", "Code LOINC"),
            ListColumn.LABEL: ("Libellés chapitres LOINC", "Libellé chapitre", "Libellé", "Libellé chapitre LOINC"),
            ListColumn.SUB_CODE: ("Sous-chapitre LOINC", "Code sous-chapitre", "Sous-chapitre"),
            ListColumn.SUB_LABEL: ("Libellés sous-chapitres LOINC", "Libellé sous-chapitre"),
        }
    ),
    SheetKind.INFORMATION: Vocabulary(
        {
            ListColumn.CODE: ("Code", "Code renseignement"),
            ListColumn.LABEL: ("Renseignement clinique", "Renseignements cliniques", "Libellé", "Intitulé"),
            ListColumn.TYPE: ("Type", "Type de réponse"),
            ListColumn.CHOICES: ("Liste de choix", "Choix", "Valeurs possibles", "Liste de choix proposée"),
            ListColumn.UNIT: ("Unité", "Unité UCUM"),
            ListColumn.HELP: ("Aide", "Commentaire", "Commentaires", "Précision"),
        }
    ),
    SheetKind.SPECIMENS: Vocabulary(_CODED),
    SheetKind.SITES: Vocabulary(_CODED),
    SheetKind.LATERALITIES: Vocabulary(_CODED),
    SheetKind.TECHNIQUES: Vocabulary(_CODED),
}

# The two columns one text may stand for, the request's and the result's: the band or the order of blocks tells.
TWINS = {
    Column.REQUEST_LOINC: Column.RESULT_LOINC,
    Column.REQUEST_REFERENCE: Column.RESULT_REFERENCE,
    Column.REQUEST_WAITING: Column.RESULT_WAITING,
}

REQUIRED = (
    Column.REQUEST_LABEL,
    Column.REQUEST_LOINC,
    Column.CHAPTER,
    Column.RESULT_LOINC,
    Column.RESULT_REFERENCE,
)
_EXPECTED_SINCE_2018 = (
    Column.SYNONYMS,
    Column.REQUEST_REFERENCE,
    Column.ORDER_CLASS,
    Column.SPECIMENS,
    Column.CHAPTER_LABEL,
    Column.RANK,
    Column.EDITION_LABEL,
    Column.COMPARABILITY,
    Column.UNIT,
)
_EXPECTED_SINCE_2022 = (*_EXPECTED_SINCE_2018, Column.UCUM, Column.SYSTEMATIC)
# By layout, the columns whose absence is told; those whose header no source shows are not among them.
EXPECTED = {
    "2018": _EXPECTED_SINCE_2018,
    "2022": _EXPECTED_SINCE_2022,
    "2025": (
        *_EXPECTED_SINCE_2022,
        Column.RESTRICTED,
        Column.CORRESPONDENCE,
        Column.FACTOR,
        Column.RESULT_WAITING,
    ),
}

_RESULT_COLUMNS = frozenset(list(Column)[list(Column).index(Column.CHAPTER) :])
_BANDS = (
    (Block.ACT, ("nabm", "rihn")),
    (Block.REQUEST, ("examenprescriptible", "examensprescriptibles", "prescription")),
    (Block.SPECIMEN, ("renseignementsprelevement", "renseignementprelevement", "prelevement")),
    (Block.INFORMATION, ("renseignementsclinique", "renseignementclinique")),
    (Block.RESULT, ("analysesporteuses", "analyseporteuse", "resultat")),
)


def is_of_result(column: Column) -> bool:
    """Whether the column describes the analysis; else it describes the request."""
    return column in _RESULT_COLUMNS


def block_of(band: str) -> Block | None:
    """The block a band names; None for a text that is no band."""
    folded = key(band)
    return next((block for block, marks in _BANDS if folded.startswith(marks)), None)
