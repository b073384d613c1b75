"""What changes between two releases of the store, whoever asks: a diff with its impact, or a changelog."""

from collections.abc import Iterable

from terminology.basket import BasketOutline
from terminology.changelog import changelog
from terminology.diff import ReleaseDiff, diff_releases
from terminology.impact import Impact, MappingsUsing, impact_of
from terminology.opening import open_release
from terminology.ports import ReleaseStore
from terminology.retirement import age_order


def compare_releases(
    store: ReleaseStore, older: str, newer: str, baskets: Iterable[BasketOutline], mappings: MappingsUsing
) -> tuple[ReleaseDiff, Impact]:
    """From one release to another, in that direction; `NotFound` (`unknown-release`)."""
    diff = diff_releases(open_release(store, older), open_release(store, newer))
    return diff, impact_of(diff, baskets, mappings)


def changes_since_the_last(store: ReleaseStore, name: str) -> tuple[str, ...]:
    """The changelog from the release of the same kind published just before; nothing when it is the first."""
    wanted = store.record(name)
    elders = [r for r in store.records() if r.kind is wanted.kind and age_order(r) < age_order(wanted)]
    if not elders:
        return ()
    last = max(elders, key=age_order)
    return changelog(diff_releases(open_release(store, last.name), open_release(store, wanted.name)))
