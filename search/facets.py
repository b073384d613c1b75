"""What an answer is narrowed by, and how many exams of it fall in each chapter, specimen and restricted flag (§4.1)."""

from collections.abc import Iterable, Mapping

from search.collection import Collection
from search.index import FacetCount, Facets, Filters
from search.postings import Exams
from terminology.coding import Coding

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
    restricted = [(_RESTRICTED[flag], own) for flag, own in collection.restricted.items() if flag is not None]
    return Facets(
        _counted(collection.chapters.items(), exams),
        _counted(collection.specimens.items(), exams),
        _counted(restricted, exams),
    )


def _counted(groups: Iterable[tuple[Coding, Exams]], exams: Exams) -> tuple[FacetCount, ...]:
    counts = [FacetCount(value, common.bit_count()) for value, own in groups if (common := own & exams)]
    if len(counts) > 1:
        counts.sort(key=lambda facet: (-facet.exams, facet.value.code))
    return tuple(counts)


def _of_code(groups: Mapping[Coding, Exams], code: str) -> Exams:
    exams = 0
    for value, own in groups.items():
        if value.code == code:
            exams |= own
    return exams
