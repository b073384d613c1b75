"""Looking things up in one release: by code, by label, by chapter."""

from collections import defaultdict
from functools import cached_property

from kernel.text import compact
from terminology.release import Release
from terminology.request_code import RequestCode


class Catalogue:
    """Read-only view of a release. Built once for a release, shared by every request."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._by_code = {r.code: r for r in release.requests}

    def get(self, code: str) -> RequestCode | None:
        """The exam with this code, retired ones included; None when the release does not hold it."""
        return self._by_code.get(code)

    def codes_named(self, label: str) -> frozenset[str]:
        """Codes for which `label` is, once folded, the label or a synonym."""
        return self._codes_by_name.get(compact(label), frozenset())

    @cached_property
    def _codes_by_name(self) -> dict[str, frozenset[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        for request in self.release.requests:
            for text in (request.display, *(s.text for s in request.synonyms)):
                names[compact(text)].add(request.code)
        return {name: frozenset(codes) for name, codes in names.items()}
