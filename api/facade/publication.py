"""Every resource that one release publishes, written once and kept (terminology.md §5.2)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from threading import Lock

from api.facade.held import Held, Value, hold
from api.fhir.activity_definition import write_activity_definition
from api.fhir.code_system import write_code_system
from api.fhir.observation_definition import write_observation_definition
from api.fhir.questionnaire import write_questionnaire
from api.fhir.release_concept_map import write_release_concept_map
from api.fhir.specimen_definition import write_specimen_definitions
from api.fhir.value_set_definition import write_value_set
from api.terminology import systems
from api.terminology.content import Content
from api.terminology.maps import concept_map_groups
from terminology.ports import ReleaseStore
from terminology.release import Release


class Publication:
    """One release as it is published; each type is written at its first use. Safe to call from several threads."""

    def __init__(self, release: Release, store: ReleaseStore, base: str) -> None:
        self.content = Content(release, base)
        self.modified = store.record(release.name).imported_at
        """When this release came here: the Last-Modified of all it publishes."""
        self._held: dict[str, Mapping[str, Held]] = {}
        self._writing = Lock()

    def of(self, kind: str) -> Mapping[str, Held]:
        """The resources of one type by id, in order; empty for a type that no release publishes."""
        if kind not in self._held:
            with self._writing:
                if kind not in self._held:
                    write = self._writers().get(kind)
                    self._held[kind] = {held.id: held for held in write()} if write else {}
        return self._held[kind]

    def _writers(self) -> Mapping[str, Callable[[], Iterable[Held]]]:
        return {
            "CodeSystem": self._code_systems,
            "ValueSet": self._value_sets,
            "ConceptMap": self._concept_maps,
            "Questionnaire": self._questionnaires,
            "ActivityDefinition": self._activity_definitions,
            "ObservationDefinition": self._observation_definitions,
            "SpecimenDefinition": self._specimen_definitions,
        }

    def _code_systems(self) -> Iterator[Held]:
        release, base = self.content.release, self.content.base
        for thing in systems.code_systems(release, base):
            yield hold(write_code_system(thing, self.content.concepts(thing.url), self.modified))

    def _value_sets(self) -> Iterator[Held]:
        release, base = self.content.release, self.content.base
        for thing in systems.value_sets(release, base):
            members = self.content.codings(thing.id)
            codes: set[Value] = {(member.system, member.code) for member in members}
            resource = write_value_set(thing, members, release, base, self.modified)
            yield hold(resource, {"code": codes})

    def _concept_maps(self) -> Iterator[Held]:
        release, base = self.content.release, self.content.base
        for thing in systems.concept_maps(release, base):
            groups = concept_map_groups(release, thing.id)
            yield hold(write_release_concept_map(thing, groups, release, base, self.modified))

    def _questionnaires(self) -> Iterator[Held]:
        release, base = self.content.release, self.content.base
        for request in release.requests:
            if request.clinical_information:
                yield hold(write_questionnaire(request, release, base, self.modified))

    def _activity_definitions(self) -> Iterator[Held]:
        release, base = self.content.release, self.content.base
        for request in release.requests:
            results = self.content.catalogue.results_of(request.code)
            yield hold(write_activity_definition(request, results, release, base, self.modified))

    def _observation_definitions(self) -> Iterator[Held]:
        for result in self.content.release.results:
            yield hold(write_observation_definition(result, self.content.base, self.modified))

    def _specimen_definitions(self) -> Iterator[Held]:
        release, base = self.content.release, self.content.base
        return (hold(written) for written in write_specimen_definitions(release, base, self.modified))
