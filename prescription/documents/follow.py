"""Following what leaves: the feeder by code, the operator without a trait, the structure by its numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kernel.errors import Forbidden, Invalid, NotFound
from prescription.caller import Role
from prescription.documents.departure import Departure, DepartureState
from prescription.documents.dispatch import Dispatch
from prescription.documents.ports import Activity, DepartureEntry
from prescription.epu_code import EpuCode
from prescription.usecases.access import Access

MAX_CODES = 100


@dataclass(frozen=True, slots=True)
class FollowedDispatch:
    """One code asked for; `dispatch` is None when it is unknown, malformed, or another's."""

    text: str
    dispatch: Dispatch | None


def status(access: Access, texts: Sequence[str]) -> tuple[FollowedDispatch, ...]:
    """`$document-status`: how far own documents are, in the order asked. An unknown code counts as a miss."""
    access.check_role()
    access.unit.misses.refuse_if_too_many(access.caller, access.now)
    codes = {text: code for text in texts if (code := _code(text))}
    found = {text: access.unit.departures.of_code(codes[text]) for text in sorted(codes)}
    for text in texts:
        if text in found and found[text] is None:
            access.unit.misses.note(access.caller, access.now)
    access.trace("read", None)
    return tuple(FollowedDispatch(text, _own(access, found.get(text))) for text in texts)


def resend(access: Access, departure_id: str) -> Departure:
    """`$document-resend`: an operator or the feeder sends off again what was refused or waits for another attempt.

    `NotFound` (`unknown-departure`), `Conflict` (`not-to-send`).
    """
    access.check_role()
    dispatch = access.unit.departures.of_departure(departure_id)
    found = dispatch.departure(departure_id) if dispatch is not None else None
    if dispatch is None or found is None or not _may_resend(access, dispatch):
        raise NotFound.because("unknown-departure", "Aucun envoi de cet identifiant.", "Relire la liste des envois.")
    after = found.again(access.now)
    access.unit.departures.save(dispatch.with_departures([after]), [after], access.now)
    access.trace("sent-again", dispatch.code)
    return after


def entries(
    access: Access, state: DepartureState | None, count: int, cursor: str | None
) -> tuple[Sequence[DepartureEntry], str | None]:
    """The operator's list of departures: no trait, no code."""
    access.check_role()
    return access.unit.departures.entries(state, count, cursor)


def activity(access: Access, finess: str | None, start: date | None, end: date | None) -> Sequence[Activity]:
    """The dashboard: everything for an operator, a structure's own numbers for who works in it (`Forbidden`, `site`).

    `Invalid` (`bad-period`) when it ends before it starts.
    """
    access.check_role()
    if start is not None and end is not None and end < start:
        raise Invalid.because("bad-period", "La période finit avant de commencer.", "Corriger les dates.", "to")
    if access.caller.role is not Role.OPERATOR:
        finess = finess or access.caller.finess
        if not finess or finess != access.caller.finess:
            raise Forbidden.because(
                "site", "Ces chiffres sont ceux d'une autre structure.", "Demander ceux de son propre FINESS."
            )
    return access.unit.departures.activity(finess, start, end)


def _may_resend(access: Access, dispatch: Dispatch) -> bool:
    return access.caller.role is Role.OPERATOR or access.caller.id == dispatch.feeder


def _code(text: str) -> EpuCode | None:
    try:
        return EpuCode(text)
    except Invalid:
        return None


def _own(access: Access, dispatch: Dispatch | None) -> Dispatch | None:
    return dispatch if dispatch is not None and dispatch.feeder == access.caller.id else None
