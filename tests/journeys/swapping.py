"""A crowd that searches while releases are switched, and what it saw: every answer must be whole, from one release."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx2

from terminology.release import Release

PAUSE = 0.01
QUERIES = ("nfs", "chol", "prolact", "glucose", "ionogramme", "")


@dataclass(slots=True)
class Seen:
    """What one crowd saw: answers by release, and whatever should not have been."""

    answers: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Crowd:
    """Some clients, each asking again and again on a connection of its own, until told to stop.

    They live in the process that switches, and leave it the time to: each pauses between two queries.
    """

    def __init__(self, url: str, releases: Iterable[Release], clients: int) -> None:
        self._url = url
        self._labels = {r.name: {request.code: request.display for request in r.requests} for r in releases}
        self._clients = clients
        self._done = threading.Event()

    def while_(self, act: Callable[[], None]) -> Seen:
        """Runs `act` among the clients; what all of them saw."""
        with ThreadPoolExecutor(self._clients) as pool:
            asked = [pool.submit(self._ask, place) for place in range(self._clients)]
            try:
                act()
            finally:
                self._done.set()
            seen = Seen()
            for client in asked:
                own = client.result()
                seen.answers += own.answers
                seen.faults += own.faults
        return seen

    def _ask(self, place: int) -> Seen:
        seen = Seen()
        with httpx2.Client(base_url=self._url, timeout=30, trust_env=False) as http:
            while not self._done.wait(PAUSE):
                query = QUERIES[(place + sum(seen.answers.values())) % len(QUERIES)]
                answer = http.get("/api/examens", params={"q": query, "limit": 50})
                if answer.status_code != httpx2.codes.OK:
                    seen.faults.append(f"{answer.status_code} for {query!r}")
                    continue
                page = answer.json()
                seen.answers[page["release"]] += 1
                seen.faults += self._foreign(page)
        return seen

    def _foreign(self, page: Mapping[str, object]) -> list[str]:
        """What an answer holds that the release it names does not."""
        labels = self._labels.get(str(page["release"]))
        if labels is None:
            return [f"unknown release {page['release']}"]
        items = page["items"]
        assert isinstance(items, list)
        return [
            f"{item['code']} « {item['display']} » is not of {page['release']}"
            for item in items
            if labels.get(item["code"]) != item["display"]
        ]
