"""Published counts against computed ones (terminology.md §1.4.12): sheet 10, else the figures the publisher announced.

Assumption on sheet 10: one indicator a row, its name then its value; the names are those of `INDICATORS`.
"""

from itertools import pairwise

from kernel.findings import Severity
from terminology.import_report import ImportCounts, ImportFinding
from terminology.jdv.headers import key
from terminology.jdv.indicators import ANNOUNCED, Indicator
from terminology.readers.value_set.cells import as_text, decimal
from terminology.readers.value_set.findings import Findings
from terminology.readers.value_set.source import RawSheet
from terminology.request_code import OrderClass
from terminology.workbook import column_letter

_HINT = "Comparer avec les lignes rejetées, puis avec la publication."
_BY_KEY = {key(indicator): indicator for indicator in Indicator}


def compare_counts(sheet: RawSheet | None, label: str, counts: ImportCounts, findings: Findings) -> None:
    """A warning for each published count that is not the computed one."""
    if sheet is not None:
        _compare_with_sheet(sheet, counts, findings)
        return
    for indicator, announced in ANNOUNCED.get(label, {}).items():
        computed = _computed(indicator, counts)
        if announced != computed:
            findings.of_file("W01", _delta(indicator, announced, computed), _HINT)


def _compare_with_sheet(sheet: RawSheet, counts: ImportCounts, findings: Findings) -> None:
    for number, row in sheet.rows():
        cells = [(place, text) for place, cell in enumerate(row) if (text := as_text(cell).strip())]
        for (_, name), (place, text) in pairwise(cells):
            indicator, published = _BY_KEY.get(key(name)), decimal(text)
            if indicator is None or published is None or published == _computed(indicator, counts):
                continue
            message = _delta(indicator, int(published), _computed(indicator, counts))
            letter = column_letter(place)
            findings.add(ImportFinding(Severity.WARNING, "W01", sheet.name, number, letter, name, text, message, _HINT))


def _computed(indicator: Indicator, counts: ImportCounts) -> int:
    by_class = dict(counts.requests_by_class)
    return {
        Indicator.REQUESTS: counts.requests,
        Indicator.ORDER: by_class.get(OrderClass.ORDER.value, 0),
        Indicator.BOTH: by_class.get(OrderClass.BOTH.value, 0),
        Indicator.OBSERVATION: by_class.get(OrderClass.OBSERVATION.value, 0),
        Indicator.REQUESTS_WAITING: counts.requests_waiting,
        Indicator.RESULTS: counts.result_codes,
        Indicator.RESULTS_WAITING: counts.results_waiting,
    }[indicator]


def _delta(indicator: Indicator, published: int, computed: int) -> str:
    return f"{indicator} : {published} publié(s), {computed} importé(s), écart {computed - published:+}."
