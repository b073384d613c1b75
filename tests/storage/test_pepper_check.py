"""A base does not start under peppers that are not its own."""

import pytest
from sqlalchemy import Engine

from prescription.epu_code import EpuCode
from storage.pepper_check import check_peppers
from storage.peppers import Pepper, PepperRefused, Peppers
from storage.unit_of_work import SqlUnitOfWorkFactory
from tests.storage.orders import NOW, RPPS, new_record


def test_an_empty_base_takes_any_peppers(engine: Engine) -> None:
    check_peppers(engine, Peppers(Pepper.generate()))


def test_a_base_is_refused_without_every_pepper_its_orders_need(engine: Engine, peppers: Peppers) -> None:
    rotated = Peppers(Pepper.generate(), former=peppers.all)
    for held in (peppers, rotated):
        with SqlUnitOfWorkFactory(engine, held)() as unit:
            unit.records.add(EpuCode.generate(), new_record(), RPPS, NOW)
            unit.commit()
    check_peppers(engine, rotated)
    with pytest.raises(PepperRefused, match=rotated.current.kid):
        check_peppers(engine, peppers)
    with pytest.raises(PepperRefused, match=peppers.current.kid):
        check_peppers(engine, Peppers(rotated.current))
