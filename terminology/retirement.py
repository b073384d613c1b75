"""What earlier releases held and this one does not: never offered, always resolvable (terminology.md §2, invariants).

A release in the store is exactly what its publisher gave. The retired codes are worked out when it is opened, beside
the releases that came before it, so that importing an old release late, or going back to one, needs no rewriting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from terminology.release import Release, ReleaseKind
from terminology.release_record import ReleaseRecord
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import ResultCode

Concept = TypeVar("Concept", RequestCode, ResultCode)


def age_order(release: Release | ReleaseRecord) -> tuple[bool, date, str, int]:
    """Sort key of releases, oldest first: the starter content comes before any official release, whatever its date."""
    return release.kind is not ReleaseKind.STARTER, release.published, release.label, release.revision


def with_retired(release: Release, others: Iterable[Release]) -> Release:
    """`release` with the codes that only earlier ones hold, retired since the release that dropped them."""
    chain = sorted((other for other in others if age_order(other) < age_order(release)), key=age_order)
    chain.append(release)
    return replace(
        release,
        requests=_completed([r.requests for r in chain], [r.published for r in chain]),
        results=_completed([r.results for r in chain], [r.published for r in chain]),
    )


def _completed(held: Sequence[Sequence[Concept]], published: Sequence[date]) -> tuple[Concept, ...]:
    """The last list, then what only the lists before it hold, the most recently dropped first."""
    concepts = list(held[-1])
    known = {concept.code for concept in concepts}
    for place in range(len(held) - 2, -1, -1):
        for concept in held[place]:
            if concept.code not in known:
                known.add(concept.code)
                concepts.append(replace(concept, status=CodeStatus.RETIRED, retired_since=published[place + 1]))
    return tuple(concepts)
