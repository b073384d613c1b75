"""What a person decides on a mapping, and who may (terminology.md §7.3): nothing is ever validated by itself.

| to | who | needs |
|---|---|---|
| `propose` | proposer, validator | a target |
| `valide` | validator | a target, words when the equivalence is narrower or inexact |
| `refuse` | validator | a target proposed, a reason |
| `ajout-demande` | proposer, validator | no target |
| `a-revoir` | proposer, validator | a validated target, a reason |
| `a-traiter` | proposer, validator | a mapping: it is deleted |

A proposer never moves a validated mapping, save to `a-revoir`.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from kernel.errors import Conflict, Invalid
from terminology.coding import Coding
from terminology.transcoding.actor import Actor, ActorRole
from terminology.transcoding.history import Change
from terminology.transcoding.mapping import Equivalence, Mapping, MappingKey, MappingStatus

_REASONS = {
    MappingStatus.TO_DO: "Correspondance supprimée",
    MappingStatus.PROPOSED: "Cible proposée",
    MappingStatus.VALIDATED: "Correspondance validée",
    MappingStatus.REQUESTED: "Aucun code ne convient : ajout à demander",
}
_DECIDABLE = frozenset({MappingStatus.PROPOSED, MappingStatus.TO_REVIEW, MappingStatus.VALIDATED})


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of one mapping. `target` None keeps the one it has; `version` is the one that was read, 0 for
    no mapping; `a-traiter` deletes."""

    key: MappingKey
    status: MappingStatus
    version: int
    target: Coding | None = None
    equivalence: Equivalence = Equivalence.EQUIVALENT
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A target looked up: its label completed, the release that holds it, its score for this exam."""

    target: Coding
    release: str
    score: int | None


def check_right(decision: Decision, before: Mapping | None, actor: Actor) -> None:
    """`Forbidden` (`role`) when this actor may not take this decision."""
    if decision.status in (MappingStatus.VALIDATED, MappingStatus.REFUSED):
        actor.check_role(ActorRole.VALIDATOR)
        return
    validated = before is not None and before.status is MappingStatus.VALIDATED
    if validated and decision.status is not MappingStatus.TO_REVIEW:
        actor.check_role(ActorRole.VALIDATOR)
    actor.check_role(ActorRole.PROPOSER, ActorRole.VALIDATOR)


def decided(decision: Decision, before: Mapping | None, checked: Checked | None, actor: Actor, at: datetime) -> Change:
    """The change a decision makes, its rights checked before; `checked` is the target in question, looked up."""
    status = decision.status
    _check_words(decision)
    if status is MappingStatus.TO_DO:
        return Change(_existing(decision, before), None, actor.name, at, decision.comment or _REASONS[status])
    if status in (MappingStatus.REFUSED, MappingStatus.TO_REVIEW):
        after = _doubted(decision, before)
    elif status is MappingStatus.REQUESTED:
        after = Mapping(decision.key, status, "", at)
    else:
        after = _targeted(decision, checked, at)
    after = replace(after, author=actor.name, decided_at=at, comment=decision.comment)
    return Change(before, after, actor.name, at, decision.comment or _REASONS.get(status, ""))


def put_in_doubt(before: Mapping, author: str, at: datetime, reason: str) -> Change:
    """The change of a mapping that something outside it puts `a-revoir`; its target, equivalence and score stay."""
    after = replace(before, status=MappingStatus.TO_REVIEW, author=author, decided_at=at, comment=reason)
    return Change(before, after, author, at, reason)


def _targeted(decision: Decision, checked: Checked | None, at: datetime) -> Mapping:
    if checked is None:
        raise _refused(decision, "missing-parameter", "Aucune cible n'est donnée.", "Donner système, code et libellé.")
    return Mapping(
        key=decision.key,
        status=decision.status,
        author="",
        decided_at=at,
        target=checked.target,
        equivalence=decision.equivalence,
        score=checked.score,
        release=checked.release,
    )


def _doubted(decision: Decision, before: Mapping | None) -> Mapping:
    mapping = _existing(decision, before)
    wanted = _DECIDABLE if decision.status is MappingStatus.REFUSED else frozenset({MappingStatus.VALIDATED})
    if mapping.status not in wanted or mapping.target is None:
        raise Conflict.because(
            "mapping-status",
            f"Une correspondance « {mapping.status} » ne peut devenir « {decision.status} ».",
            "Relire la correspondance.",
            decision.key.local_code,
        )
    return replace(mapping, status=decision.status)


def _existing(decision: Decision, before: Mapping | None) -> Mapping:
    if before is None:
        raise Conflict.because(
            "mapping-status", "Il n'y a pas de correspondance.", "Proposer d'abord une cible.", decision.key.local_code
        )
    return before


def _check_words(decision: Decision) -> None:
    if decision.comment:
        return
    if decision.status in (MappingStatus.REFUSED, MappingStatus.TO_REVIEW):
        raise _refused(decision, "missing-parameter", "Le motif manque.", "Dire pourquoi, dans comment.")
    if decision.status is MappingStatus.VALIDATED and decision.equivalence.needs_comment:
        raise _refused(
            decision,
            "missing-parameter",
            f"L'équivalence « {decision.equivalence} » demande un commentaire.",
            "Dire en quoi la cible diffère du code local.",
        )


def _refused(decision: Decision, code: str, message: str, hint: str) -> Invalid:
    return Invalid.because(code, message, hint, decision.key.local_code)
