"""All that can be read and searched: what a release publishes, and what changes without a release (§5.2).

Baskets and the catalogues of laboratories are written anew for each answer: they are few, and nobody says when they
change.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from api.facade.held import Held, hold
from api.fhir.code_system import write_code_system
from api.fhir.concept_map import write_concept_map
from api.fhir.plan_definition import write_plan_definition
from api.services import Services
from api.terminology.local import local_code_system, local_concepts
from api.transcoding_exports import last_change
from kernel.errors import NotFound
from terminology.catalogue import Catalogue
from terminology.transcoding.local_catalogue import LocalCatalogue


class Library:
    """The resources an answer is made from: those of one release, and the others as they are now."""

    def __init__(self, services: Services, catalogue: Catalogue) -> None:
        self._services = services
        self._catalogue = catalogue
        self._publication = services.publication(catalogue)

    @property
    def modified(self) -> datetime:
        """When the release came here."""
        return self._publication.modified

    def of(self, kind: str) -> Mapping[str, Held]:
        """The resources of one type by id, in order."""
        changing = {
            "PlanDefinition": self._plan_definitions,
            "CodeSystem": self._local_code_systems,
            "ConceptMap": self._local_concept_maps,
        }.get(kind)
        published = self._publication.of(kind)
        return {**published, **{held.id: held for held in changing()}} if changing else published

    def get(self, kind: str, id_: str) -> Held:
        """One resource; `NotFound` (`not-found`)."""
        held = self._publication.of(kind).get(id_) or self.of(kind).get(id_)
        if held is None:
            raise NotFound.because(
                "not-found",
                f"{kind}/{id_[:64]} n'existe pas dans la version {self._catalogue.release.name}.",
                f"Chercher par GET /fhir/{kind}, ou demander une autre version (release=).",
            )
        return held

    def _plan_definitions(self) -> Iterator[Held]:
        base = self._services.config.base
        for basket in self._services.baskets:
            yield hold(write_plan_definition(basket, self._catalogue, base, self.modified))

    def _catalogues(self) -> Iterator[LocalCatalogue]:
        store = self._services.transcoding
        for laboratory in store.laboratories():
            catalogue = store.find_catalogue(laboratory.finess)
            if catalogue is not None:
                yield catalogue

    def _local_code_systems(self) -> Iterator[Held]:
        base, release = self._services.config.base, self._catalogue.release
        for catalogue in self._catalogues():
            thing = local_code_system(catalogue, base, experimental=bool(release.notice))
            yield hold(write_code_system(thing, local_concepts(catalogue, base), catalogue.effective_from))

    def _local_concept_maps(self) -> Iterator[Held]:
        store, base, release = self._services.transcoding, self._services.config.base, self._catalogue.release
        for catalogue in self._catalogues():
            finess = catalogue.laboratory.finess
            version = catalogue.version + last_change(store, finess)
            resource = write_concept_map(catalogue, version, store.mappings(finess), base, release)
            yield hold({**resource, "meta": {"lastUpdated": resource["date"]}})
