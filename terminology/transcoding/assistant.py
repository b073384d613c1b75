"""The use cases of the assistant over one store: who asks, what is decided, whole or not at all (terminology.md §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kernel.errors import CircuitbioError, Invalid, NotFound
from kernel.findings import Finding
from terminology.transcoding.actor import Actor, ActorRole
from terminology.transcoding.dashboard import LabState
from terminology.transcoding.decisions import Checked, Decision, check_right, decided
from terminology.transcoding.history import Change, HistoryQuery
from terminology.transcoding.local_catalogue import LocalCatalogue, LocalItem, to_map
from terminology.transcoding.mapping import Mapping, MappingChanged, MappingKey, MappingStatus
from terminology.transcoding.ports import TranscodingStore
from terminology.transcoding.proposals import Proposal, Reference

_IN_BULK = frozenset({MappingStatus.PROPOSED, MappingStatus.TO_REVIEW})


def catalogue_for(store: TranscodingStore, finess: str, actor: Actor) -> LocalCatalogue:
    """The catalogue of a laboratory, for one who may see it; `NotFound` (`unknown-laboratory`) before any import."""
    actor.check_site(finess)
    catalogue = store.find_catalogue(finess)
    if catalogue is None:
        raise NotFound.because(
            "unknown-laboratory", "Aucun catalogue n'est importé pour ce FINESS.", "L'importer d'abord.", "finess"
        )
    return catalogue


def lab_state(store: TranscodingStore, finess: str, actor: Actor) -> LabState:
    """All that the dashboard of a laboratory is made from."""
    catalogue = catalogue_for(store, finess, actor)
    return LabState(catalogue, store.mappings(finess), store.history(HistoryQuery(finess)))


def item_of(catalogue: LocalCatalogue, local_code: str) -> LocalItem:
    """One exam of the catalogue; `NotFound` (`unknown-item`)."""
    item = catalogue.item(local_code)
    if item is None:
        raise NotFound.because(
            "unknown-item", "Aucun examen du catalogue n'a ce code local.", "Vérifier le code.", "local_code"
        )
    return item


def check_mappable(item: LocalItem, key: MappingKey) -> None:
    """`NotFound` (`unknown-item`) when the exam has no such technique or answer to map."""
    if all(key != known for known, _ in to_map(item.exam)):
        raise NotFound.because(
            "unknown-item",
            f"L'examen n'a rien à transcoder sous « {key.value[:40]} » ({key.kind}).",
            "Les techniques et réponses à transcoder sont listées avec l'examen.",
            "valeur",
        )


@dataclass(frozen=True, slots=True)
class Assistant:
    """One actor at work on one laboratory, under one release."""

    store: TranscodingStore
    reference: Reference
    finess: str
    actor: Actor

    def catalogue(self) -> LocalCatalogue:
        """The laboratory's catalogue."""
        return catalogue_for(self.store, self.finess, self.actor)

    def mapping(self, key: MappingKey) -> Mapping | None:
        """The mapping as it stands."""
        return self.store.find_mapping(self.finess, key)

    def proposals(self, key: MappingKey) -> tuple[Proposal, ...]:
        """At most five targets for one thing to map."""
        item = item_of(self.catalogue(), key.local_code)
        check_mappable(item, key)
        return self.reference.propose(item, key)

    def decide(self, decision: Decision, at: datetime) -> Mapping | None:
        """Takes one decision; the mapping it leaves, None once it is deleted."""
        self.store.save(self.finess, [self._change(self.catalogue(), self.mapping(decision.key), decision, at)])
        return self.mapping(decision.key)

    def validate_selection(self, selection: Sequence[tuple[MappingKey, int]], comment: str, at: datetime) -> int:
        """Validates the mappings listed, each as it was proposed and at the version that was read; all or none.

        `Invalid` with one finding a mapping that cannot be; the place is `selection[i]`.
        """
        self.actor.check_role(ActorRole.VALIDATOR)
        catalogue = self.catalogue()
        held = {m.key: m for m in self.store.mappings(self.finess)}
        changes: list[Change] = []
        findings: list[Finding] = []
        seen: set[MappingKey] = set()
        for place, (key, version) in enumerate(selection):
            try:
                _check_in_bulk(key, held.get(key), seen)
                found = held[key]
                decision = Decision(key, MappingStatus.VALIDATED, version, None, found.equivalence, comment)
                changes.append(self._change(catalogue, found, decision, at))
            except CircuitbioError as error:
                findings += [f.at(f"selection[{place}]") for f in error.findings]
            seen.add(key)
        if findings:
            raise Invalid(findings)
        self.store.save(self.finess, changes)
        return len(changes)

    def _change(self, catalogue: LocalCatalogue, before: Mapping | None, decision: Decision, at: datetime) -> Change:
        check_right(decision, before, self.actor)
        item = item_of(catalogue, decision.key.local_code)
        if before is None:
            check_mappable(item, decision.key)
        current = before.version if before else 0
        if current != decision.version:
            raise MappingChanged.at_version(current, decision.key)
        return decided(decision, before, self._checked(item, before, decision), self.actor, at)

    def _checked(self, item: LocalItem, before: Mapping | None, decision: Decision) -> Checked | None:
        wanted = decision.target or (before.target if before else None)
        if wanted is None or decision.status not in (MappingStatus.PROPOSED, MappingStatus.VALIDATED):
            return None
        target, release = self.reference.targets.resolve(decision.key, wanted)
        return Checked(target, release, self.reference.score_of(item, decision.key, target.code))


def _check_in_bulk(key: MappingKey, mapping: Mapping | None, seen: set[MappingKey]) -> None:
    """Only what a person has proposed, or put in doubt with its target, is validated in bulk; each once."""
    if mapping is None or mapping.status not in _IN_BULK or mapping.target is None or key in seen:
        raise Invalid.because(
            "mapping-status",
            f"« {key.local_code} » n'est pas à valider.",
            "La sélection ne liste que des correspondances proposées ou à revoir, chacune une fois.",
        )
