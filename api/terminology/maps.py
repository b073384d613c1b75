"""What the concept maps of a release hold (terminology.md §5.2)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from api.fhir.systems import NABM
from api.terminology import systems
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import FactorOrigin


@dataclass(frozen=True, slots=True)
class MapTarget:
    """One target of a concept map; `factor` is the product `{base}/facteur` where there is one."""

    target: Coding
    equivalence: str = "relatedto"
    factor: Decimal | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class MapElement:
    """One source and its targets, all of one system."""

    source: Coding
    targets: tuple[MapTarget, ...]


@dataclass(frozen=True, slots=True)
class MapGroup:
    """The elements from one system to another."""

    source: str
    target: str
    elements: tuple[MapElement, ...]


def factor_property(base: str) -> str:
    """The uri of the product that a conversion factor is."""
    return f"{base}/facteur"


def concept_map_groups(release: Release, concept_map: str) -> tuple[MapGroup, ...]:
    """The groups of a concept map by its id, codes in force only; empty for an id that is not of a release."""
    pairs = {
        systems.NABM_TO_LOINC: _acts_to_requests,
        systems.LOINC_TO_NABM: _requests_to_acts,
        systems.UNITS: _twins,
    }.get(concept_map)
    return _grouped(pairs(release)) if pairs else ()


def _acts_to_requests(release: Release) -> Iterator[tuple[Coding, MapTarget]]:
    pairs = [(act.target, MapTarget(request)) for request, act in _requests_to_acts(release)]
    return iter(sorted(pairs, key=lambda pair: pair[0].code))


def _requests_to_acts(release: Release) -> Iterator[tuple[Coding, MapTarget]]:
    for request in _in_force(release.requests):
        for act in request.nabm:
            yield Coding(request.system, request.code, request.display), MapTarget(Coding(NABM, act))


def _twins(release: Release) -> Iterator[tuple[Coding, MapTarget]]:
    held = {result.code: result for result in release.results}
    for result in release.results:
        twin = held.get(result.correspondence.code) if result.correspondence else None
        if twin is None or result.correspondence is None or CodeStatus.RETIRED in (result.status, twin.status):
            continue
        computed = result.correspondence.origin is FactorOrigin.COMPUTED
        yield (
            Coding(result.system, result.code, result.display),
            MapTarget(
                Coding(twin.system, twin.code, twin.display),
                factor=result.correspondence.factor,
                comment="Facteur calculé depuis la masse molaire, non officiel." if computed else "",
            ),
        )


def _in_force(requests: Iterable[RequestCode]) -> Iterator[RequestCode]:
    return (request for request in requests if request.status is not CodeStatus.RETIRED)


def _grouped(pairs: Iterable[tuple[Coding, MapTarget]]) -> tuple[MapGroup, ...]:
    """One group for each pair of systems, one element for each source, in the order they come."""
    groups: dict[tuple[str, str], dict[Coding, list[MapTarget]]] = defaultdict(lambda: defaultdict(list))
    for source, target in pairs:
        groups[source.system, target.target.system][source].append(target)
    return tuple(
        MapGroup(source, target, tuple(MapElement(coding, tuple(targets)) for coding, targets in elements.items()))
        for (source, target), elements in groups.items()
    )
