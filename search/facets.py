"""What an answer is narrowed by, and how many exams of it fall in each chapter, specimen and restricted flag (§4.1)."""

from collections.abc import Iterable, Mapping

from search.collection import Collection
from search.index import FacetCount, Facets, Filters
from search.postings import Exams, places_of
from terminology.coding import Coding
from terminology.request_code import RequestCode

_FEW = 8
_RESTRICTED = {True: Coding("", "true", "Liste restreinte"), False: Coding("", "false", "Hors liste restreinte")}


def admitted(collection: Collection, filters: Filters) -> Exams:
    """The exams that pass the filters."""
    exams = collection.everything if filters.include_inactive else collection.in_force
    for asked, groups in ((filters.chapter, collection.chapters), (filters.specimen, collection.specimens)):
        if asked is not None:
            exams &= _of_code(groups, asked)
    if filters.restricted is not None:
        exams &= collection.restricted.get(filters.restricted, 0)
    if filters.order_class is not None:
        exams &= collection.classes.get(filters.order_class, 0)
    return exams


def count_facets(collection: Collection, exams: Exams) -> Facets:
    """Counts over `exams`; those whose flag is unknown are counted under neither."""
    if exams.bit_count() <= _FEW:
        return _facets_of([collection.documents[place].request for place in places_of(exams)])
    restricted = [(_RESTRICTED[flag], own) for flag, own in collection.restricted.items() if flag is not None]
    return Facets(
        _counted(collection.chapters.items(), exams),
        _counted(collection.specimens.items(), exams),
        _counted(restricted, exams),
    )


def _counted(groups: Iterable[tuple[Coding, Exams]], exams: Exams) -> tuple[FacetCount, ...]:
    return _sorted([FacetCount(value, common.bit_count()) for value, own in groups if (common := own & exams)])


def _facets_of(requests: list[RequestCode]) -> Facets:
    """The same, of exams so few that they are looked at one by one."""
    return Facets(
        _tallied([request.chapter for request in requests if request.chapter]),
        _tallied([specimen for request in requests for specimen in request.specimens]),
        _tallied([_RESTRICTED[request.restricted] for request in requests if request.restricted is not None]),
    )


def _tallied(values: list[Coding]) -> tuple[FacetCount, ...]:
    keys = [(value.code, value.system, value.display) for value in values]
    return _sorted([FacetCount(value, keys.count(key)) for key, value in dict(zip(keys, values, strict=True)).items()])


def _sorted(counts: list[FacetCount]) -> tuple[FacetCount, ...]:
    """The most frequent first."""
    if len(counts) > 1:
        counts.sort(key=lambda facet: (-facet.exams, facet.value.code))
    return tuple(counts)


def _of_code(groups: Mapping[Coding, Exams], code: str) -> Exams:
    exams = 0
    for value, own in groups.items():
        if value.code == code:
            exams |= own
    return exams
