"""Two official releases for the tests of this room: the older one with an exam that the newer retired.

Their codes are the golden rows of terminology.md §1.3; the newer one is active.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from circuitbio.database import opened_database
from circuitbio.settings import Settings
from terminology.release import Release
from terminology.release_record import SourceFile
from tests.api.service import put_base
from tests.terminology.releases import (
    BIOCHEMISTRY,
    CHOLESTEROL,
    MASS,
    MOLAR,
    NFS,
    PROLACTIN,
    WAITING_EXAM,
    release,
)

NOW = datetime(2026, 4, 1, tzinfo=UTC)
OLDER = replace(
    release("2025-09", date(2025, 9, 15), NFS, PROLACTIN, CHOLESTEROL, WAITING_EXAM, results=(MOLAR,)),
    loinc_version="2.80",
)
NEWER = replace(
    release(
        "2026-03",
        date(2026, 3, 15),
        replace(NFS, nabm=("1104",)),
        replace(CHOLESTEROL, nabm=("0580",), chapter=BIOCHEMISTRY),
        WAITING_EXAM,
        results=(MOLAR, MASS),
    ),
    loinc_version="2.81",
)
WITHDRAWN = release("2025-03", date(2025, 3, 15), NFS, CHOLESTEROL)


def activate(data: Path, *releases: Release) -> None:
    """Puts the releases in the store of a data folder, and makes the last one active."""
    put_base(data)
    with opened_database(Settings(data=data)) as database:
        for each in releases:
            with database.releases.staging(each.label, "test", NOW) as staging:
                source = SourceFile(each.label, "csv", 1, each.label)
                name = staging.complete(each, source, b"{}", 0, ()).name
        database.releases.activate(name, "test", NOW)


def withdraw(data: Path, name: str) -> None:
    """Takes a release out of service."""
    with opened_database(Settings(data=data)) as database:
        database.releases.withdraw(name, "test", NOW)
