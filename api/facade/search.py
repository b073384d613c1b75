"""A page of a search, with its links (FHIR R4 3.1.1, terminology.md §5.3).

The first page fixes the release: every link names it, so that pages of two releases never mix.
"""

from collections.abc import Iterable
from functools import partial
from urllib.parse import urlencode

from api.facade.held import Held
from api.facade.library import Library
from api.facade.parts import Summary, part_of
from api.facade.releases import is_release, release_asked
from api.facade.search_query import SearchQuery
from api.fhir.search_bundle import SearchPage
from api.services import Services
from kernel.text import fold
from terminology.catalogue import Catalogue


def search(services: Services, query: SearchQuery) -> tuple[SearchPage, Catalogue]:
    """The page asked for, and the catalogue it was made from."""
    catalogue, versions = _release(services, query)
    library = Library(services, catalogue)
    found = [held for held in library.of(query.kind).values() if _matches(held, query, versions)]
    for name, downwards in reversed(query.sort):
        found.sort(key=partial(_sort_key, name), reverse=downwards)
    count = 0 if query.summary is Summary.COUNT else query.count
    folder = f"{services.config.public_url}/fhir/{query.kind}"
    page = SearchPage(
        folder=folder,
        total=len(found),
        resources=[part_of(held, query.summary, query.elements) for held in found[query.offset : query.offset + count]],
        links=_links(folder, query, catalogue.release.name, count, len(found)),
        notices=query.notices,
        modified=library.modified,
        base=services.config.base,
    )
    return page, catalogue


def _release(services: Services, query: SearchQuery) -> tuple[Catalogue, frozenset[str]]:
    """The release named, or that a version names, or the active one; and the versions that name none."""
    wanted = [*query.versions, *(text for name, text in query.kept if name == "version")]
    named = query.release or next((version for version in wanted if is_release(services, version)), None)
    return release_asked(services, named), frozenset(query.versions) - {named}


def _matches(held: Held, query: SearchQuery, versions: Iterable[str]) -> bool:
    return all(condition.matches(held.values[condition.parameter.name]) for condition in query.conditions) and all(
        ("", version) in held.values["version"] for version in versions
    )


def _sort_key(name: str, held: Held) -> str:
    """Its least value, folded; empty when it has none."""
    return min((fold(text) for _, text in held.values[name]), default="")


def _links(folder: str, query: SearchQuery, release: str, count: int, total: int) -> dict[str, str]:
    """self, first, previous, next, last, by relation; only self when no page is asked for."""

    def to(offset: int) -> str:
        pairs = [*query.kept, ("release", release)]
        pairs += [("_offset", str(offset))] if offset else []
        return f"{folder}?{urlencode(pairs)}"

    links = {"self": to(query.offset)}
    if count:
        last = max(0, (total - 1) // count * count)
        links["first"] = to(0)
        if query.offset:
            links["previous"] = to(max(0, min(query.offset, last + count) - count))
        if query.offset + count < total:
            links["next"] = to(query.offset + count)
        links["last"] = to(last)
    return links
