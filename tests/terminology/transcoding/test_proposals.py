"""At most five codes, each with the parts of its score, and every axis in conflict named (terminology.md §7.2)."""

from dataclasses import replace

import pytest

from terminology.coding import Coding
from terminology.lab_catalogue import LabExam, ValueType
from terminology.lab_catalogue_systems import LOCAL_SYSTEM, LOINC, NABM, SPECIMEN, TECHNIQUE, UCUM
from terminology.release import ReleaseKind
from terminology.request_code import CodeStatus
from terminology.transcoding.local_catalogue import LocalItem, with_specimen, with_unit
from terminology.transcoding.mapping import MappingKey, MappingKind
from terminology.transcoding.proposals import Proposal, without_candidate
from terminology.transcoding.scoring import Axis, Score, score
from terminology.transcoding.targets import Targets
from tests.terminology.transcoding.bench import GLUCOSE_OXIDASE, NOW, REFERENCE, RELEASE, SERUM, TARGETS, URINE


def exam(label: str, *acts: str, unit: str = "", specimen: Coding | None = None) -> LabExam:
    made = LabExam("X", label, nabm=tuple(Coding(NABM, act) for act in acts))
    made = with_unit(made, Coding(UCUM, unit, unit)) if unit else made
    return with_specimen(made, specimen) if specimen else made


def proposed(local: LabExam) -> tuple[Proposal, ...]:
    return REFERENCE.propose(LocalItem(local, NOW), MappingKey("X"))


def codes(local: LabExam) -> list[str]:
    return [p.coding.code for p in proposed(local)]


def test_the_parts_of_a_perfect_match_are_forty_thirty_five_fifteen_ten_and_three_capped_at_a_hundred() -> None:
    best = proposed(exam("Glycémie à jeun", "0552", unit="mmol/L", specimen=SERUM))[0]
    assert (best.coding.code, best.score) == ("40193-5", Score(40, 35, 15, 10, 3))
    assert best.score.total == 100


def test_an_act_is_worth_thirty_when_it_comes_from_the_table_of_2020() -> None:
    starter = Targets(replace(RELEASE, kind=ReleaseKind.STARTER))
    assert (TARGETS.link_points, starter.link_points) == (40, 30)


def test_a_unit_tells_the_two_codes_of_one_analyte_apart() -> None:
    in_moles, in_mass = (exam("Glycémie à jeun", "0552", unit=unit) for unit in ("mmol/L", "g/L"))
    assert (codes(in_moles)[0], codes(in_mass)[0]) == ("40193-5", "53049-3")
    by_code = {p.coding.code: p.score for p in proposed(in_mass)}
    assert by_code["40193-5"].conflicts == (Axis.PROPERTY,)
    assert [bool(p.score.conflicts) for p in proposed(in_mass)] == [False, False, True, True], "conflicts come last"


@pytest.mark.parametrize(
    ("local", "code", "axis"),
    [
        (exam("Glycémie", unit="g/L"), "14749-6", Axis.PROPERTY),
        (exam("Glycémie", specimen=URINE), "14749-6", Axis.SYSTEM),
        (exam("Glucose des 24 h", unit="mmol/L"), "14749-6", Axis.TIME),
        (exam("Acanthocytes", unit="%"), "77089-1", Axis.SCALE),
        (exam("EAL", unit="mmol/L"), "24331-1", Axis.SCALE),
        (replace(exam("Acanthocytes"), value_types=(ValueType.NUMERIC,)), "77089-1", Axis.SCALE),
    ],
)
def test_what_contradicts_an_axis_is_shown_with_the_axis_it_contradicts(local: LabExam, code: str, axis: Axis) -> None:
    assert axis in {p.coding.code: p.score for p in proposed(local)}[code].conflicts


def test_another_technique_than_those_of_the_code_is_a_conflict() -> None:
    target = TARGETS.get("14749-6")
    assert target is not None
    fixed = replace(target, techniques=(GLUCOSE_OXIDASE,))
    ours, another, local = (
        replace(exam("Glycémie"), techniques=(t,))
        for t in (GLUCOSE_OXIDASE, Coding(TECHNIQUE, "DOX", ""), Coding(LOCAL_SYSTEM, "maison", "maison"))
    )
    assert [score(e, fixed, 1.0, 40).conflicts for e in (ours, another, local)] == [(), (Axis.METHOD,), ()]


def test_what_one_side_does_not_say_is_no_conflict() -> None:
    assert proposed(exam("Glycémie"))[0].score.conflicts == ()
    plasma = Coding(SPECIMEN, "PLAS", "Plasma")
    shown = proposed(exam("Glycémie", specimen=plasma))[0].score
    assert (shown.conflicts, shown.specimen) == ((), 5), "serum and plasma are one blood"


def test_never_more_than_five_and_the_waiting_code_after_the_loinc_at_equal_scores() -> None:
    assert len(proposed(exam("Glucose", "0552", "0996", "0343"))) == 5
    waiting = RELEASE.results[-1]
    twin = replace(waiting, code="2284-8", system=LOINC, status=CodeStatus.ACTIVE)
    targets = Targets(replace(RELEASE, results=(waiting, twin)))
    alike = replace(REFERENCE, targets=targets, likeness=lambda text: {"ATT-001": 1.0, "2284-8": 1.0})
    found = alike.propose(LocalItem(exam("Zorgline"), NOW), MappingKey("X"))
    assert [(p.coding.code, p.score.total) for p in found] == [("2284-8", 35), ("ATT-001", 35)]


def test_a_panel_is_proposed_to_an_exam_that_can_be_ordered_only() -> None:
    panel = exam("EAL", "0996")
    assert "24331-1" in codes(panel)
    assert "24331-1" not in codes(replace(panel, orderable=False))


def test_nothing_fits_is_said_and_an_addition_advised() -> None:
    assert proposed(exam("Dosage de quelque chose d'inconnu")) == ()
    assert without_candidate(())
    assert without_candidate(proposed(exam("Acanthocytes", unit="%")))
    assert not without_candidate(proposed(exam("Glycémie")))


def test_a_technique_is_proposed_from_the_techniques_of_the_release() -> None:
    local = Coding(LOCAL_SYSTEM, "GOD", "Glucose oxydase")
    item = LocalItem(replace(exam("Glycémie"), techniques=(local,)), NOW)
    found = REFERENCE.propose(item, MappingKey("X", MappingKind.TECHNIQUE, "GOD"))
    assert [p.coding for p in found] == [GLUCOSE_OXIDASE]


def test_no_answer_is_ever_proposed_since_no_list_of_them_is_held() -> None:
    item = LocalItem(replace(exam("VIH"), normal_answers=(Coding(LOCAL_SYSTEM, "N", "Négatif"),)), NOW)
    assert REFERENCE.propose(item, MappingKey("X", MappingKind.QUALITATIVE, "N")) == ()
