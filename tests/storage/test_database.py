"""Opening a base makes it ready; a base that cannot be served is not opened."""

from pathlib import Path

import pytest

from prescription.epu_code import EpuCode
from prescription.ports import AuditEvent
from storage.database import Database
from storage.peppers import Pepper, PepperRefused, Peppers
from tests.storage.orders import NOW, PRESCRIBER, RPPS, new_record


def test_a_base_is_made_found_again_and_refused_under_other_peppers(tmp_path: Path, peppers: Peppers) -> None:
    path, code = tmp_path / "base.db", EpuCode.generate()
    base = Database.open(path, peppers)
    with base.units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.audit.append(AuditEvent(PRESCRIBER, "epu-create", "created", NOW, code))
        unit.commit()
    assert base.is_answering()
    base.close()
    with pytest.raises(PepperRefused, match=r"poivres absents"):
        Database.open(path, Peppers(Pepper.generate()))
    again = Database.open(f"sqlite:///{path}", peppers)
    with again.units(writing=False) as unit:
        assert unit.records.holds(code)
    assert again.seal_audit() == 1
    assert again.verify_audit().chained == 1
    again.close()


def test_a_base_whose_file_went_bad_says_it_does_not_answer(tmp_path: Path, peppers: Peppers) -> None:
    base = Database.open(tmp_path / "base.db", peppers)
    base.close()
    (tmp_path / "base.db").write_bytes(b"not a database" * 400)
    assert not base.is_answering()
    base.close()
