"""The step of the worker `document-sender`: gives new dispatches their departures, and sends what is due.

Several processes may run it at once, and each may die at any point. A departure is taken before it is worked on, and
settled after; what was written meanwhile (the document, the mail) is kept first, so that another attempt sends the same
bytes. The DMP knows a document by its uniqueId, and so takes it once; a mail whose acceptance was not recorded is sent
again under the same Message-ID.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from kernel.clock import Clock
from kernel.errors import CircuitbioError, Unavailable
from prescription.documents.departure import LONGEST_WAIT, Channel, Departure, DepartureState
from prescription.documents.dispatch import Dispatch
from prescription.documents.metadata import metadata_of
from prescription.documents.ports import (
    DmpGateway,
    FedDocument,
    Mail,
    Mailer,
    WriteDocument,
    WriteMail,
    WrittenDocument,
)
from prescription.documents.submit import SendingSettings, opposed_to_feeding, patient_mail
from prescription.documents.visibility import Restriction, restrictions_of
from prescription.identity.status import permissions
from prescription.people import Patient
from prescription.ports import RecordBroken, UnitOfWorkFactory
from prescription.prescription import Prescription

NO_MAILER = "no-mailer"
_FAULT = "fault"
_ROUND = 20
_log = logging.getLogger(__name__)


def _nowhere(_place: str) -> None:
    """Where nobody watches."""


@dataclass(frozen=True, slots=True)
class DocumentSender:
    """Sends what waits in the outbox. Without a mailer the mails wait, and say so.

    `reached` is told each step of a departure: `taken`, `written`, `arrived`, `settled`.
    """

    units: UnitOfWorkFactory
    gateway: DmpGateway
    write_document: WriteDocument
    clock: Clock
    settings: SendingSettings
    mail_domain: str = "circuitbio.invalid"
    write_mail: WriteMail | None = None
    mailer: Mailer | None = None
    reached: Callable[[str], None] = _nowhere

    def run(self) -> int:
        """One round; how many departures came to something. For one thread, or a command."""
        with self.units(writing=False) as unit:
            fresh = unit.departures.has_new()
        if fresh:
            with self.units() as unit:
                unit.departures.split(self.clock.now(), _ROUND)
                unit.commit()
        with self.units(writing=False) as unit:
            due = unit.departures.due(self.clock.now(), _ROUND)
        return sum(self._tried(id_) for id_ in due)

    def _tried(self, id_: str) -> bool:
        try:
            return self._try(id_)
        except RecordBroken:
            _log.error("departure %s cannot be opened: its row was changed", id_)
            return False

    def _try(self, id_: str) -> bool:
        with self.units() as unit:
            held = unit.departures.take(id_, self.clock.now())
            unit.commit()
        if held is None:
            return False
        dispatch, taken = held
        self.reached("taken")
        after = self._attempt(dispatch, taken)
        self.reached("arrived")
        with self.units() as unit:
            settled = unit.departures.settle(taken, after, self.clock.now())
            unit.commit()
        self.reached("settled")
        if not settled and after.state is DepartureState.SENT and after.channel is Channel.DMP:
            # Called back while it was being fed. A worker killed here is followed by the withdrawal that was queued.
            self.gateway.deprecate(dispatch.code, self.clock.now())
        return settled and not after.state.is_waiting

    def _attempt(self, dispatch: Dispatch, taken: Departure) -> Departure:
        try:
            return self._leave(dispatch, taken)
        except Unavailable as error:
            return taken.failed(error.code, self.clock.now())
        except CircuitbioError as error:
            return taken.refused(error.code, self.clock.now())
        except Exception as error:  # one departure must not hold up the others
            _log.warning("a departure failed this time: %s", type(error).__name__)
            return taken.failed(_FAULT, self.clock.now())

    def _leave(self, dispatch: Dispatch, taken: Departure) -> Departure:
        now = self.clock.now()
        if taken.withdrawal:
            self.gateway.deprecate(dispatch.code, now)
            return taken.sent(now)
        order = dispatch.order
        if order is None or not isinstance(order.patient, Patient):
            return taken.refused("no-content", now)
        kept_back = self._kept_back(dispatch, order.patient, taken, now)
        if kept_back is not None:
            return kept_back
        if taken.channel is Channel.DMP:
            self._feed(dispatch, order, now)
        elif self.mailer is None or self.write_mail is None:
            return replace(taken, due=now + LONGEST_WAIT, error=NO_MAILER, first_tried=None, changed=now)
        else:
            self.mailer.send(self._mail(dispatch, order, taken, self.write_mail), taken.recipient)
        return taken.sent(self.clock.now())

    def _kept_back(self, dispatch: Dispatch, patient: Patient, taken: Departure, now: datetime) -> Departure | None:
        """What an identity, a choice or a visibility that changed makes of a departure; None when it may leave."""
        if taken.channel is Channel.PROFESSIONAL_MAIL:
            return None
        with self.units(writing=False) as unit:
            if opposed_to_feeding(unit.choices, patient):
                return taken.opposed(now)
        if taken.channel is Channel.PATIENT_MAIL and Restriction.INVISIBLE_PATIENT in dispatch.visibility:
            return taken.cancelled(now)
        if taken.channel is Channel.DMP:
            identified = permissions(patient, production=self.settings.production).dmp
        else:
            identified = patient_mail(patient, self.settings) == taken.recipient
        return None if identified else taken.without_identity(now)

    def _feed(self, dispatch: Dispatch, order: Prescription, now: datetime) -> None:
        written = self._written(dispatch, order)
        document = FedDocument(
            metadata=metadata_of(order, written.cda, restrictions_of(dispatch.visibility)),
            written=written,
            feeder=dispatch.feeder,
            valid_until=dispatch.valid_until,
            keep_until=dispatch.keep_until,
            visibility=dispatch.visibility,
        )
        if order.replaces:
            self.gateway.replace(document, now)
        else:
            self.gateway.feed(document, now)

    def _written(self, dispatch: Dispatch, order: Prescription) -> WrittenDocument:
        with self.units(writing=False) as unit:
            kept = unit.departures.written(dispatch)
        if kept is None:
            made = self.write_document(order)
            with self.units() as unit:
                kept = unit.departures.keep_written(dispatch, made)
                unit.commit()
        self.reached("written")
        return kept

    def _mail(self, dispatch: Dispatch, order: Prescription, taken: Departure, write: WriteMail) -> bytes:
        with self.units(writing=False) as unit:
            kept = unit.departures.message(taken)
        if kept is not None:
            return kept
        written = self._written(dispatch, order)
        mail = Mail(
            message_id=self.message_id(taken),
            channel=taken.channel,
            recipient=taken.recipient,
            metadata=metadata_of(order, written.cda, restrictions_of(dispatch.visibility)),
            document=written,
            at=self.clock.now(),
            hidden_from_patient=Restriction.INVISIBLE_PATIENT in dispatch.visibility,
            follows=self._before(order, taken),
            replaced=self._replaced(order),
        )
        made = write(mail)
        with self.units() as unit:
            kept = unit.departures.keep_message(taken, made)
            unit.commit()
        return kept

    def message_id(self, departure: Departure) -> str:
        """The Message-ID of a mail: of the departure's random id, so that it tells nothing and never changes."""
        return f"<{departure.id}@{self.mail_domain}>"

    def _replaced(self, order: Prescription) -> tuple[UUID, ...]:
        """EntryUUIDs of the documents that this order replaces, those of its author that the DMP knows."""
        found = (self.gateway.of_code(code) for code in order.replaces)
        author = order.author.practitioner.rpps or ""
        return tuple(each.metadata.entry_uuid for each in found if each is not None and each.feeder == author)

    def _before(self, order: Prescription, taken: Departure) -> tuple[str, ...]:
        """Message-IDs of the mails that this one replaces: those of the orders it replaces, to the same address."""
        with self.units(writing=False) as unit:
            before = [unit.departures.of_code(code) for code in order.replaces]
        return tuple(
            self.message_id(each)
            for dispatch in before
            if dispatch is not None and dispatch.feeder == (order.author.practitioner.rpps or "")
            for each in dispatch.departures
            if each.recipient == taken.recipient and each.state is DepartureState.SENT and each.recipient
        )
