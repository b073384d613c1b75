"""Releases the tests start from. The codes are placeholders: what is tested here is keeping, not meaning."""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

from terminology.coding import Coding
from terminology.ports import ReleaseStore
from terminology.release import Release, ReleaseKind, ValueLists
from terminology.release_record import ReleaseRecord, SourceFile
from terminology.request_code import RequestCode, Synonym, SynonymKind
from terminology.result_code import Comparability, Correspondence, RequestResult, ResultCode
from tests.storage.orders import NOW

OPERATOR = "operateur-1"
REPORT = '{"findings": ["un écart"]}\n'.encode()


def new_release(label: str = "2025-03", display: str = "Examen A", published: date = date(2025, 3, 15)) -> Release:
    """A release with something of each part; `display` makes its content differ."""
    request = RequestCode(
        "A-1", "urn:test", display, synonyms=(Synonym("a", SynonymKind.ABBREVIATION),), extra=(("AC", "= +1"),)
    )
    twin = Correspondence("R-2", Decimal("5.5510"))
    results = (
        ResultCode("R-1", "urn:test", "Résultat 1", comparability=Comparability.ON_CODE, correspondence=twin),
        ResultCode("R-2", "urn:test", "Résultat 2", restricted=False),
    )
    return Release(
        label=label,
        revision=1,
        kind=ReleaseKind.OFFICIAL,
        published=published,
        requests=(request,),
        results=results,
        links=(RequestResult("A-1", "R-1", 1), RequestResult("A-1", "R-2")),
        lists=ValueLists(chapters=(Coding("urn:test", "H", "Hématologie"),)),
        notes=("une note",),
    )


def file_of(release: Release, name: str = "jdv.xlsx") -> SourceFile:
    """A file that could have held it: another release or another name, another digest."""
    digest = hashlib.sha256(f"{name} {replace(release, revision=1)}".encode()).hexdigest()
    return SourceFile(name, "xlsx", 812345, digest)


def keep(store: ReleaseStore, release: Release | None = None, file: SourceFile | None = None) -> ReleaseRecord:
    """Imports a release, by default the first one, from its own file."""
    release = release or new_release()
    with store.staging("jdv.xlsx", OPERATOR, NOW) as staging:
        return staging.complete(release, file or file_of(release), REPORT, 1, ("un refus",))


AUTUMN = new_release("2025-09", published=date(2025, 9, 15))
