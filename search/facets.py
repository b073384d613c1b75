"""How many exams of an answer fall in each chapter, specimen and restricted flag (terminology.md §4.1)."""

from collections import Counter
from collections.abc import Iterable

from search.documents import Document
from search.index import FacetCount, Facets
from terminology.coding import Coding

_RESTRICTED = {True: Coding("", "true", "Liste restreinte"), False: Coding("", "false", "Hors liste restreinte")}


def count_facets(documents: Iterable[Document]) -> Facets:
    """Counts over `documents`; exams whose flag is unknown are counted under neither."""
    chapters: list[Coding] = []
    specimens: list[Coding] = []
    restricted: list[Coding] = []
    for document in documents:
        request = document.request
        if request.chapter is not None:
            chapters.append(request.chapter)
        specimens.extend(request.specimens)
        if request.restricted is not None:
            restricted.append(_RESTRICTED[request.restricted])
    return Facets(_counted(chapters), _counted(specimens), _counted(restricted))


def _counted(values: list[Coding]) -> tuple[FacetCount, ...]:
    counts = Counter(value.code for value in values)
    by_code = {value.code: value for value in values}
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(FacetCount(by_code[code], count) for code, count in ordered)
