"""Calling back what has not left, and taking the document of an order out of use in the DMP (cda-ep-bio.md §6, §8)."""

import secrets
from datetime import timedelta

from kernel.errors import Conflict, NotFound, Unavailable
from prescription.documents.departure import Channel, Departure, DepartureState, new_departure
from prescription.documents.dispatch import Dispatch
from prescription.documents.shared_document import DocumentStatus
from prescription.epu_code import EpuCode
from prescription.usecases.access import Access


def withdraw(access: Access, code: EpuCode) -> Dispatch:
    """`$document-withdraw`: its feeder calls a document back; what was sent to the DMP is deprecated there.

    `NotFound` (`unknown-document`); `Conflict` (`already-withdrawn`) when nothing is left to take back.
    """
    access.check_role()
    dispatch = own_dispatch(access, code)
    after = _called_back(access, dispatch)
    if after is None:
        raise Conflict.because(
            "already-withdrawn", "Ce document est déjà retiré, ou n'est parti nulle part.", "Relire son état."
        )
    return after


def call_back(access: Access, code: EpuCode) -> None:
    """What `$epu-cancel` does with the document of an order that was cancelled whole, in its transaction."""
    dispatch = access.unit.departures.of_code(code)
    if dispatch is not None and dispatch.feeder == access.caller.id:
        _called_back(access, dispatch)


def own_dispatch(access: Access, code: EpuCode) -> Dispatch:
    """The dispatch of a code, for who made it; unknown and another's are one answer, a miss (prescription.md §4)."""
    access.unit.misses.refuse_if_too_many(access.caller, access.now)
    dispatch = access.unit.departures.of_code(code)
    if dispatch is None or dispatch.feeder != access.caller.id:
        access.unit.misses.note(access.caller, access.now)
        access.trace("unknown-code", code)
        access.unit.commit()
        raise NotFound.because("unknown-document", "Aucun document de cet appelant pour ce code.", "Relire le code.")
    return dispatch


def stop_waiting(access: Access, code: EpuCode) -> None:
    """Calls back what has not left of an own order that another one replaces."""
    dispatch = access.unit.departures.of_code(code)
    if dispatch is not None and dispatch.feeder == access.caller.id:
        held = access.unit.documents.of_code(code)
        stopped = _stopped(access, dispatch, fed=held is not None)
        if stopped:
            access.unit.departures.save(dispatch.with_departures(stopped), stopped, access.now)


def _called_back(access: Access, dispatch: Dispatch) -> Dispatch | None:
    """The dispatch with nothing left to leave, its document out of use; None when nothing changed."""
    try:
        held = access.unit.documents.of_code(dispatch.code)
        in_use = held is not None and held.status is not DocumentStatus.DEPRECATED
        deprecated = in_use and access.unit.documents.deprecate(dispatch.code, access.now)
        stopped = _stopped(access, dispatch, fed=held is not None)
    except Unavailable:
        deprecated, stopped = False, [*_stopped(access, dispatch, fed=True), _withdrawal(access, timedelta())]
    if not stopped and not deprecated:
        return None
    after = dispatch.with_departures(stopped)
    access.unit.departures.save(after, stopped, access.now)
    access.trace("document-deprecated" if deprecated else "document-called-back", dispatch.code)
    return after


def _stopped(access: Access, dispatch: Dispatch, *, fed: bool) -> list[Departure]:
    """What waits, cancelled. A worker may be feeding it at this instant: it is taken back once that counts as dead."""
    stopped = [each.cancelled(access.now) for each in dispatch.departures if each.state.needs_content]
    for each in dispatch.departures:
        if each.channel is Channel.DMP and each.state is DepartureState.READY and each.attempts and not fed:
            stopped.append(_withdrawal(access, max(each.due - access.now, timedelta())))
    return stopped


def _withdrawal(access: Access, wait: timedelta) -> Departure:
    return new_departure(secrets.token_hex(16), Channel.DMP, access.now, delay=wait).as_withdrawal()
