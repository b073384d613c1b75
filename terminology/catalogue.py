"""Looking things up in one release: by code, by label, by chapter."""

from collections import defaultdict
from functools import cached_property

from kernel.text import compact
from terminology.release import Release
from terminology.request_code import CodeStatus, RequestCode
from terminology.result_code import RequestResult, ResultCode


class Catalogue:
    """Read-only view of a release. Built once for a release, shared by every request."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._by_code = {r.code: r for r in release.requests}
        self._results = {r.code: r for r in release.results}

    def get(self, code: str) -> RequestCode | None:
        """The exam with this code, retired ones included; None when the release does not hold it."""
        return self._by_code.get(code)

    def result(self, code: str) -> ResultCode | None:
        """The analysis with this result code, retired ones included; None when the release does not hold it."""
        return self._results.get(code)

    def results_of(self, request: str) -> tuple[ResultCode, ...]:
        """The analyses this request leads to, in the order of the report; ranks not given come last."""
        links = self._links.get(request, ())
        return tuple(self._results[link.result] for link in links if link.result in self._results)

    def requests_of(self, result: str) -> tuple[RequestCode, ...]:
        """The requests that lead to this analysis."""
        links = (link for link in self.release.links if link.result == result)
        return tuple(self._by_code[link.request] for link in links if link.request in self._by_code)

    @cached_property
    def _links(self) -> dict[str, list[RequestResult]]:
        links: dict[str, list[RequestResult]] = defaultdict(list)
        for link in sorted(self.release.links, key=lambda link: (link.rank is None, link.rank or 0)):
            links[link.request].append(link)
        return links

    def codes_named(self, label: str) -> frozenset[str]:
        """Codes in force for which `label` is, once folded, the label or a synonym."""
        return self._codes_by_name.get(compact(label), frozenset())

    @cached_property
    def _codes_by_name(self) -> dict[str, frozenset[str]]:
        names: dict[str, set[str]] = defaultdict(set)
        for request in self.release.requests:
            if request.status is CodeStatus.RETIRED:
                continue
            for text in (request.display, *(s.text for s in request.synonyms)):
                names[compact(text)].add(request.code)
        return {name: frozenset(codes) for name, codes in names.items()}
