"""How like a laboratory's wording and the names of national codes are, by the shared ranker (terminology.md §7.2).

The likeness is that of the tier a name reaches (§4.3), so that a laboratory finds first what a prescriber would.
"""

from collections.abc import Iterable
from datetime import date

from search.analysis import LONGEST_QUERY
from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from terminology.coding import Coding
from terminology.release import Release, ReleaseKind
from terminology.request_code import RequestCode, Synonym, SynonymKind
from terminology.transcoding.proposals import Reference
from terminology.transcoding.targets import Target, Targets

_MOST = 50
# The lowest tier of each likeness, best first.
_LIKENESS = ((90, 1.0), (85, 0.95), (80, 0.85), (70, 0.8), (60, 0.75), (50, 0.65), (40, 0.5), (35, 0.45), (25, 0.3))


def reference_of(targets: Targets) -> Reference:
    """What proposals are made from: the targets of a release, with all their names indexed."""
    return Reference(
        targets, Likeness(map(_of_target, targets)), Likeness(map(_of_coding, targets.release.lists.techniques))
    )


class Likeness:
    """The `TextScores` port over one set of codes. Built once, safe to call from several threads."""

    def __init__(self, named: Iterable[RequestCode]) -> None:
        self._typeahead = Typeahead(EmbeddedEngine())
        self._typeahead.load(Release("noms", 1, ReleaseKind.STARTER, date.min, tuple(named)))

    def __call__(self, text: str) -> dict[str, float]:
        """The likeness of `text` with the names of each code; what is not like it at all is left out."""
        if not text.strip():
            return {}
        found = self._typeahead.suggest(text[:LONGEST_QUERY], limit=_MOST).items
        scored = ((s.request.code, _likeness(s.match.tier)) for s in found)
        return {code: likeness for code, likeness in scored if likeness}


def _likeness(tier: int) -> float:
    return next((likeness for lowest, likeness in _LIKENESS if tier >= lowest), 0.0)


def _of_target(target: Target) -> RequestCode:
    """A target as search sees it: its names, its label of reference, no act."""
    return RequestCode(
        code=target.coding.code,
        system=target.coding.system,
        display=target.names[0],
        synonyms=tuple(Synonym(name, SynonymKind.SYNONYM) for name in target.names[1:]),
        reference_label=target.reference_label or None,
        rank=target.rank,
        restricted=target.restricted or None,
        frequency=target.frequency,
    )


def _of_coding(coding: Coding) -> RequestCode:
    return RequestCode(code=coding.code, system=coding.system, display=coding.display)
