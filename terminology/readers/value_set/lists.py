"""Sheets 2 to 7: the closed lists rows refer to (terminology.md §1.1). A line that cannot be used is warned of.

Assumptions (§9): SPM-4 codes are of HL7 table 0487 but for those the ANS takes from v3-SpecimenType; codes of sites and
lateralities that are all digits are SNOMED CT, others are the workbook's own; the type of a clinical information, when
not given, is « choix » with choices, « date » when its name begins so, else text.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from kernel import loinc
from kernel.text import compact, fold
from terminology.coding import Coding
from terminology.import_report import ExtraColumn
from terminology.jdv.columns import LISTS, ListColumn
from terminology.jdv.headers import key
from terminology.jdv.sheets import SheetKind
from terminology.lab_catalogue_systems import SPECIMEN, TECHNIQUE
from terminology.readers.csv_text import HEADER_ROWS
from terminology.readers.value_set.cells import Row, parts, row_of
from terminology.readers.value_set.codes import slug
from terminology.readers.value_set.findings import Findings
from terminology.readers.value_set.layout import Layout, list_layout
from terminology.readers.value_set.source import RawSheet
from terminology.release import ValueLists
from terminology.request_code import AnswerType, ClinicalInformation

SNOMED = "http://snomed.info/sct"
V3_SPECIMEN = "http://terminology.hl7.org/CodeSystem/v3-SpecimenType"
# Of the specimens the ANS names, those HL7 keeps in v3-SpecimenType (terminology.md §3).
_OF_V3 = frozenset("THRT NOS GENC GEN".split())
_TYPES = {
    "date": AnswerType.DATE,
    "choix": AnswerType.CHOICE,
    "listedechoix": AnswerType.CHOICE,
    "liste": AnswerType.CHOICE,
    "texte": AnswerType.TEXT,
    "textelibre": AnswerType.TEXT,
    "entier": AnswerType.INTEGER,
    "decimal": AnswerType.DECIMAL,
    "nombre": AnswerType.DECIMAL,
    "numerique": AnswerType.DECIMAL,
    "booleen": AnswerType.BOOLEAN,
    "ouinon": AnswerType.BOOLEAN,
    "on": AnswerType.BOOLEAN,
    "quantite": AnswerType.QUANTITY,
}


class Systems:
    """The code systems of what the workbook names, its own ones under the canonical base (terminology.md §5.1)."""

    def __init__(self, base: str) -> None:
        self.waiting = f"{base}/CodeSystem/codes-attente"
        self.information = f"{base}/CodeSystem/renseignements-cliniques"
        self._chapters = f"{base}/CodeSystem/chapitres"
        self._others = {
            SheetKind.SITES: f"{base}/CodeSystem/localisations",
            SheetKind.LATERALITIES: f"{base}/CodeSystem/lateralites",
        }

    def of(self, kind: SheetKind, code: str) -> str:
        """The system of a code of one of the lists."""
        if kind is SheetKind.CHAPTERS:
            return loinc.SYSTEM if loinc.well_formed(code) else self._chapters
        if kind is SheetKind.SPECIMENS:
            return V3_SPECIMEN if code in _OF_V3 else SPECIMEN
        if kind is SheetKind.TECHNIQUES:
            return TECHNIQUE
        return SNOMED if code.isdecimal() else self._others[kind]


@dataclass(frozen=True, slots=True)
class CodeList:
    """One closed list. `known` is whether the file brings it: a list it does not bring refuses nothing."""

    known: bool = False
    by_code: dict[str, Coding] = field(default_factory=dict)
    by_label: dict[str, Coding] = field(default_factory=dict)

    def find(self, text: str) -> Coding | None:
        """By its code, else by its label, case and accents apart."""
        return self.by_code.get(text) or self.by_label.get(compact(text))

    def keep(self, coding: Coding) -> None:
        """One more."""
        self.by_code[coding.code] = coding
        self.by_label.setdefault(compact(coding.display), coding)


@dataclass(frozen=True, slots=True)
class Lists:
    """All of them, and what they were read with."""

    systems: Systems
    codes: Mapping[SheetKind, CodeList]
    information_known: bool
    information: dict[str, ClinicalInformation]
    extra_columns: tuple[ExtraColumn, ...] = ()

    def item(self, text: str) -> ClinicalInformation | None:
        """An item of clinical information by its code or its label; a list the file does not bring learns it."""
        found = self.information.get(text) or self.information.get(slug(text))
        if found is None and not self.information_known:
            found = ClinicalInformation(slug(text), text, _inferred(text, ()))
            self.information[found.code] = found
        return found

    def as_value_lists(self) -> ValueLists:
        """As a release keeps them."""
        codes = {kind: tuple(held.by_code.values()) for kind, held in self.codes.items()}
        return ValueLists(
            chapters=codes[SheetKind.CHAPTERS],
            information=tuple(dict.fromkeys(self.information.values())),
            specimens=codes[SheetKind.SPECIMENS],
            sites=codes[SheetKind.SITES],
            lateralities=codes[SheetKind.LATERALITIES],
            techniques=codes[SheetKind.TECHNIQUES],
        )


def read_lists(sheets: Mapping[SheetKind, RawSheet], base: str, findings: Findings) -> Lists:
    """The lists of the sheets there are."""
    systems = Systems(base)
    tables = {kind: _table(kind, sheets[kind], findings) for kind in LISTS if kind in sheets}
    coded = [kind for kind in LISTS if kind is not SheetKind.INFORMATION]
    codes: dict[SheetKind, CodeList] = {kind: _read_codes(kind, tables.get(kind), systems) for kind in coded}
    information = tables.get(SheetKind.INFORMATION)
    items = _read_information(information.rows if information else (), systems)
    extra = tuple(column for table in tables.values() if table for column in table.layout.extra_columns)
    return Lists(systems, codes, information is not None, items, extra)


@dataclass(frozen=True, slots=True)
class _Table:
    """One sheet whose columns are known."""

    layout: Layout[ListColumn]
    rows: Iterator[Row[ListColumn]]


def _table(kind: SheetKind, sheet: RawSheet, findings: Findings) -> _Table | None:
    """None when its columns could not be told, which `list_layout` has said."""
    rows = sheet.rows()
    top = list(islice(rows, HEADER_ROWS))
    layout = list_layout(kind, sheet.name, top, findings)
    if layout is None:
        return None
    below = ((number, cells) for number, cells in chain(top, rows) if number > layout.header_row)
    return _Table(layout, (row_of(layout, number, cells, findings) for number, cells in below))


def _read_codes(kind: SheetKind, table: _Table | None, systems: Systems) -> CodeList:
    codes = CodeList(known=table is not None)
    for row in table.rows if table else ():
        _keep(codes, row, ListColumn.CODE, ListColumn.LABEL, kind, systems)
        if kind is SheetKind.CHAPTERS:
            _keep(codes, row, ListColumn.SUB_CODE, ListColumn.SUB_LABEL, kind, systems)
    return codes


def _keep(
    codes: CodeList, row: Row[ListColumn], code_at: ListColumn, label_at: ListColumn, kind: SheetKind, systems: Systems
) -> None:
    code, label = row.text(code_at), row.text(label_at)
    if not code and not label:
        return
    if not code:
        row.warning(code_at, "W14", f"« {label} » n'a pas de code : ligne ignorée.", "Donner un code.")
    elif loinc.well_formed(code) and kind is SheetKind.CHAPTERS and not loinc.valid(code):
        row.warning(code_at, "W11", f"La clé de contrôle de « {code} » est fausse : code ignoré.", "Vérifier le code.")
    elif code not in codes.by_code:
        codes.keep(Coding(systems.of(kind, code), code, label or code))
    elif label and code_at is ListColumn.CODE and codes.by_code[code].display != label:
        row.warning(code_at, "W26", f"« {code} » est déjà dans la liste : ligne ignorée.", "Garder une seule ligne.")


def _read_information(rows: Iterable[Row[ListColumn]], systems: Systems) -> dict[str, ClinicalInformation]:
    """The items by code and by slug of their label. A row with choices and no label goes on with the item above."""
    items: list[ClinicalInformation] = []
    for row in rows:
        label = row.text(ListColumn.LABEL)
        choices = _choices(row, systems)
        if label:
            items.append(_item(row, label, choices))
        elif choices and items:
            above = items.pop()
            items.append(_with_choices(above, choices))
        else:
            row.warning(ListColumn.LABEL, "W14", "Ligne sans libellé : ignorée.", "Donner un libellé.")
    found = {item.code: item for item in items}
    return found | {slug(item.label): item for item in items if slug(item.label) not in found}


def _item(row: Row[ListColumn], label: str, choices: tuple[Coding, ...]) -> ClinicalInformation:
    written = row.text(ListColumn.TYPE)
    answer = _TYPES.get(key(written)) if written else None
    if written and answer is None:
        row.warning(ListColumn.TYPE, "W14", f"Type « {written} » inconnu.", f"Types : {', '.join(AnswerType)}.")
    unit = row.text(ListColumn.UNIT) or None
    if answer is None or (answer is AnswerType.CHOICE) != bool(choices):
        answer = AnswerType.QUANTITY if unit else _inferred(label, choices)
    code = row.text(ListColumn.CODE) or slug(label)
    return ClinicalInformation(code, label, answer, choices, unit, row.text(ListColumn.HELP))


def _with_choices(item: ClinicalInformation, more: tuple[Coding, ...]) -> ClinicalInformation:
    return ClinicalInformation(item.code, item.label, AnswerType.CHOICE, item.choices + more, None, item.help, item.sex)


def _inferred(label: str, choices: tuple[Coding, ...]) -> AnswerType:
    if choices:
        return AnswerType.CHOICE
    return AnswerType.DATE if fold(label).startswith("date ") else AnswerType.TEXT


def _choices(row: Row[ListColumn], systems: Systems) -> tuple[Coding, ...]:
    """`code=Libellé` or a label alone, kept apart by `;`, `|` or a line end."""
    pairs = [part.rpartition("=") for part in parts(row.lines(ListColumn.CHOICES))]
    return tuple(Coding(systems.information, code.strip() or slug(label), label.strip()) for code, _, label in pairs)
