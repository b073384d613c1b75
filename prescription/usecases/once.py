"""One call done once: a repeated Idempotency-Key gets the first answer, byte for byte (interface.md §1).

A repeated call is rare, so the work is done first, and the key is tried with it, in the same transaction: whoever comes
second is undone, and given the first answer. A twin under way is waited for where both would write the same row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from kernel.errors import CircuitbioError, Conflict, Unavailable
from prescription.caller import Caller
from prescription.ports import KeptAnswer, TooManyMisses, UnitOfWork, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class OneCall:
    """A call that may come again: who calls, what for, under which Idempotency-Key, with which bytes, and when."""

    caller: Caller
    operation: str
    key: str
    body: bytes
    now: datetime


def once(
    units: UnitOfWorkFactory, call: OneCall, perform: Callable[[UnitOfWork], KeptAnswer]
) -> tuple[KeptAnswer, bool]:
    """The answer, and whether `perform` made it just now; all it did is undone otherwise.

    What `perform` refuses is told unless the call was answered before: done twice, most calls would refuse themselves.
    `Invalid` (`idempotency-reuse`) when the key came with another body.
    """
    try:
        with units() as unit:
            answer = perform(unit)
            if unit.answers.keep(call.caller, call.operation, call.key, call.body, answer, call.now):
                unit.commit()
                return answer, True
    except CircuitbioError as refusal:
        if isinstance(refusal, Unavailable) and not isinstance(refusal, TooManyMisses):
            raise  # the base cannot say what it answered
        first = _first(units, call)
        if first is None:
            raise
        return first, False
    first = _first(units, call)
    if first is None:
        raise Conflict.because(
            "in-flight", "La même demande est déjà en cours de traitement.", "Réessayer dans une seconde."
        )
    return first, False


def _first(units: UnitOfWorkFactory, call: OneCall) -> KeptAnswer | None:
    with units(writing=False) as unit:
        return unit.answers.find(call.caller, call.operation, call.key, call.body, call.now)
