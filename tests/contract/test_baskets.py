"""The store of baskets, on each database: versions follow one another, and nobody writes over another."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from prescription.basket import Basket, BasketConditions, BasketContent, BasketOwner, OwnerKind
from prescription.line import CodedExam, CodeKind, FreeTextExam, Line
from prescription.people import Sex
from prescription.ports import Baskets, UnitOfWorkFactory

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
OWN, SITE = BasketOwner(OwnerKind.PRACTITIONER, "10005688798"), BasketOwner(OwnerKind.ORGANIZATION, "750000036")
CONTENT = BasketContent(
    "Bilan d'été, œ €",
    OWN,
    (
        Line("urn:uuid:1", CodedExam(CodeKind.LOINC, "57022-6", "NFS"), urgent=True),
        Line("urn:uuid:2", FreeTextExam("x")),
    ),
    BasketConditions(Sex.FEMALE, 18, None, True, "si besoin"),
    "Notre protocole",
    ("10005688798",),
)
FIRST = Basket("a", CONTENT, 1, NOW, "10005688798")


@contextmanager
def committed(units: UnitOfWorkFactory) -> Iterator[Baskets]:
    with units() as unit:
        yield unit.baskets
        unit.commit()


@pytest.fixture
def kept(units: UnitOfWorkFactory) -> UnitOfWorkFactory:
    with committed(units) as baskets:
        baskets.add(FIRST)
        baskets.add(replace(FIRST, id="b", content=replace(CONTENT, owner=SITE)))
    return units


def test_a_basket_comes_back_as_it_was_with_all_its_versions(kept: UnitOfWorkFactory) -> None:
    second = Basket("a", replace(CONTENT, name="Autre"), 2, NOW, "operator")
    with committed(kept) as baskets:
        assert baskets.find("a") == FIRST
        assert baskets.replace(second)
    with kept(writing=False) as unit:
        assert unit.baskets.find("a") == second
        assert unit.baskets.versions("a") == (FIRST, second)
        assert unit.baskets.find("c") is None


def test_baskets_are_found_by_owner_or_by_kind_of_owner(kept: UnitOfWorkFactory) -> None:
    with kept(writing=False) as unit:
        found = {owner: {b.id for b in unit.baskets.owned_by([owner])} for owner in (OWN, SITE)}
        assert found == {OWN: {"a"}, SITE: {"b"}}
        assert {b.id for b in unit.baskets.owned_by([OWN, BasketOwner(OwnerKind.ORGANIZATION, "")])} == {"a", "b"}
        assert unit.baskets.owned_by([]) == []


def test_of_two_writers_the_second_changes_nothing(kept: UnitOfWorkFactory, other_units: UnitOfWorkFactory) -> None:
    mine, theirs = (Basket("a", replace(CONTENT, name=name), 2, NOW, "x") for name in ("mine", "theirs"))
    with committed(kept) as baskets:
        assert baskets.replace(mine)
    with committed(other_units) as baskets:
        assert not baskets.replace(theirs)
        assert not baskets.delete("a", 1)
    with committed(kept) as baskets:
        assert baskets.versions("a") == (FIRST, mine)
        assert baskets.delete("a", 2)
    with kept(writing=False) as unit:
        assert (unit.baskets.find("a"), unit.baskets.versions("a")) == (None, ())
