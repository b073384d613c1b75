"""The two indexes catalogues of laboratories live in: made, watched, and made again when they are lost (§4.5).

The catalogues are kept elsewhere and can always be put in again; so a lost index comes back empty. The names tell the
shape of what is stored: another shape is another index.
"""

import json
from datetime import datetime, timedelta
from hashlib import sha256

from elasticsearch import Elasticsearch

from kernel.clock import Clock
from kernel.errors import Unavailable
from search.elastic import make
from search.elastic_client import ElasticConfig, check_version, reached
from search.elastic_lab_mapping import LAB_MAPPING, STORED_FIELDS, VERSION_MAPPING
from search.elastic_mapping import LONGEST_BEGINNING, index_settings, spread

_SHAPE = json.dumps([LAB_MAPPING, VERSION_MAPPING, STORED_FIELDS, LONGEST_BEGINNING], sort_keys=True)
_MARK = sha256(_SHAPE.encode()).hexdigest()[:8]
_LOST_AFTER = timedelta(minutes=5)
_CHECK_SECONDS = 5


class LabIndexes:
    """`exams` and `versions` are their names; two families never meet on one server."""

    def __init__(self, config: ElasticConfig, client: Elasticsearch, clock: Clock, family: str) -> None:
        self.exams = f"{family}-exams-{_MARK}"
        self.versions = f"{family}-versions-{_MARK}"
        self._config = config
        self._client = client
        self._checking = client.options(request_timeout=_CHECK_SECONDS)
        self._clock = clock
        self._red_since: datetime | None = None

    def make(self) -> None:
        """Make those that are not there; which editions are in force is worth nothing without their exams.

        `Unsupported` when the server is of another version, `Unavailable` when it does not answer.
        """
        check_version(self._client)
        with reached():
            if not self._client.indices.exists(index=self.exams):
                self._client.indices.delete(index=self.versions, ignore_unavailable=True)
            make(self._client, self.exams, index_settings(self._config), LAB_MAPPING)
            make(self._client, self.versions, spread(self._config), VERSION_MAPPING)

    def mend(self) -> None:
        """Have them ready to be asked; `Unavailable` while they are not.

        What stays red for five minutes is given up as lost, and made again.
        """
        self.make()
        if not self._are_red():
            self._red_since = None
            return
        self._red_since = self._red_since or self._clock.now()
        if self._clock.now() - self._red_since >= _LOST_AFTER:
            with reached():
                self._client.indices.delete(index=self.exams, ignore_unavailable=True)
            self.make()
        raise Unavailable.because("search-unavailable", "Les index des catalogues sont en partie illisibles.")

    def _are_red(self) -> bool:
        """Whether a part of them cannot be read."""
        with reached():
            state = self._checking.cluster.health(index=[self.exams, self.versions])
        return bool(state["status"] == "red")
