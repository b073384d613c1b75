"""The three layouts of sheet 1 the importer is held to, column by column: 2018 (v1.1.10), 2022 and 2025.

Letters N to AB and AK of 2025 are those of the sources (terminology.md §1.2), and so are the headers of the result.
All else is an assumption: the order of the first three blocks, the columns AC to AJ, that 2018 has no UCUM and one
column of clinical information, that acts of the NABM and of the RIHN share a column in 2018.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from terminology.jdv.columns import Block, Column


@dataclass(frozen=True, slots=True)
class LayoutColumn:
    """One column of a layout; `column` is None for one the format does not know."""

    block: Block
    column: Column | None
    header: str


def _block(block: Block, *columns: tuple[Column | None, str]) -> tuple[LayoutColumn, ...]:
    return tuple(LayoutColumn(block, column, header) for column, header in columns)


_REQUEST = _block(
    Block.REQUEST,
    (Column.REQUEST_LABEL, "Libellé de la demande"),
    (Column.SYNONYMS, "Synonymes"),
    (Column.REQUEST_LOINC, "LOINC"),
    (Column.REQUEST_REFERENCE, "Libellé Français de référence"),
    (Column.ORDER_CLASS, "Order/Both/Observation"),
)
_SPECIMEN = _block(
    Block.SPECIMEN,
    (Column.SPECIMENS, "Nature (SPM4)"),
    (Column.SITES, "Localisation (SPM8)"),
    (Column.LATERALITIES, "Latéralité (SPM9)"),
)
_CHAPTERS = (
    (Column.CHAPTER, "Chapitre LOINC"),
    (Column.CHAPTER_LABEL, "Libellés chapitres LOINC"),
    (Column.SUB_CHAPTER, "Sous-chapitre LOINC"),
    (Column.SUB_CHAPTER_LABEL, "Libellés sous-chapitres LOINC"),
    (Column.RANK, "Rang"),
    (Column.RESULT_LOINC, "LOINC"),
    (Column.RESULT_REFERENCE, "Libellés français de référence"),
)
_WAITING_HEADER = "Codes_bio_attente_LOINC"

_2018 = (
    *_block(Block.ACT, (Column.ACT, "Code NABM/RIHN"), (Column.ACT_LABEL, "Libellé NABM/RIHN")),
    *_REQUEST,
    *_block(Block.REQUEST, (Column.REQUEST_WAITING, _WAITING_HEADER)),
    *_SPECIMEN,
    *_block(Block.INFORMATION, (Column.INFORMATION_USEFUL, "Renseignements cliniques")),
    *_block(
        Block.RESULT,
        *_CHAPTERS,
        (Column.EDITION_LABEL, "Libellés d'édition"),
        (Column.COMPARABILITY, "Niveau minimum de comparabilité"),
        (Column.DISCRIMINANT, "Technique discriminante O/N"),
        (Column.UNIT, "Unité recommandée"),
        (None, "Remarques"),
        (Column.RESULT_WAITING, _WAITING_HEADER),
    ),
)
_ACTS = _block(Block.ACT, (Column.NABM, "Code NABM"), (Column.ACT_LABEL, "Libellé NABM"), (Column.RIHN, "Code RIHN"))
_INFORMATION = _block(
    Block.INFORMATION,
    (Column.INFORMATION_REQUIRED, "Renseignements cliniques obligatoires"),
    (Column.INFORMATION_USEFUL, "Renseignements cliniques utiles"),
)
_2022 = (
    *_ACTS,
    *_REQUEST,
    *_SPECIMEN,
    *_INFORMATION,
    *_block(
        Block.RESULT,
        *_CHAPTERS,
        (Column.EDITION_LABEL, "Libellés d'édition (Référentiel JDV)"),
        (Column.COMPARABILITY, "Niveau minimum de comparabilité"),
        (Column.DISCRIMINANT, "Technique discriminante O/N"),
        (Column.UNIT, "Unité recommandée"),
        (Column.UCUM, "Unité UCUM"),
        (Column.SYSTEMATIC, "Présence systématique CR O/N"),
        (Column.TECHNIQUES, "Techniques"),
        (None, "Date de création"),
        (Column.REQUEST_WAITING, "Codes_bio_attente_LOINC demande"),
        (Column.RESULT_WAITING, _WAITING_HEADER),
    ),
)
_2025 = (
    *_ACTS,
    *_REQUEST,
    *_SPECIMEN,
    *_INFORMATION,
    *_block(
        Block.RESULT,
        *_CHAPTERS,
        (Column.EDITION_LABEL, "Libellés d'édition (Reférentiel JDV ANS)"),
        (Column.COMPARABILITY, "Niveau minimu m de comparabilité"),
        (Column.RESTRICTED, "Liste restreinte O/N"),
        (Column.UNIT, "Unité recommandée"),
        (Column.UCUM, "Unité UCUM"),
        (Column.SYSTEMATIC, "Présence systéma. CR O/N"),
        (Column.CORRESPONDENCE, "Correspondance"),
        (Column.FACTOR, "Facteur de conversion des unités"),
        (Column.TECHNIQUES, "Techniques"),
        *((None, f"Attribut {letter}") for letter in ("AD", "AE", "AF", "AG", "AH", "AI")),
        (Column.REQUEST_WAITING, "Codes_bio_attente_LOINC demande"),
        (Column.RESULT_WAITING, _WAITING_HEADER),
    ),
)
LAYOUTS: Mapping[str, Sequence[LayoutColumn]] = {"2018": _2018, "2022": _2022, "2025": _2025}
