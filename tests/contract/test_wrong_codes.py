"""Ten thousand wrong codes, on each database: who tries them is stopped, and a laboratory at work is never (§4)."""

from datetime import timedelta

from kernel.errors import NotFound
from prescription.caller import Caller, Role
from prescription.epu_code import EpuCode
from prescription.ports import TooManyMisses, UnitOfWorkFactory
from prescription.rules.rule import RuleContext
from prescription.usecases.access import Access
from prescription.usecases.retrieve import Mode, retrieve
from tests.prescription.orders import CATALOGUE
from tests.storage.orders import LABORATORY, NOW, RPPS, new_record

TRIES, ATTACKERS, BETWEEN = 10_000, 5, 100
ALLOWED = 60
RULES = RuleContext(CATALOGUE, NOW.date())


def test_ten_thousand_wrong_codes_never_lock_a_laboratory(
    units: UnitOfWorkFactory, other_units: UnitOfWorkFactory
) -> None:
    code = EpuCode.generate()
    with units() as unit:
        unit.records.add(code, new_record(), RPPS, NOW)
        unit.commit()

    def read(text: str, caller: Caller, worker: UnitOfWorkFactory, number: int) -> None:
        with worker() as unit:
            at = NOW + timedelta(milliseconds=number)  # ten seconds for all of them
            retrieve(Access(unit, caller, "epu-retrieve", at), text, Mode.SCANNED, None, RULES)
            unit.commit()

    attackers = [Caller(Role.LABORATORY, "", f"69000001{n}") for n in range(ATTACKERS)]
    told: dict[type, int] = {NotFound: 0, TooManyMisses: 0}
    for number in range(TRIES):
        caller, worker = attackers[number % ATTACKERS], (units, other_units)[number % 2]
        try:
            read(EpuCode.generate().value, caller, worker, number)
        except (NotFound, TooManyMisses) as refused:
            told[type(refused)] += 1
        if number % BETWEEN == 0:
            read(code.value, LABORATORY, worker, number)
    refilled = ATTACKERS * (TRIES // 1000 // 10 + 1)
    assert ATTACKERS * ALLOWED <= told[NotFound] <= ATTACKERS * ALLOWED + refilled
    assert told[NotFound] + told[TooManyMisses] == TRIES
