"""Seventh stage: the rows that stand as a release (terminology.md §2).

Nothing is half-built. A request or an analysis is in the release when one of its rows stands; it is then what its first
standing row says, and keeps the links of its standing rows only. A correspondence is kept when its twin is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from terminology.readers.value_set.lists import Lists
from terminology.readers.value_set.rows import ValueSetRow
from terminology.readers.value_set.summary import Summary
from terminology.release import Release, ReleaseKind
from terminology.request_code import RequestCode
from terminology.result_code import Correspondence, RequestResult, ResultCode


def assemble(rows: Sequence[ValueSetRow], lists: Lists, summary: Summary, notes: tuple[str, ...]) -> Release:
    """The release of these rows, in their order."""
    results = _results(rows)
    return Release(
        label=summary.label,
        revision=1,
        kind=ReleaseKind.OFFICIAL,
        published=summary.published,
        requests=_requests(rows, results),
        results=tuple(results.values()),
        links=tuple(RequestResult(row.request.code, row.result.code, row.result.rank) for row in rows),
        lists=lists.as_value_lists(),
        loinc_version=summary.loinc_version,
        nabm_version=summary.nabm_version,
        notes=notes,
        licences=summary.licences,
    )


def _results(rows: Sequence[ValueSetRow]) -> dict[str, ResultCode]:
    first: dict[str, ValueSetRow] = {}
    flags: dict[str, list[bool | None]] = {}
    for row in rows:
        first.setdefault(row.result.code, row)
        flags.setdefault(row.result.code, []).append(row.result.restricted)
    return {code: _result(row, row.twin in first, _any(flags[code])) for code, row in first.items()}


def _result(row: ValueSetRow, has_twin: bool, restricted: bool | None) -> ResultCode:
    """The analysis as its row has it, but for what other rows decide."""
    twin = Correspondence(row.twin, row.factor) if has_twin else None
    if twin is None and restricted is row.result.restricted:
        return row.result
    return replace(row.result, correspondence=twin, restricted=restricted)


def _any(flags: Iterable[bool | None]) -> bool | None:
    """True when one is, None when nothing is known."""
    told = [flag for flag in flags if flag is not None]
    return any(told) if told else None


def _requests(rows: Sequence[ValueSetRow], results: Mapping[str, ResultCode]) -> tuple[RequestCode, ...]:
    """Chapter and place of a request are those of its first result; its acts those of all its rows."""
    grouped: dict[str, list[ValueSetRow]] = {}
    for row in rows:
        grouped.setdefault(row.request.code, []).append(row)
    return tuple(_request(group, results) for group in grouped.values())


def _request(rows: Sequence[ValueSetRow], results: Mapping[str, ResultCode]) -> RequestCode:
    first, request = rows[0].result, rows[0].request
    return replace(
        request,
        chapter=first.chapter,
        sub_chapter=first.sub_chapter,
        rank=first.rank,
        nabm=tuple(dict.fromkeys(act for row in rows for act in row.request.nabm)),
        rihn=tuple(dict.fromkeys(act for row in rows for act in row.request.rihn)),
        restricted=_any(results[row.result.code].restricted for row in rows),
    )
