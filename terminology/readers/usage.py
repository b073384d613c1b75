"""Usage counts as a CSV file: `code`, `month` (YYYY-MM), `count`; every fault located (terminology.md §2)."""

import re
from datetime import date

from kernel.errors import Invalid
from kernel.findings import Finding, Severity
from terminology.readers.named_columns import Record, read_records
from terminology.usage import UsageCount

COLUMNS = ("code", "month", "count")
LONGEST_CODE = 64
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])", re.ASCII)
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)


def read_usage(content: bytes) -> tuple[UsageCount, ...]:
    """The counts of a file; `Invalid` with every fault, each at its row, when there is one."""
    counts: dict[tuple[str, str], UsageCount] = {}
    faults: list[Finding] = []
    for record in read_records(content, COLUMNS):
        key = (record["code"], record["month"])
        fault = "ce code est déjà compté ce mois-ci" if key in counts else _fault(record)
        if fault:
            hint = "Attendu : un code, un mois AAAA-MM, un nombre entier ; une ligne par code et par mois."
            place = f"ligne {record.row}"
            faults.append(Finding(Severity.ERROR, "bad-usage-count", f"{place} : {fault}.", hint, place))
        else:
            counts[key] = UsageCount(record["code"], date.fromisoformat(record["month"] + "-01"), int(record["count"]))
    if faults:
        raise Invalid(faults)
    return tuple(counts.values())


def _fault(record: Record) -> str | None:
    """What is wrong with a record, in French; None when nothing is."""
    if not 0 < len(record["code"]) <= LONGEST_CODE:
        return f"code absent, ou de plus de {LONGEST_CODE} caractères"
    month = _MONTH.fullmatch(record["month"])
    if month is None or month[1] == "0000":
        return f"« {record['month'][:20]} » n'est pas un mois"
    if not _COUNT.fullmatch(record["count"]):
        return f"« {record['count'][:20]} » n'est pas un nombre de 0 à 999 999 999"
    return None
