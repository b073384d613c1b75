"""The proof that a new build answers, asked before anybody reads it (terminology.md §4.5: twenty probe queries)."""

from kernel.errors import Unavailable
from search.analysis import LONGEST_QUERY, analyse
from search.index import MOST_CANDIDATES, Breadth, Edition, Filters, IndexRef, SearchEngine

_PROBES = 20


def probe(engine: SearchEngine, edition: Edition, index: IndexRef) -> None:
    """Ask for a few exams by their label: `Unavailable` (`index-incomplete`) unless each is retrieved."""
    everything = Filters(include_inactive=True)
    held = edition.documents
    for place in range(0, len(held), max(len(held) // _PROBES, 1)):
        document = held[place]
        reading = edition.lexicon.read(analyse(document.request.display[:LONGEST_QUERY]))
        found = engine.candidates(index, reading, everything, Breadth.WHOLE, MOST_CANDIDATES)
        if reading.slots and not found.exams >> place & 1:
            raise incomplete()


def incomplete() -> Unavailable:
    """The refusal of a build that does not hold all its exams."""
    return Unavailable.because("index-incomplete", "L'index de recherche est incomplet.", "Le reconstruire.")
