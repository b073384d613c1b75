"""Last stage: what was counted, and whether the release may be activated (terminology.md §1.4.10)."""

from collections.abc import Sequence, Set

from terminology.import_report import ImportCounts
from terminology.readers.value_set.findings import merged
from terminology.readers.value_set.rows import ValueSetRow
from terminology.release import Release
from terminology.request_code import CodeStatus, OrderClass

_MAX_REJECTED = 100  # one row in so many
_SHOWN_ROWS = 20


def counts_of(release: Release, rows: int, rejected: int) -> ImportCounts:
    """The counts of interface.md §6: rows of the file, codes of the release."""
    classes = [r.order_class for r in release.requests if r.status is CodeStatus.ACTIVE]
    requests_waiting = sum(r.status is CodeStatus.WAITING for r in release.requests)
    results_waiting = sum(r.status is CodeStatus.WAITING for r in release.results)
    return ImportCounts(
        rows=rows,
        rows_accepted=rows - rejected,
        rows_rejected=rejected,
        requests=len(release.requests),
        requests_by_class=tuple((c.value, classes.count(c)) for c in OrderClass),
        requests_waiting=requests_waiting,
        result_codes=len(release.results) - results_waiting,
        results_waiting=results_waiting,
    )


def refusals_of(rows: Sequence[ValueSetRow], rejected: Set[int]) -> tuple[str, ...]:
    """Why the release may not be activated, in French; none when it may."""
    if not rows:
        return ("Le fichier ne contient aucune ligne.",)
    refusals = []
    restricted = [row.row.number for row in rows if row.row.number in rejected and row.result.restricted]
    if restricted:
        shown = merged(map(str, restricted[:_SHOWN_ROWS])) + (" …" if len(restricted) > _SHOWN_ROWS else "")
        refusals.append(f"Des lignes rejetées sont dans la liste restreinte : {shown}.")
    if len(rejected) * _MAX_REJECTED > len(rows):
        refusals.append(f"Plus de 1 % des lignes sont rejetées : {len(rejected)} sur {len(rows)}.")
    return tuple(refusals)
