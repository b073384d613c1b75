"""The codes of one laboratory, asked about as those of a release are (terminology.md §5.2).

They are read from the store for each call: nobody says when a laboratory imports its catalogue again.
"""

from datetime import date

from api.operations.terms import Checked, Kept, Shelf
from api.terminology.concept import Concept
from api.terminology.local import local_code_system, local_concepts
from kernel.text import compact
from terminology.release import Release
from terminology.transcoding.local_catalogue import LocalCatalogue


class LocalCodes:
    """The last version of a laboratory's catalogue; `release` is the one in force meanwhile."""

    lasting = False

    def __init__(self, catalogue: LocalCatalogue, base: str, release: Release) -> None:
        self.release = release
        self.modified = catalogue.effective_from
        self.system = local_code_system(catalogue, base, experimental=bool(release.notice))
        self.code_systems = Shelf((self.system,))
        self.told: Kept[Checked] = Kept(1)
        self._concepts = {concept.code: concept for concept in local_concepts(catalogue, base)}

    def version(self, _system: str) -> str:
        """That of the catalogue, which is all there is here."""
        return self.system.version

    def concept(self, system: str, code: str) -> Concept | None:
        """One exam by its local code."""
        return self._concepts.get(code) if system == self.system.url else None

    def is_name(self, concept: Concept, text: str) -> bool:
        """Whether `text`, once folded, is the laboratory's label."""
        return compact(text) == compact(concept.display)

    def retired_since(self, _code: str) -> date | None:
        """None: what the last file no longer holds is not published."""
        return None
