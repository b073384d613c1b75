"""`circuitbio search try --lab`: the same in the catalogue of one laboratory."""

import sys

from api.lab_exam_json import national_code, write_lab_page
from circuitbio.catalogue_at_hand import has_database
from circuitbio.cli.terminal import say, show_bytes, show_table
from circuitbio.database import opened_database
from circuitbio.lab_catalogues import LabCatalogues
from circuitbio.settings import Settings
from search.embedded_labs import EmbeddedLabSearch
from search.lab_search import LabPage, unknown_laboratory
from search.telling import TIERS, tell_match

_BOLD, _PLAIN = "\x1b[1;33m", "\x1b[0m"


def marks() -> tuple[str, str]:
    """What stands before and after the marked part of a name."""
    return (_BOLD, _PLAIN) if sys.stdout.isatty() else ("[", "]")


def try_lab_query(query: str, finess: str, version: int | None, limit: int, *, explain: bool, as_json: bool) -> None:
    """Shows the page of the catalogue held on this station; the errors are those of `LabSearch.suggest`."""
    settings = Settings()
    if not has_database(settings):
        raise unknown_laboratory(finess)
    with opened_database(settings) as database:
        page = EmbeddedLabSearch(LabCatalogues.of(database)).suggest(query, finess, version, limit)
        mappings = database.transcoding.exam_mappings(finess, [item.entry.code for item in page.items])
    if as_json:
        show_bytes(write_lab_page(page, mappings))
        return
    title = f"{page.total} examen(s), catalogue {finess} version {page.version}"
    if page.hint:
        say(page.hint)
    elif explain:
        _explain(title, page)
    else:
        national = ((item, national_code(item.entry, mappings.get(item.entry.code))) for item in page.items)
        rows = (
            (i.entry.code, i.entry.label, code.code if code else "", tell_match(i.match, "", ""), f"{i.score:.1f}")
            for i, code in national
        )
        show_table(title, ("Code local", "Examen", "Code national", "Parce que", "Score"), rows)


def _explain(title: str, page: LabPage) -> None:
    """Each exam, what answered with its marked parts, and the tier it reaches."""
    say(title)
    for place, item in enumerate(page.items, start=page.offset + 1):
        say(f"{place}. {item.entry.code} {item.entry.label}")
        say(f"   {tell_match(item.match, *marks())}")
        say(f"   palier {item.match.tier} ({TIERS[item.match.tier]}), note {item.score}")
