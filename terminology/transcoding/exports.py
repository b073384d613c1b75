"""The tables a laboratory takes away: its catalogue with its codes, its history, the additions to ask for (§7.5).

The headers of the first columns are those the import knows, so that an export read back changes nothing. The CDA rule
is reminded on every row: a LOINC goes in `code`, a waiting or local code in `code/translation`, each with its code,
its label and its code system (seed 004).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from kernel import loinc
from terminology.coding import Coding
from terminology.lab_catalogue_systems import TECHNIQUE
from terminology.transcoding.columns import Field
from terminology.transcoding.history import HistoryRow
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem, specimens_of, to_map, unit_of
from terminology.transcoding.mapping import Mapping, MappingKey, MappingKind, MappingStatus
from terminology.workbook import CellValue, Sheet, write_workbook

Cells = tuple[CellValue, ...]

_ITEM = (Field.CODE, Field.LABEL, Field.NABM, Field.UNIT, Field.SPECIMEN, Field.TECHNIQUE, Field.VOLUME)
_DECISION = (
    "Statut", "Code national", "Système du code", "Libellé du code", "OID du système", "Élément CDA", "Équivalence",
    "Score", "Version du jeu de valeurs", "Auteur", "Date", "Commentaire",
)  # fmt: skip
ITEM_COLUMNS = (*(field.french for field in _ITEM), "Présent", *_DECISION)
OTHER_COLUMNS = ("Type", Field.CODE.french, Field.LABEL.french, "Valeur locale", "Libellé local", *_DECISION)
HISTORY_COLUMNS = (
    "Numéro", "Date", "Auteur", "Action", "FINESS", "Code local", "Type", "Valeur locale", "Motif", "Statut avant",
    "Code avant", "Libellé avant", "Équivalence avant", "Statut après", "Code après", "Libellé après",
    "Équivalence après", "Score après",
)  # fmt: skip
ADDITION_COLUMNS = (*(field.french for field in _ITEM), "Motif de la demande", "Demandé par", "Demandé le")
CDA_RULE = (
    "Règle de codage du CR-BIO : le LOINC va dans observation/code ; un code d'attente ou un code local va dans "
    "observation/code/translation. Le code, son libellé (displayName) et son système (codeSystem) sont tous remplis.",
    "Seules les correspondances au statut « valide » servent à coder.",
)
# Object identifiers the sources give (terminology.md §5.1); that of the waiting codes is not published.
_OIDS = {loinc.SYSTEM: "2.16.840.1.113883.6.1", TECHNIQUE: "1.2.250.1.213.2.3.5"}


def item_rows(catalogue: LocalCatalogue, mappings: Iterable[Mapping]) -> list[Cells]:
    """One row an exam, absent ones last, for `ITEM_COLUMNS`."""
    by_key = {m.key: m for m in mappings}
    return [
        (*_item_cells(i), "O" if i.present else "N", *_decision_cells(by_key.get(MappingKey(i.exam.local_code))))
        for i in catalogue.items
    ]


def other_rows(catalogue: LocalCatalogue, mappings: Iterable[Mapping]) -> list[Cells]:
    """One row a technique or answer to map, for `OTHER_COLUMNS`."""
    by_key = {m.key: m for m in mappings}
    return [
        (key.kind.value, key.local_code, i.exam.label, key.value, local.display, *_decision_cells(by_key.get(key)))
        for i in catalogue.items
        for key, local in to_map(i.exam)
        if key.kind is not MappingKind.ANALYSIS
    ]


def addition_rows(catalogue: LocalCatalogue, mappings: Iterable[Mapping]) -> list[Cells]:
    """The additions to ask the ANS for, for `ADDITION_COLUMNS`."""
    asked = {m.key: m for m in mappings if m.status is MappingStatus.REQUESTED}
    rows: list[Cells] = []
    for item in catalogue.items:
        mapping = asked.get(MappingKey(item.exam.local_code))
        if mapping:
            rows.append((*_item_cells(item), mapping.comment, mapping.author, _instant(mapping.decided_at)))
    return rows


def history_rows(rows: Iterable[HistoryRow]) -> list[Cells]:
    """The history, for `HISTORY_COLUMNS`."""
    return [
        (
            row.number,
            _instant(row.change.at),
            row.change.author,
            row.change.action.value,
            row.finess,
            row.change.key.local_code,
            row.change.key.kind.value,
            row.change.key.value,
            row.change.reason,
            *_side(row.change.before),
            *_side(row.change.after),
            row.change.after.score if row.change.after else None,
        )
        for row in rows
    ]


def workbook(catalogue: LocalCatalogue, mappings: Sequence[Mapping], notice: str) -> bytes:
    """The catalogue as a workbook: the exams, their techniques and answers, the rule of the CDA and the notice."""
    return write_workbook(
        [
            Sheet("Examens", [ITEM_COLUMNS, *item_rows(catalogue, mappings)]),
            Sheet("Techniques et réponses", [OTHER_COLUMNS, *other_rows(catalogue, mappings)]),
            Sheet("Règle CDA", [(sentence,) for sentence in (*CDA_RULE, notice)], headers=0),
        ]
    )


def _item_cells(item: LocalItem) -> Cells:
    exam = item.exam
    unit = unit_of(exam)
    return (
        exam.local_code,
        exam.label,
        " ".join(act.code for act in exam.nabm),
        unit.code if unit else "",
        _first(specimens_of(exam)),
        _first(exam.techniques),
        item.monthly_volume,
    )


def _first(codings: tuple[Coding, ...]) -> str:
    return codings[0].code if codings else ""


def _decision_cells(mapping: Mapping | None) -> Cells:
    if mapping is None:
        return (MappingStatus.TO_DO.value, *("",) * (len(_DECISION) - 1))
    target = mapping.target
    return (
        mapping.status.value,
        target.code if target else "",
        target.system if target else "",
        target.display if target else "",
        _OIDS.get(target.system, "") if target else "",
        _cda_element(mapping),
        mapping.equivalence.value if target else "",
        mapping.score,
        mapping.release,
        mapping.author,
        _instant(mapping.decided_at),
        mapping.comment,
    )


def _cda_element(mapping: Mapping) -> str:
    if mapping.key.kind is MappingKind.TECHNIQUE:
        return "methodCode"
    if mapping.key.kind is MappingKind.QUALITATIVE:
        return "value"
    target = mapping.in_force
    return "code" if target and target.system == loinc.SYSTEM else "code/translation"


def _side(mapping: Mapping | None) -> Cells:
    if mapping is None:
        return ("", "", "", "")
    target = mapping.target
    return (
        mapping.status.value,
        target.code if target else "",
        target.display if target else "",
        mapping.equivalence.value if target else "",
    )


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
