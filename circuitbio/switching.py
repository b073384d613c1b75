"""The switch to another release as an operator asks for it: checked, tried, made, and its consequences noted."""

from dataclasses import dataclass
from datetime import datetime

from search.embedded import EmbeddedEngine
from search.typeahead import Typeahead
from storage.database import Database
from terminology.activation import activate
from terminology.release import Release
from terminology.release_record import ActiveRelease


@dataclass(frozen=True, slots=True)
class Switched:
    """What is served now, and how many local transcodings its codes ask to look at again."""

    active: ActiveRelease
    to_review: int


def switch(database: Database, name: str, by: str, now: datetime, confirmed_report: str | None = None) -> Switched:
    """Serves the release `name`; the errors are those of `terminology.activation.activate`."""
    active = activate(database.releases, name, by, now, confirmed_report, _make_searchable)
    return Switched(active, review_transcodings(database, by, now))


def review_transcodings(database: Database, by: str, now: datetime) -> int:
    """Marks what the active release asks to look at again; how many. Doing it twice changes nothing."""
    active = database.releases.active()
    return 0 if active is None else database.transcoding.review_after(database.releases.load(active.name), by, now)


def _make_searchable(release: Release) -> None:
    """What each worker will do to serve it: index it, and check the index. `Unavailable` when that cannot be."""
    Typeahead(EmbeddedEngine()).load(release)
