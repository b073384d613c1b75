"""Elasticsearch as an engine of the value set: one index a build, the exams the embedded engine finds (§4.5).

A build is named by its content, so that every worker finds the one already made, and a build cut short is taken up
again. A query goes to the build it was given, not to the alias `exams`, which shows the active one to people.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from threading import Lock, Timer

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from kernel.errors import Unavailable
from kernel.text import fold
from search import elastic_queries
from search.elastic_client import Body, ElasticConfig, check_version, connect, reached
from search.elastic_mapping import EXAM_MAPPING, exam_body, index_settings
from search.index import Breadth, Candidates, Edition, Filters, Health, IndexRef
from search.lexicon import Reading
from search.postings import exams_at
from search.probing import incomplete

ALIAS = "exams"
GRACE_SECONDS = 600
_RECOVERY = "5s"
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9.]+")

Later = Callable[[float, Callable[[], None]], None]


def after_a_while(seconds: float, act: Callable[[], None]) -> None:
    """Do something later, unless the process ends before."""
    timer = Timer(seconds, act)
    timer.daemon = True
    timer.start()


class ElasticEngine:
    """See `search.index.SearchEngine` for what each method promises; all of them may be `Unavailable`."""

    name = "elasticsearch"
    degraded = False
    in_memory = False

    def __init__(self, config: ElasticConfig, later: Later = after_a_while) -> None:
        self._config = config
        self._client = connect(config)
        self._asking = self._client.options(request_timeout=config.query_seconds)
        self._later = later
        self._uses: Counter[str] = Counter()  # by how many editions each build is held
        self._active: IndexRef | None = None
        self._lock = Lock()
        self._changing = Lock()  # no build is deleted while it is taken up again

    def build(self, edition: Edition) -> IndexRef:
        """Make the index of `edition`, or find it made; `Unsupported` when the server is of another version."""
        check_version(self._client)
        bodies = [exam_body(place, document) for place, document in enumerate(edition.documents)]
        index = IndexRef(self._name(edition, bodies), edition.release.name, len(bodies))
        with self._changing, reached():
            self._delete_if_lost(index)
            if not self._is_whole(index):
                self._write(index, bodies)
            with self._lock:
                self._uses[index.name] += 1
        return index

    def verify(self, index: IndexRef) -> None:
        """`Unavailable` (`index-incomplete`) unless the index holds as many exams as were given."""
        with reached():
            if not self._is_whole(index):
                raise incomplete()

    def activate(self, index: IndexRef) -> None:
        """Move the alias in one call; former builds of the same release go after ten minutes."""
        moved: list[Body] = [
            {"remove": {"index": f"{ALIAS}-*", "alias": ALIAS, "must_exist": False}},
            {"add": {"index": index.name, "alias": ALIAS}},
        ]
        with reached():
            self._client.indices.update_aliases(actions=moved)
            former = [name for name in self._builds_of(index.release) if name != index.name]
        self._active = index
        for name in former:
            self._retire(name)

    def candidates(
        self, index: IndexRef, reading: Reading, filters: Filters, breadth: Breadth, limit: int
    ) -> Candidates:
        """The exams that may answer and pass the filters, in their usual order."""
        if not self._uses[index.name]:
            raise Unavailable.because("index-missing", "Cet index de recherche n'est plus disponible.")
        with reached():
            found = self._asking.search(
                index=index.name,
                query=elastic_queries.candidates(reading, filters, breadth),
                sort=["place"],
                size=limit,
                track_total_hits=limit + 1,
                stored_fields="_none_",
                filter_path="hits.total.value,hits.hits.sort",
                allow_partial_search_results=False,
            )["hits"]
        places: list[int] = [hit["sort"][0] for hit in found.get("hits", ())]
        return Candidates(exams_at(places, index.documents), found["total"]["value"] > limit, self.name)

    def health(self) -> Health:
        """It answers when the active index can be read whole: its health is not red."""
        active = self._active
        try:
            with reached():
                state = self._asking.cluster.health(index=active.name if active else None)
        except Unavailable:
            return Health(False, active)
        return Health(active is not None and state["status"] != "red", active)

    def drop(self, index: IndexRef) -> None:
        """Give back a build; ten minutes after the last use of it, it goes."""
        with self._lock:
            self._uses[index.name] -= 1
        self._retire(index.name)

    def close(self) -> None:
        """Close the connections; nothing is asked afterwards."""
        self._client.close()

    def _name(self, edition: Edition, bodies: list[Body]) -> str:
        content = json.dumps([edition.release.name, EXAM_MAPPING, self._settings(), bodies], sort_keys=True)
        release = _NOT_IN_A_NAME.sub("-", fold(edition.release.name))
        return f"{ALIAS}-{release}-{sha256(content.encode()).hexdigest()[:12]}"

    def _settings(self) -> Body:
        return index_settings(self._config)

    def _delete_if_lost(self, index: IndexRef) -> None:
        """Delete a build that stays red: a part of it is gone, and all of it can be made again."""
        if not self._client.indices.exists(index=index.name):
            return
        health = self._client.options(ignore_status=408).cluster.health
        state = health(index=index.name, wait_for_status="yellow", timeout=_RECOVERY)
        if state["status"] == "red":
            self._client.indices.delete(index=index.name)

    def _is_whole(self, index: IndexRef) -> bool:
        if not self._client.indices.exists(index=index.name):
            return False
        return bool(self._client.count(index=index.name)["count"] == index.documents)

    def _write(self, index: IndexRef, bodies: list[Body]) -> None:
        """Create it unless it is there, and write every exam; twice the same is once."""
        make(self._client, index.name, self._settings(), {**EXAM_MAPPING, "_meta": {"release": index.release}})
        actions = ({"_id": str(place), "_source": body} for place, body in enumerate(bodies))
        bulk(self._client, actions, index=index.name)
        self._client.indices.refresh(index=index.name)

    def _builds_of(self, release: str) -> Iterator[str]:
        kept = self._client.indices.get_mapping(index=f"{ALIAS}-*")
        for name, held in kept.items():
            if held["mappings"].get("_meta", {}).get("release") == release:
                yield name

    def _retire(self, name: str) -> None:
        self._later(GRACE_SECONDS, lambda: self._delete(name))

    def _delete(self, name: str) -> None:
        """Delete a build nobody has taken up again meanwhile; if that cannot be, it stays, and is found again."""
        with self._changing, suppress(Unavailable), reached():
            if not self._uses[name]:
                self._client.indices.delete(index=name, ignore_unavailable=True)


def make(client: Elasticsearch, name: str, settings: Body, mapping: Body) -> None:
    """Create an index unless it exists."""
    answer = client.options(ignore_status=400).indices.create(index=name, settings=settings, mappings=mapping)
    fault = answer.get("error")
    if fault and fault["type"] != "resource_already_exists_exception":
        raise Unavailable.because(
            "search-unavailable", "Elasticsearch refuse l'index de recherche.", str(fault["type"])
        )
