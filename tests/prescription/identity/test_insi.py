"""Asking INSi: the preferred way, the silent second question, patience, acceptance, verification (seed 003 §3.2)."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

import pytest

from kernel.errors import Invalid
from kernel.ins import Ins, InsAuthority
from kernel.partial_date import PartialDate
from prescription.identity.insi import InsiAnswer, InsiCode, InsiUnavailable, SearchTraits, VitaleCard
from prescription.identity.patience import Patience
from prescription.identity.recovery import Means, Outcome, Readings, recover
from prescription.identity.simulated_insi import Scripted, SimulatedInsi
from prescription.identity.traits import Trait
from prescription.identity.verification import Verified, due, verify
from prescription.people import IdentityAttribute, IdentityStatus, Patient, Sex
from tests.prescription.orders import PATIENT

LOCAL = Patient("Pat-Trois", ("Dominique",), Sex.FEMALE, PartialDate(1979, 3, 28), first_birth_given_name="Dominique")
CARD = VitaleCard("2790351215189", PartialDate(1979, 3, 28))
DOWN = InsiUnavailable.now()
SEVERAL, NONE = InsiAnswer(InsiCode.SEVERAL), InsiAnswer(InsiCode.NONE)
T = TypeVar("T")


def run(asked: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asked)


@dataclass
class Waits:
    """Waits for nothing, and remembers how long it would have."""

    seconds: list[float] = field(default_factory=list)

    async def wait(self, seconds: float) -> None:
        self.seconds.append(seconds)

    @property
    def patience(self) -> Patience:
        return Patience(wait=self.wait, jitter=lambda: 0.5)


class Listening(SimulatedInsi):
    """The simulated service, remembering what it was asked by traits."""

    def __init__(self, *script: Scripted) -> None:
        super().__init__(script)
        self.heard: list[tuple[str, str, str | None]] = []

    async def search_by_traits(self, traits: SearchTraits, cog: str | None = None) -> InsiAnswer:
        self.heard.append((traits.birth_family_name, traits.given_name, cog))
        return await super().search_by_traits(traits, cog)


def test_by_traits_the_official_identity_is_shown_beside_the_local_one_and_taken_once_accepted() -> None:
    found = run(recover(LOCAL, SimulatedInsi(), high_trust_document=True))
    assert (found.outcome, found.means) == (Outcome.FOUND, Means.TRAITS)
    assert all(each.agrees for each in found.compared)
    assert found.proposed == replace(PATIENT, first_birth_given_name="Dominique")


def test_without_a_document_of_high_trust_the_identity_is_recovered_not_qualified() -> None:
    proposed = run(recover(LOCAL, SimulatedInsi())).proposed
    assert proposed is not None
    assert (proposed.status, proposed.shows_ins) == (IdentityStatus.RETRIEVED, False)


def test_what_differs_is_pointed_at_and_still_proposed() -> None:
    moved = replace(LOCAL, birth_place_code="75056", ins=Ins("236066322083656", InsAuthority.TEST))
    found = run(recover(moved, SimulatedInsi()))
    assert {each.trait for each in found.compared if not each.agrees} == {Trait.BIRTH_PLACE, Trait.MATRICULE}
    assert found.proposed is not None
    assert found.proposed.birth_place_code == "51215"


def test_names_are_spelt_for_insi_and_the_birth_place_is_told_only_when_several_are_found() -> None:
    insi = Listening(SEVERAL)
    local = replace(LOCAL, birth_family_name="Pat-Troïs", birth_place_code="51215")
    assert run(recover(local, insi)).outcome is Outcome.FOUND
    assert insi.heard == [("PAT-TROIS", "DOMINIQUE", None), ("PAT-TROIS", "DOMINIQUE", "51215")]


def test_several_without_a_known_birth_place_stay_several() -> None:
    insi = Listening(SEVERAL)
    assert run(recover(LOCAL, insi)).outcome is Outcome.SEVERAL
    assert len(insi.heard) == 1


def test_the_card_is_asked_before_the_traits_and_the_apcv_before_the_card() -> None:
    readings = Readings(apcv="279035121518989", vitale=CARD)
    assert run(recover(LOCAL, SimulatedInsi(), readings)).means is Means.APCV
    assert run(recover(LOCAL, SimulatedInsi([NONE]), readings)).means is Means.VITALE
    assert run(recover(LOCAL, SimulatedInsi([NONE, NONE]), readings)).means is Means.TRAITS


@pytest.mark.parametrize(
    ("patient", "outcome"),
    [
        (PATIENT, Outcome.NOT_NEEDED),
        (replace(LOCAL, attributes=frozenset({IdentityAttribute.DOUBTFUL})), Outcome.BLOCKED),
        (replace(LOCAL, attributes=frozenset({IdentityAttribute.FICTIVE})), Outcome.BLOCKED),
        (replace(LOCAL, birth_date=PartialDate(1979)), Outcome.INCOMPLETE),
        (replace(LOCAL, sex=Sex.OTHER), Outcome.INCOMPLETE),
    ],
)
def test_insi_is_not_asked_when_it_has_answered_may_not_or_could_not(patient: Patient, outcome: Outcome) -> None:
    insi = Listening()
    assert run(recover(patient, insi)).outcome is outcome
    assert insi.heard == []


def test_a_name_that_insi_cannot_spell_is_an_error_not_another_name() -> None:
    with pytest.raises(Invalid, match=r"U\+0416"):
        run(recover(replace(LOCAL, birth_family_name="Жуков"), SimulatedInsi()))


def test_a_technical_failure_is_tried_again_further_and_further_apart() -> None:
    waits = Waits()
    assert run(recover(LOCAL, SimulatedInsi([DOWN, DOWN, DOWN]), patience=waits.patience)).outcome is Outcome.FOUND
    assert waits.seconds == [1.0, 4.0, 16.0]


def test_a_service_that_stays_down_stops_nothing() -> None:
    waits = Waits()
    assert run(recover(LOCAL, SimulatedInsi([DOWN] * 4), patience=waits.patience)).outcome is Outcome.UNAVAILABLE
    assert run(verify(PATIENT, SimulatedInsi([DOWN] * 4), waits.patience)).patient == PATIENT


def test_a_service_that_does_not_answer_is_not_waited_for_beyond_its_time() -> None:
    class Mute(SimulatedInsi):
        async def search_by_traits(self, traits: SearchTraits, cog: str | None = None) -> InsiAnswer:
            return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    patience = replace(Waits().patience, timeout=0.0)
    assert run(recover(LOCAL, Mute(), patience=patience)).outcome is Outcome.UNAVAILABLE


@pytest.mark.parametrize(
    ("patient", "last", "new_event", "expected"),
    [
        (PATIENT, date(2022, 11, 26), False, True),
        (PATIENT, date(2022, 11, 27), False, False),
        (PATIENT, None, False, True),
        (replace(PATIENT, ins=Ins("279035121518989", InsAuthority.NIA)), date(2026, 11, 25), True, True),
        (PATIENT, date(2026, 11, 25), True, False),
        (LOCAL, None, True, False),
    ],
)
def test_an_identity_is_verified_after_four_years_and_a_nia_at_each_event(
    patient: Patient, last: date | None, new_event: bool, expected: bool
) -> None:
    assert due(patient, last, date(2026, 11, 26), new_event=new_event) is expected


def test_a_confirmed_identity_stays_as_it_is() -> None:
    assert run(verify(PATIENT, SimulatedInsi())).outcome is Verified.CONFIRMED


def test_an_ins_that_has_changed_is_found_again_by_the_traits() -> None:
    old = replace(PATIENT, ins=Ins("236066322083656", InsAuthority.TEST))
    told = run(verify(old, SimulatedInsi()))
    assert (told.outcome, told.patient) == (Verified.RENEWED, PATIENT)


@pytest.mark.parametrize(
    ("status", "lowered"),
    [
        (IdentityStatus.QUALIFIED, IdentityStatus.VALIDATED),
        (IdentityStatus.RETRIEVED, IdentityStatus.PROVISIONAL),
    ],
)
def test_an_identity_that_no_longer_stands_loses_its_ins(status: IdentityStatus, lowered: IdentityStatus) -> None:
    told = run(verify(replace(PATIENT, birth_family_name="AUTRE", status=status), SimulatedInsi()))
    assert (told.outcome, told.patient.status, told.patient.ins) == (Verified.DOWNGRADED, lowered, None)


def test_nothing_of_a_person_shows_when_these_are_printed() -> None:
    found = run(recover(LOCAL, SimulatedInsi(), Readings(vitale=CARD)))
    shown = repr((CARD, found, Readings("279035121518989", CARD))) + str(InsiUnavailable.now())
    assert not any(trait in shown for trait in ("PAT-TROIS", "DOMINIQUE", "279035121518", "1979", "51215"))
