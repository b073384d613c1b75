"""A person decides, under a role, and every decision leaves its row (terminology.md §7.3, §7.4)."""

import pytest

from kernel.errors import CircuitbioError, Conflict, Forbidden, Invalid, NotFound
from storage.transcoding import SqlTranscoding
from terminology.coding import Coding
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, LOINC
from terminology.transcoding.actor import Actor
from terminology.transcoding.decisions import Decision
from terminology.transcoding.history import Action, HistoryQuery
from terminology.transcoding.mapping import Equivalence, Mapping, MappingChanged, MappingKey, MappingKind, MappingStatus
from tests.terminology.transcoding.bench import (
    BIOLOGIST,
    DAY,
    FINESS,
    GLUCOSE_OXIDASE,
    NOW,
    OPERATOR,
    PROPOSER,
    WAITING_SYSTEM,
    assistant,
    decide,
    loinc,
    mapping_of,
    validated,
)

PROPOSED, VALIDATED = MappingStatus.PROPOSED, MappingStatus.VALIDATED


def refusal(error: type[CircuitbioError], *arguments: object, **named: object) -> str:
    with pytest.raises(error) as refused:
        decide(*arguments, **named)  # type: ignore[arg-type]
    return refused.value.code


def test_a_laboratory_proposes_and_a_biologist_validates_with_the_score_of_that_day(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", PROPOSED, loinc("40193-5"), actor=PROPOSER)
    mapping = decide(store, "GLYJ", VALIDATED, at=NOW + DAY)
    assert mapping is not None
    assert mapping.target == Coding(LOINC, "40193-5", "Glucose à jeun [Moles/Volume] Sérum/Plasma ; Numérique")
    assert (mapping.status, mapping.author, mapping.score, mapping.release) == (
        VALIDATED,
        BIOLOGIST.name,
        100,
        "2025-09",
    )


@pytest.mark.parametrize(
    ("actor", "status"),
    [
        (PROPOSER, VALIDATED),
        (PROPOSER, MappingStatus.REFUSED),
        *((OPERATOR, status) for status in MappingStatus),
    ],
)
def test_a_role_that_may_not_decide_is_refused(store: SqlTranscoding, actor: Actor, status: MappingStatus) -> None:
    decide(store, "GLYJ", PROPOSED, loinc("40193-5"), actor=PROPOSER)
    assert refusal(Forbidden, store, "GLYJ", status, actor=actor, comment="non") == "role"
    assert len(store.history(HistoryQuery(FINESS))) == 1


@pytest.mark.parametrize("status", [PROPOSED, MappingStatus.REQUESTED, MappingStatus.TO_DO])
def test_a_proposer_never_undoes_what_was_validated(store: SqlTranscoding, status: MappingStatus) -> None:
    validated(store, "GLYJ", "40193-5")
    assert refusal(Forbidden, store, "GLYJ", status, loinc("14749-6"), actor=PROPOSER) == "role"


def test_a_proposer_may_put_a_validated_mapping_in_doubt_and_says_why(store: SqlTranscoding) -> None:
    validated(store, "GLYJ", "40193-5")
    assert refusal(Invalid, store, "GLYJ", MappingStatus.TO_REVIEW, actor=PROPOSER) == "missing-parameter"
    mapping = decide(store, "GLYJ", MappingStatus.TO_REVIEW, actor=PROPOSER, comment="automate changé")
    assert mapping is not None
    assert (mapping.status, mapping.in_force, mapping.target is None) == (MappingStatus.TO_REVIEW, None, False)


def test_a_refusal_and_a_narrower_equivalence_need_words(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", PROPOSED, loinc("40193-5"), actor=PROPOSER)
    assert refusal(Invalid, store, "GLYJ", MappingStatus.REFUSED) == "missing-parameter"
    assert refusal(Invalid, store, "GLYJ", VALIDATED, equivalence=Equivalence.NARROWER) == "missing-parameter"
    kept = decide(store, "GLYJ", VALIDATED, equivalence=Equivalence.NARROWER, comment="adulte seulement")
    assert kept is not None
    assert kept.equivalence is Equivalence.NARROWER


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (Coding(LOINC, "40193-4", "clé fausse"), "unknown-target"),
        (Coding(WAITING_SYSTEM, "ATT-999", "inconnu"), "unknown-target"),
        (Coding(LOINC, "2284-8"), "missing-parameter"),
        (Coding(LOCAL_SYSTEM, "AUTRE", "code d'un autre examen"), "unknown-target"),
        (None, "missing-parameter"),
    ],
)
def test_a_target_that_cannot_be_kept_is_refused(store: SqlTranscoding, target: Coding | None, code: str) -> None:
    assert refusal(Invalid, store, "GLYJ", VALIDATED, target) == code
    assert store.mappings(FINESS) == ()


@pytest.mark.parametrize(
    "target",
    [
        Coding(WAITING_SYSTEM, "ATT-001", "Zorgline [Masse/Volume] Sérum/Plasma ; Numérique"),
        Coding(LOINC, "2284-8", "Folates [Masse/Volume] Sérum/Plasma ; Numérique"),
        Coding(LOCAL_SYSTEM, "ZOR", "Zorgline"),
    ],
)
def test_a_waiting_code_a_loinc_outside_the_release_and_the_local_code_itself_may_be_kept(
    store: SqlTranscoding, target: Coding
) -> None:
    mapping = decide(store, "ZOR", VALIDATED, target)
    assert mapping is not None
    assert mapping.target == target
    assert mapping.release == ("2025-09" if target.system == WAITING_SYSTEM else "")


def test_techniques_and_answers_are_mapped_the_same_way(store: SqlTranscoding) -> None:
    key = MappingKey("GLYJ", MappingKind.TECHNIQUE, "Hexokinase maison")
    wrong = Coding(GLUCOSE_OXIDASE.system, "ZZZ", "inconnue")
    assert refusal(Invalid, store, "GLYJ", VALIDATED, wrong, key=key) == "unknown-target"
    mapping = decide(store, "GLYJ", VALIDATED, GLUCOSE_OXIDASE, key=key)
    assert mapping is not None
    assert mapping.in_force == GLUCOSE_OXIDASE
    absent = MappingKey("GLYJ", MappingKind.QUALITATIVE, "POS")
    assert refusal(NotFound, store, "GLYJ", VALIDATED, Coding("urn:x", "P", "Positif"), key=absent) == "unknown-item"


def test_every_decision_leaves_one_row_with_before_after_author_date_and_reason(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", PROPOSED, loinc("14749-6"), actor=PROPOSER)
    decide(store, "GLYJ", MappingStatus.REFUSED, comment="à jeun", at=NOW + DAY)
    decide(store, "GLYJ", MappingStatus.TO_DO, comment="erreur de saisie", at=NOW + 2 * DAY)
    rows = store.history(HistoryQuery(FINESS))
    told = [
        (
            r.change.action,
            r.change.author,
            r.change.at,
            r.change.reason,
            status(r.change.before),
            status(r.change.after),
        )
        for r in reversed(rows)
    ]
    assert told == [
        (Action.CREATED, PROPOSER.name, NOW, "Cible proposée", None, PROPOSED),
        (Action.CHANGED, BIOLOGIST.name, NOW + DAY, "à jeun", PROPOSED, MappingStatus.REFUSED),
        (Action.DELETED, BIOLOGIST.name, NOW + 2 * DAY, "erreur de saisie", MappingStatus.REFUSED, None),
    ]
    assert mapping_of(store, MappingKey("GLYJ")) is None


def status(mapping: Mapping | None) -> MappingStatus | None:
    return mapping.status if mapping else None


def test_a_decision_on_a_version_read_before_another_decision_is_refused(store: SqlTranscoding) -> None:
    first = validated(store, "GLYJ", "40193-5")
    decide(store, "GLYJ", MappingStatus.TO_DO)
    again = validated(store, "GLYJ", "40193-5")
    assert again.version > first.version, "a version never comes back, even after a deletion"
    with pytest.raises(MappingChanged) as changed:
        assistant(store).decide(Decision(MappingKey("GLYJ"), MappingStatus.TO_DO, first.version), NOW)
    assert changed.value.current == again.version


def test_what_was_never_proposed_cannot_be_refused(store: SqlTranscoding) -> None:
    assert refusal(Conflict, store, "GLYJ", MappingStatus.REFUSED, comment="non") == "mapping-status"


def test_a_selection_is_validated_whole_one_row_each(store: SqlTranscoding) -> None:
    decide(store, "GLYJ", PROPOSED, loinc("40193-5"), actor=PROPOSER)
    decide(store, "ZOR", PROPOSED, loinc("2345-7"), actor=PROPOSER)
    selection = [(m.key, m.version) for m in store.mappings(FINESS)]
    assert assistant(store).validate_selection(selection, "revue du 10 mars", NOW + DAY) == 2
    assert {m.status for m in store.mappings(FINESS)} == {VALIDATED}
    assert [r.change.reason for r in store.history(HistoryQuery(FINESS))[:2]] == ["revue du 10 mars"] * 2


def test_a_selection_with_anything_that_cannot_be_validated_changes_nothing_and_tells_each(
    store: SqlTranscoding,
) -> None:
    decide(store, "GLYJ", PROPOSED, loinc("40193-5"), actor=PROPOSER)
    decide(store, "XX", MappingStatus.REQUESTED, actor=PROPOSER)
    good, asked = store.mappings(FINESS)
    with pytest.raises(Invalid) as refused:
        assistant(store).validate_selection(
            [(good.key, good.version), (asked.key, asked.version), (MappingKey("ZOR"), 1), (good.key, good.version)],
            "",
            NOW,
        )
    assert [f.path for f in refused.value.findings] == ["selection[1]", "selection[2]", "selection[3]"]
    assert mapping_of(store, good.key) == good
    with pytest.raises(Invalid) as stale:
        assistant(store).validate_selection([(good.key, good.version + 1)], "", NOW)
    assert stale.value.code == "version"


def test_only_a_biologist_validates_a_selection(store: SqlTranscoding) -> None:
    with pytest.raises(Forbidden):
        assistant(store, PROPOSER).validate_selection([], "", NOW)


def test_a_biologist_of_another_site_sees_and_changes_nothing(store: SqlTranscoding) -> None:
    with pytest.raises(Forbidden) as refused:
        decide(store, "GLYJ", VALIDATED, loinc("40193-5"), actor=Actor(BIOLOGIST.role, "RPPS", "750000028"))
    assert refused.value.code == "not-owner"
