"""The starter content among the other releases of a store: there from the first start, active until an official one."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from kernel.errors import Conflict
from terminology.ports import ReleaseStore
from terminology.readers.starter import read_starter, shipped_texts
from terminology.release import ReleaseKind
from terminology.release_record import ReleaseRecord, SourceFile

_BY = "circuitbio"
_SOURCE = "catalogue de démarrage"
_NO_REPORT = b""


def ensure_starter(store: ReleaseStore, base: str, now: datetime) -> None:
    """Puts the shipped starter content in the store, and serves it when nothing is, or when an older one was.

    Nothing is written when the store holds this very content already. `base` is the canonical base of its own code
    systems: another base is another content, and makes a revision.
    """
    texts = shipped_texts()
    content = json.dumps([base, sorted(texts.items())], ensure_ascii=False).encode("utf-8")
    source = SourceFile(_SOURCE, "csv", len(content), hashlib.sha256(content).hexdigest())
    active = store.active()
    record = next((held for held in store.records() if held.source.sha256 == source.sha256), None)
    is_new = record is None
    if record is None:
        try:
            record = _kept(store, texts, base, source, now)
        except Conflict:
            if active is None:
                raise
            return  # another import is under way; what is served stays, and the next start tries again
    if active is None or (is_new and store.record(active.name).kind is ReleaseKind.STARTER):
        store.activate(record.name, _BY, now)


def _kept(store: ReleaseStore, texts: Mapping[str, str], base: str, source: SourceFile, now: datetime) -> ReleaseRecord:
    with store.staging(_SOURCE, _BY, now) as staging:
        return staging.complete(read_starter(texts, base).release, source, _NO_REPORT, 0, ())
