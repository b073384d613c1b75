"""Opening a release from the store: its content, beside the retired codes of its elders."""

from terminology.ports import ReleaseStore
from terminology.release import Release
from terminology.retirement import age_order, with_retired


def open_release(store: ReleaseStore, name: str) -> Release:
    """The release `name` (a name, or `active`) with what earlier releases held; `NotFound` (`unknown-release`)."""
    wanted = store.record(name)
    elders = (record for record in store.records() if age_order(record) < age_order(wanted))
    return with_retired(store.load(wanted.name), (store.load(elder.name) for elder in elders))
