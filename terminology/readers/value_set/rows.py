"""Fifth stage: one row of sheet 1 as a request, an analysis and the link between them (terminology.md §1.2).

Every cell is read, so that every fault of a row is told at once; whether the row stands, `Findings.rejected` says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kernel import loinc
from kernel.text import compact
from terminology.axes import read_axes
from terminology.coding import Coding
from terminology.jdv.columns import Column
from terminology.jdv.sheets import SheetKind
from terminology.readers.value_set.cells import Row, as_text, chosen, decimal, flag, integer, parts
from terminology.readers.value_set.codes import acts, loinc_code, waiting_code
from terminology.readers.value_set.lists import Lists
from terminology.request_code import (
    CodeStatus,
    ExpectedInformation,
    Obligation,
    OrderClass,
    RequestCode,
    Synonym,
    SynonymKind,
)
from terminology.result_code import Comparability, ResultCode
from terminology.units import agrees_with_property, fault_of
from terminology.workbook import CellRow

_ORDER_CLASSES = {order_class.value.casefold(): order_class for order_class in OrderClass}
_ABBREVIATION_LENGTH = 8
_ABBREVIATION_CAPITALS = 2


@dataclass(frozen=True, slots=True)
class ValueSetRow:
    """One row, with its cells. `request` or `result` has an empty code when none can be read, which rejects the row;
    `twin` is column AA, `factor` column AB."""

    row: Row[Column]
    request: RequestCode
    result: ResultCode
    twin: str = ""
    factor: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Code:
    code: str
    system: str
    status: CodeStatus
    waiting: str


_NO_CODE = _Code("", "", CodeStatus.ACTIVE, "")


class RowReader:
    """Reads rows of one sheet, against its lists. The request, repeated on each of its rows, is read once if sound."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._requests: dict[CellRow, RequestCode] = {}

    def read(self, row: Row[Column]) -> ValueSetRow:
        """The row as a whole."""
        return ValueSetRow(row, self._request(row), _result(row, self._lists), *_correspondence(row))

    def _request(self, row: Row[Column]) -> RequestCode:
        cells = tuple(row.cells[place] for place in row.layout.of_request)
        request = self._requests.get(cells)
        if request is None:
            told = len(row.findings)
            request = _request(row, self._lists)
            if len(row.findings) == told:
                self._requests[cells] = request
        return request


def _code(row: Row[Column], at: Column, waiting_at: Column, whose: str, lists: Lists) -> _Code:
    """LOINC first, else the waiting code."""
    code, waiting = loinc_code(row, at), waiting_code(row, waiting_at)
    if code is None or waiting is None:
        return _NO_CODE
    if code:
        return _Code(code, loinc.SYSTEM, CodeStatus.ACTIVE, waiting)
    if waiting:
        return _Code(waiting, lists.systems.waiting, CodeStatus.WAITING, waiting)
    row.error(at, "E21", f"{whose} n'a ni code LOINC ni code d'attente.", "Donner l'un des deux.")
    return _NO_CODE


def _request(row: Row[Column], lists: Lists) -> RequestCode:
    code = _code(row, Column.REQUEST_LOINC, Column.REQUEST_WAITING, "La demande", lists)
    display = row.text(Column.REQUEST_LABEL)
    if not display:
        row.error(Column.REQUEST_LABEL, "E14", "Le libellé de la demande est vide.", "Donner un libellé.")
    nabm, rihn = acts(row)
    return RequestCode(
        code=code.code,
        system=code.system,
        display=display,
        status=code.status,
        reference_label=row.text(Column.REQUEST_REFERENCE) or None,
        synonyms=_synonyms(row, display),
        order_class=chosen(row, Column.ORDER_CLASS, _ORDER_CLASSES),
        nabm=nabm,
        rihn=rihn,
        specimens=_listed(row, Column.SPECIMENS, SheetKind.SPECIMENS, lists, "E22", Column.SPECIMEN_LABELS),
        sites=_listed(row, Column.SITES, SheetKind.SITES, lists, "E22"),
        lateralities=_listed(row, Column.LATERALITIES, SheetKind.LATERALITIES, lists, "E22"),
        clinical_information=_information(row, lists),
        waiting_code=code.waiting,
        extra=_act_labels(row) + row.extra(of_result=False),
    )


def _act_labels(row: Row[Column]) -> tuple[tuple[str, str], ...]:
    """The label of the act, which the model has no place for."""
    label = row.text(Column.ACT_LABEL)
    return ((row.layout.headers[row.layout.places[Column.ACT_LABEL]], label),) if label else ()


def _result(row: Row[Column], lists: Lists) -> ResultCode:
    code = _code(row, Column.RESULT_LOINC, Column.RESULT_WAITING, "L'analyse", lists)
    reference, edition = row.text(Column.RESULT_REFERENCE), row.text(Column.EDITION_LABEL)
    if not reference and not edition:
        row.error(Column.RESULT_REFERENCE, "E14", "L'analyse n'a aucun libellé.", "Donner le libellé de référence.")
    return ResultCode(
        code=code.code,
        system=code.system,
        reference_label=reference or edition,
        status=code.status,
        edition_label=edition,
        chapter=_chapter(row, Column.CHAPTER, Column.CHAPTER_LABEL, lists),
        sub_chapter=_chapter(row, Column.SUB_CHAPTER, Column.SUB_CHAPTER_LABEL, lists),
        rank=integer(row, Column.RANK),
        comparability=_comparability(row),
        restricted=flag(row, Column.RESTRICTED),
        systematic=flag(row, Column.SYSTEMATIC),
        unit=row.text(Column.UNIT),
        ucum=_ucum(row, reference),
        techniques=_listed(row, Column.TECHNIQUES, SheetKind.TECHNIQUES, lists, "E25"),
        waiting_code=code.waiting,
        extra=_discriminant(row) + row.extra(of_result=True),
    )


def _discriminant(row: Row[Column]) -> tuple[tuple[str, str], ...]:
    """« Technique discriminante », the column that stood until 2023 where the restricted list is now."""
    text = as_text(row.value(Column.DISCRIMINANT))
    flag(row, Column.DISCRIMINANT)
    return ((row.layout.headers[row.layout.places[Column.DISCRIMINANT]], text),) if text else ()


def _synonyms(row: Row[Column], display: str) -> tuple[Synonym, ...]:
    """`;` and line ends part them; `,` and `/` too, where nothing better is used and every part has two letters."""
    lines = row.lines(Column.SYNONYMS)
    terms = parts(lines, ";\n")
    if len(terms) == 1:
        finer = parts(lines, ",/")
        if all(sum(c.isalpha() for c in term) > 1 for term in finer):
            terms = finer
    seen = {compact(display)}
    kept: list[Synonym] = []
    for term in terms:
        if (folded := compact(term)) and folded not in seen:
            seen.add(folded)
            kept.append(Synonym(term, _kind(term)))
    return tuple(kept)


def _kind(term: str) -> SynonymKind:
    """NFS, PRL, HbA1c are abbreviations: short, one word, at least two capitals."""
    capitals = sum(c.isupper() for c in term)
    short = len(term) <= _ABBREVIATION_LENGTH and " " not in term
    return SynonymKind.ABBREVIATION if short and capitals >= _ABBREVIATION_CAPITALS else SynonymKind.SYNONYM


def _listed(
    row: Row[Column], column: Column, kind: SheetKind, lists: Lists, code: str, label_at: Column | None = None
) -> tuple[Coding, ...]:
    """The codings of a cell that holds codes of a list, `CODE`, `CODE - Libellé` or the label alone.

    A list the file does not bring learns them, with the labels of the row.
    """
    known = lists.codes[kind]
    text = row.lines(column)
    texts = parts(text)
    if " - " not in text and not all(_found(known.find, text) for text in texts):
        texts = parts(text, ";\n|,/")
    labels = parts(row.lines(label_at)) if label_at else ()
    codings = []
    for place, text in enumerate(texts):
        coding = _found(known.find, text)
        if coding is None and not known.known:
            written, _, label = text.partition(" - ")
            beside = labels[place] if len(labels) == len(texts) else ""
            coding = Coding(lists.systems.of(kind, written), written, label or beside or written)
            known.keep(coding)
        if coding is None:
            row.error(column, code, f"« {text} » n'est pas dans l'onglet « {kind} ».", "L'y ajouter, ou le corriger.")
        else:
            codings.append(coding)
    return tuple(dict.fromkeys(codings))


def _found(find: Callable[[str], Coding | None], text: str) -> Coding | None:
    return find(text) or find(text.partition(" - ")[0].strip())


def _information(row: Row[Column], lists: Lists) -> tuple[ExpectedInformation, ...]:
    """Items of both columns; one that stands in both is obligatory."""
    columns = {Column.INFORMATION_REQUIRED: Obligation.REQUIRED, Column.INFORMATION_USEFUL: Obligation.USEFUL}
    expected: dict[str, ExpectedInformation] = {}
    for column, obligation in columns.items():
        for text in parts(row.lines(column)):
            item = lists.item(text)
            if item is None:
                hint = f"L'ajouter à l'onglet « {SheetKind.INFORMATION} », ou le corriger."
                row.error(column, "E24", f"« {text} » n'est pas un renseignement clinique connu.", hint)
            else:
                expected.setdefault(item.code, ExpectedInformation(item, obligation))
    return tuple(expected.values())


def _chapter(row: Row[Column], column: Column, label_at: Column, lists: Lists) -> Coding | None:
    """A chapter of sheet 2; a file without that sheet gives it by the label of the row, its code then checked.

    A date is no unknown chapter: reading it as a code tells which one it was.
    """
    chapters = lists.codes[SheetKind.CHAPTERS]
    code = row.text(column)
    if not code:
        return None
    if code in chapters.by_code:
        return chapters.by_code[code]
    if chapters.known and not isinstance(row.value(column), date):
        hint = f"L'ajouter à l'onglet « {SheetKind.CHAPTERS} », ou le corriger."
        row.error(column, "E20", f"Le chapitre « {code} » est inconnu.", hint)
        return None
    checked = loinc_code(row, column)
    if not checked:
        return None
    coding = Coding(lists.systems.of(SheetKind.CHAPTERS, checked), checked, row.text(label_at) or checked)
    chapters.keep(coding)
    return coding


def _comparability(row: Row[Column]) -> Comparability:
    text = row.text(Column.COMPARABILITY)
    level = decimal(text) if text else Decimal(Comparability.NOT_EVALUATED)
    if level is None or level not in list(Comparability):
        message = f"« {text} » n'est pas un niveau de comparabilité."
        row.error(Column.COMPARABILITY, "E14", message, "1 comparable, 2 non comparable, 9 ou vide non évalué.")
        return Comparability.NOT_EVALUATED
    return Comparability(int(level))


def _ucum(row: Row[Column], reference: str) -> str:
    """The unit that computes: valid UCUM, of the dimension the Property axis says."""
    unit = row.text(Column.UCUM)
    if not unit:
        return ""
    fault = fault_of(unit)
    if fault:
        row.error(Column.UCUM, "E15", fault.message, fault.hint)
        return ""
    axes = read_axes(reference)
    if axes and not agrees_with_property(unit, axes.property):
        message = f"L'unité « {unit} » n'est pas celle d'une grandeur « {axes.property} »."
        row.error(Column.UCUM, "E16", message, "Corriger l'unité, ou le code de l'analyse.")
    return unit


def _correspondence(row: Row[Column]) -> tuple[str, Decimal | None]:
    """The twin analysis and the factor to it; a factor alone is broken, a twin alone cannot convert."""
    twin, text = loinc_code(row, Column.CORRESPONDENCE), row.text(Column.FACTOR)
    factor = decimal(text) if text else None
    if text and (factor is None or factor <= 0):
        row.error(Column.FACTOR, "E18", f"« {text} » n'est pas un facteur.", "Un nombre décimal positif : 0,18.")
        factor = None
    elif text and twin == "":
        row.error(Column.CORRESPONDENCE, "E17", "Un facteur sans correspondance.", "Donner le code correspondant.")
    elif twin and not text:
        row.warning(
            Column.FACTOR, "W18", f"Pas de facteur vers « {twin} » : aucune conversion ne sera proposée.",
            "Donner le facteur.",
        )  # fmt: skip
    return twin or "", factor
