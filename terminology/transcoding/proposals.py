"""At most five targets for an exam, best first, each with the parts of its score (terminology.md §7.2).

Search order (seed 004): LOINC of the value set and waiting codes, which the seed puts at one level, so that at equal
scores the LOINC comes first; then LOINC Biologie FR, which this service does not hold; then the local code. A target
in conflict comes after all the others. Nothing is ever chosen here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from terminology.coding import Coding
from terminology.lab_catalogue import LabExam
from terminology.transcoding.local_catalogue import LocalItem
from terminology.transcoding.mapping import MappingKey, MappingKind
from terminology.transcoding.ports import TextScores
from terminology.transcoding.scoring import Score, score
from terminology.transcoding.targets import Target, Targets

MOST_PROPOSALS = 5
_LOWEST_TECHNIQUE = 0.25
_NO_RANK = 10**9


@dataclass(frozen=True, slots=True)
class Proposal:
    """A target, its score and, for an analysis, what the release says of it."""

    coding: Coding
    score: Score
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What proposals are made from: the targets of a release, and the likeness of texts with their names."""

    targets: Targets
    likeness: TextScores
    technique_likeness: TextScores

    def propose(self, item: LocalItem, key: MappingKey) -> tuple[Proposal, ...]:
        """The proposals for one thing to map; none for an answer, no list of which is held."""
        if key.kind is MappingKind.QUALITATIVE:
            return ()
        if key.kind is MappingKind.TECHNIQUE:
            return self._techniques(item.exam, key)
        return self._analyses(item.exam)[:MOST_PROPOSALS]

    def score_of(self, item: LocalItem, key: MappingKey, code: str) -> int | None:
        """The score of one target for this exam; None when the release does not hold it."""
        target = self.targets.get(code) if key.kind is MappingKind.ANALYSIS else None
        if target is None:
            return None
        return score(item.exam, target, self._likenesses(item.exam).get(code, 0.0), self.targets.link_points).total

    def _analyses(self, exam: LabExam) -> tuple[Proposal, ...]:
        likeness = self._likenesses(exam)
        found = {code: target for code in likeness if (target := self.targets.get(code))}
        found |= {t.coding.code: t for act in exam.nabm for t in self.targets.with_act(act.code)}
        proposals = [
            Proposal(target.coding, score(exam, target, likeness.get(code, 0.0), self.targets.link_points), target)
            for code, target in found.items()
            if target.is_result or exam.orderable
        ]
        return tuple(sorted(proposals, key=_order))

    def _likenesses(self, exam: LabExam) -> dict[str, float]:
        """The best likeness of each code with one of the names of the exam."""
        best: dict[str, float] = {}
        for name in dict.fromkeys(filter(None, (exam.label, *exam.synonyms, exam.printed_label))):
            for code, likeness in self.likeness(name).items():
                best[code] = max(best.get(code, 0.0), likeness)
        return best

    def _techniques(self, exam: LabExam, key: MappingKey) -> tuple[Proposal, ...]:
        wording = next((t.display or t.code for t in exam.techniques if t.code == key.value), key.value)
        scores = self.technique_likeness(wording)
        ranked = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
        held = ((self.targets.technique(code), likeness) for code, likeness in ranked if likeness > _LOWEST_TECHNIQUE)
        return tuple(Proposal(t, Score(text=round(100 * likeness))) for t, likeness in held if t)[:MOST_PROPOSALS]


def _order(proposal: Proposal) -> tuple[object, ...]:
    target = proposal.target
    if target is None:
        raise ValueError("an analysis is proposed with its target")
    return (
        bool(proposal.score.conflicts),
        -proposal.score.total,
        -proposal.score.text,
        target.waiting,
        not target.is_result,
        -target.frequency,
        _NO_RANK if target.rank is None else target.rank,
        target.coding.code,
    )


def without_candidate(proposals: Iterable[Proposal]) -> bool:
    """Whether nothing fits: no proposal, or only ones an axis contradicts; an addition may then be asked for."""
    return all(proposal.score.conflicts for proposal in proposals)
