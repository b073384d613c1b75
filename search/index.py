"""The interface of search: what an engine must do, and the shapes that travel (terminology.md §4.1, §4.5).

An engine only retrieves: it hands back the exams that may answer. Tiers, order, facets and spans come from
`search.ranking`, `search.facets` and `search.spans`, so that every engine gives the same page. A query is answered
on the index it was given, so that a swap never mixes two builds.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from search.documents import Document, MatchField
from search.lexicon import Lexicon, Reading
from search.postings import Exams
from terminology.coding import Coding
from terminology.release import Release
from terminology.request_code import OrderClass, RequestCode, SynonymKind

MOST_CANDIDATES = 2000


class Breadth(Enum):
    """How much of a query an exam must answer to be retrieved: all of it, or some of it when nothing does."""

    WHOLE = "whole"
    PARTIAL = "partial"


class Filters(NamedTuple):
    """Narrowing asked by the caller. `chapter` and `specimen` are codes; None = any. Retired exams are left out
    unless `include_inactive`."""

    chapter: str | None = None
    specimen: str | None = None
    restricted: bool | None = None
    order_class: OrderClass | None = None
    include_inactive: bool = False


ANY = Filters()
"""No narrowing: every exam in force."""


@dataclass(frozen=True, slots=True)
class Edition:
    """What an engine is given to build: a release, its exams in their usual order, and their vocabulary; and what
    counts the facets of a set of them."""

    release: Release
    documents: tuple[Document, ...]
    lexicon: Lexicon
    facets: Callable[[Exams], "Facets"]


class IndexRef(NamedTuple):
    """One build of one release in one engine; `documents` is how many it must hold."""

    name: str
    release: str
    documents: int


class Candidates(NamedTuple):
    """Exams that may answer; `capped` when there were more than asked for, those first in the usual order kept.

    `engine` is the one that retrieved them, `degraded` when it did so in place of another that could not.
    """

    exams: Exams
    capped: bool
    engine: str
    degraded: bool = False


@dataclass(frozen=True, slots=True)
class Health:
    """State of an engine: whether it answers, and which index is active."""

    available: bool
    active: IndexRef | None


class SearchEngine(Protocol):
    """Retrieves exams. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """`embedded` or `elasticsearch`, shown to the caller: who answers now."""
        ...

    @property
    def degraded(self) -> bool:
        """Whether who answers now stands in for another."""
        ...

    @property
    def in_memory(self) -> bool:
        """Whether candidates come from this process alone, so that nothing is waited for."""
        ...

    def build(self, edition: Edition) -> IndexRef:
        """Make a new index beside those in use."""
        ...

    def verify(self, index: IndexRef) -> None:
        """Refuse (`Unavailable`, `index-incomplete`) an index that does not hold all its exams."""
        ...

    def activate(self, index: IndexRef) -> None:
        """Make `index` the one new queries use."""
        ...

    def candidates(
        self, index: IndexRef, reading: Reading, filters: Filters, breadth: Breadth, limit: int
    ) -> Candidates:
        """Every exam that may answer `reading` and passes `filters`, and perhaps others that pass them; an engine on
        another machine stops at `limit`. `Unavailable` when it cannot."""
        ...

    def health(self) -> Health:
        """Whether it answers now."""
        ...

    def drop(self, index: IndexRef) -> None:
        """Forget a build; queries under way finish."""
        ...


class Match(NamedTuple):
    """Why an exam is there: `value` is the name or code that answered, `spans` the parts to highlight, as
    [start, end) code points of `value`; `kind` is that of a synonym; `extra` is how many words `value` has beyond
    the query."""

    tier: int
    field: MatchField
    kind: SynonymKind | None
    value: str
    spans: tuple[tuple[int, int], ...]
    extra: int = 0


class Suggestion(NamedTuple):
    """One exam of a page, its explanation, and one score such as 90.1."""

    request: RequestCode
    match: Match
    score: float


class FacetCount(NamedTuple):
    """How many exams of the whole answer carry a value; `value` has no system when it is not a coded one."""

    value: Coding
    exams: int


class Facets(NamedTuple):
    """Counts over the whole answer, most frequent first."""

    chapter: tuple[FacetCount, ...] = ()
    specimen: tuple[FacetCount, ...] = ()
    restricted: tuple[FacetCount, ...] = ()


class Page(NamedTuple):
    """One page of answers. `hint` is a French sentence when nothing is found; `total_capped`: more than 2,000."""

    query: str
    release: Release
    engine: str
    degraded: bool
    total: int
    total_capped: bool
    offset: int
    limit: int
    hint: str | None
    facets: Facets
    items: tuple[Suggestion, ...]


class Listing(NamedTuple):
    """The exams of one page of answers alone, and how many answer in all."""

    requests: tuple[RequestCode, ...]
    total: int
    degraded: bool
