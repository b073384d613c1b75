"""What leaves with an order that was just signed, or that its software hands over: the outbox is filled, nothing more.

An order goes to the DMP unless the patient is opposed, and waits there for a qualified identity; to the patient's own
mailbox with a qualified identity; to the correspondents that have an address of the secure messaging. An opposition
concerns the DMP and the patient's mailbox, both of Mon espace santé: correspondents are written to all the same.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from kernel.calendar import after_months
from kernel.errors import Conflict, Forbidden, Invalid
from kernel.finess import well_formed
from kernel.ins import matricule_key
from prescription.documents.choices import Act, allows
from prescription.documents.departure import (
    LONGEST_DELAY_HOURS,
    Channel,
    Departure,
    DepartureState,
    new_departure,
)
from prescription.documents.dispatch import Dispatch
from prescription.documents.ports import Choices
from prescription.documents.secure_address import is_secure_address
from prescription.documents.visibility import SHOWN, Restriction, Visibility
from prescription.documents.withdraw import stop_waiting
from prescription.epu_code import EpuCode
from prescription.identity.status import Permissions, permissions
from prescription.people import Organization, Patient, PractitionerRole
from prescription.prescription import Prescription, UseCase
from prescription.record import RecordStatus
from prescription.usecases.access import Access

PATIENT_DOMAIN = "patient.mssante.fr"


@dataclass(frozen=True, slots=True)
class SendingSettings:
    """`delay_hours` is the delay before the DMP is fed, `delays` that of structures by FINESS; both 0 to 72 hours.

    `unqualified_patient_mail` is the exemption of the pre-admission. `validity_months` dates what is kept of an order
    that says no validity.
    """

    delay_hours: int = 0
    delays: Mapping[str, int] = field(default_factory=dict)
    unqualified_patient_mail: bool = False
    production: bool = False
    validity_months: int = 12

    def delay_of(self, finess: str) -> timedelta:
        """The delay of a structure."""
        return timedelta(hours=self.delays.get(finess, self.delay_hours))


def submit_signed(access: Access, order: Prescription, valid_until: date, settings: SendingSettings) -> None:
    """Submits a full order that was just signed (`$epu-create`), bearing its code: one row more in its transaction.

    An order that was already anonymous submits nothing: its software hands over the full one (`feed`).
    """
    if isinstance(order.patient, Patient) and order.use_case is UseCase.B1:
        patient, delay = order.patient, settings.delay_of(_finess(order))
        dispatch = _dispatch(access, order, patient, valid_until, settings, delay=delay)
        if not dispatch.departures:
            return
        outbox = access.unit.departures
        # Nearly every patient never answered: one statement then says so, and fills the outbox.
        submitted = patient.ins is not None and outbox.submit_unanswered(dispatch, patient.ins)
        if submitted or outbox.submit(_unless_opposed(access, dispatch, patient)):
            _stop_replaced(access, order)


def feed(
    access: Access,
    order: Prescription,
    settings: SendingSettings,
    *,
    visibility: Visibility = SHOWN,
    delay_hours: int | None = None,
    recipients: Sequence[str] = (),
) -> Dispatch:
    """`$document-feed`: the author hands over the full order with its code, checked by the rules of every order.

    An order handed over before is told as it stands, unless the patient was opposed then and is no more, or a mail came
    back: that leaves again. `Forbidden` (`role`, `author-not-caller`); `Conflict` (`code-used`, `order-cancelled`);
    `Invalid` (`anonymous-order`, `not-signed`, `no-code`, `not-b1`, `delay`, `recipient`), with its path.
    """
    access.check_role()
    patient, code = _admitted(order)
    if order.author.practitioner.rpps != access.caller.id:
        raise Forbidden.because(
            "author-not-caller",
            "L'auteur de l'ordonnance n'est pas l'appelant.",
            "Seul l'auteur transmet le document.",
            "author.rpps",
        )
    delay = settings.delay_of(_finess(order)) if delay_hours is None else _delay(delay_hours)
    addresses = [_address(recipient) for recipient in recipients]
    known = access.unit.departures.of_code(code)
    _check_in_base(access, code, known)
    if known is not None:
        return _again(access, known, order, patient, settings, delay)
    end = valid_until(order, settings.validity_months)
    dispatch = _dispatch(access, order, patient, end, settings, delay=delay, also=addresses, visibility=visibility)
    dispatch = _unless_opposed(access, dispatch, patient)
    access.unit.departures.submit(dispatch)
    _stop_replaced(access, order)
    access.trace("submitted", code)
    return dispatch


def _check_in_base(access: Access, code: EpuCode, known: Dispatch | None) -> None:
    """What this base knows of the code, when it does: whose it is, and whether the order still stands."""
    record = access.find(code)
    author = record.prescription.author.practitioner.rpps if record is not None else access.caller.id
    if author != access.caller.id or (known is not None and known.feeder != access.caller.id):
        raise Conflict.because(
            "code-used", "Ce code est déjà celui d'une autre ordonnance.", "Tirer un nouveau code.", "epu_code"
        )
    if known is None and record is not None and record.status_at(access.now) is RecordStatus.CANCELLED:
        raise Conflict.because(
            "order-cancelled", "L'ordonnance est annulée.", "Écrire une nouvelle ordonnance.", "epu_code"
        )


def _again(
    access: Access, known: Dispatch, order: Prescription, patient: Patient, settings: SendingSettings, delay: timedelta
) -> Dispatch:
    held = _held_back(known)
    if not held or opposed_to_feeding(access.unit.choices, patient):
        access.trace("repeated", known.code)
        return known
    may = permissions(patient, production=settings.production)
    begun = [_begun(access.now, each.channel, each.recipient, may, delay) for each in held]
    reopened = replace(known, order=order, identity=patient.status).with_departures(begun)
    access.unit.departures.save(reopened, begun, access.now)
    access.trace("submitted", known.code)
    return reopened


def _held_back(known: Dispatch) -> list[Departure]:
    """What was opposed, or came back after its content had gone, and has not left another time since."""
    stopped = [
        each
        for each in known.departures
        if each.state is DepartureState.OPPOSED
        or (each.state is DepartureState.REFUSED and known.order is None and not each.withdrawal)
    ]
    left = {(each.channel, each.recipient) for each in known.departures if each not in stopped}
    held = {(each.channel, each.recipient): each for each in stopped}
    return [each for place, each in held.items() if place not in left]


def _stop_replaced(access: Access, order: Prescription) -> None:
    """What has not left of the orders that this one replaces leaves no more; what has left is superseded."""
    for code in order.replaces:
        stop_waiting(access, code)


def patient_mail(patient: Patient, settings: SendingSettings) -> str | None:
    """The patient's mailbox, when this identity may be written to: by its matricule, if the key of that is right."""
    may = permissions(
        patient, production=settings.production, unqualified_patient_mail=settings.unqualified_patient_mail
    )
    if not may.patient_mail or patient.ins is None:
        return None
    matricule = patient.ins.matricule
    return f"{matricule}@{PATIENT_DOMAIN}" if matricule_key(matricule[:13]) == int(matricule[13:]) else None


def opposed_to_feeding(choices: Choices, patient: Patient) -> bool:
    """Whether the patient of this identity is opposed to feeding."""
    return patient.ins is not None and not allows(Act.FEED, choices.standing(patient.ins, Act.FEED))


def valid_until(order: Prescription, months: int) -> date:
    """The last day of an order's validity: what it says, or so many months after its signature."""
    if order.validity is not None and order.validity.end is not None:
        return order.validity.end
    if order.authored_on is None:
        raise ValueError("an order without signature has no validity")
    return after_months(order.authored_on.date(), months)


def _dispatch(
    access: Access,
    order: Prescription,
    patient: Patient,
    end: date,
    settings: SendingSettings,
    *,
    delay: timedelta,
    also: Sequence[str] = (),
    visibility: Visibility = SHOWN,
) -> Dispatch:
    """A new dispatch of an order that bears its code, whatever the patient chose."""
    may = permissions(patient, production=settings.production)
    if order.epu_code is None:
        raise ValueError("an order without code has no document to send")
    wanted = list(_wanted(order, patient, may, also, settings, visibility))
    return Dispatch(
        id=secrets.token_hex(16),
        code=order.epu_code,
        feeder=access.caller.id,
        finess=_finess(order),
        identity=patient.status,
        made=access.now,
        valid_until=end,
        order=order,
        departures=tuple(_begun(access.now, channel, recipient, may, delay) for channel, recipient in wanted),
        visibility=visibility,
    )


def _unless_opposed(access: Access, dispatch: Dispatch, patient: Patient) -> Dispatch:
    """The same, what goes to Mon espace santé held back when the patient is opposed; without content if nothing else
    needs it."""
    if not opposed_to_feeding(access.unit.choices, patient):
        return dispatch
    own = [each for each in dispatch.departures if each.channel is not Channel.PROFESSIONAL_MAIL]
    return dispatch.with_departures([each.opposed(access.now) for each in own])


def _wanted(
    order: Prescription,
    patient: Patient,
    may: Permissions,
    also: Iterable[str],
    settings: SendingSettings,
    visibility: Visibility,
) -> Iterator[tuple[Channel, str]]:
    """Where an order goes: an identity that may leave by no way nowhere, what the patient must not see yet not to the
    patient's own mailbox."""
    if not may.professional_mail:
        return
    yield Channel.DMP, ""
    mailbox = patient_mail(patient, settings)
    if mailbox and Restriction.INVISIBLE_PATIENT not in visibility:
        yield Channel.PATIENT_MAIL, mailbox
    for address in dict.fromkeys((*also, *correspondents(order))):
        yield Channel.PROFESSIONAL_MAIL, address


def correspondents(order: Prescription) -> Iterator[str]:
    """The addresses of the secure messaging of those the results are copied to, the treating doctor among them."""
    for each in order.result_copies:
        points = each.telecom if isinstance(each, Organization) else each.practitioner.telecom
        if not points and isinstance(each, PractitionerRole) and each.organization is not None:
            points = each.organization.telecom
        secure = (point.value.strip().lower() for point in points if point.system == "email")
        if address := next(filter(is_secure_address, secure), None):
            yield address


def _begun(now: datetime, channel: Channel, recipient: str, may: Permissions, delay: timedelta) -> Departure:
    identified = may.dmp or channel is not Channel.DMP
    wait = delay if channel is Channel.DMP else timedelta()
    return new_departure(secrets.token_hex(16), channel, now, delay=wait, recipient=recipient, identified=identified)


def _admitted(order: Prescription) -> tuple[Patient, EpuCode]:
    patient, code = order.patient, order.epu_code
    if not isinstance(patient, Patient):
        raise Invalid.because(
            "anonymous-order",
            "L'ordonnance est anonyme.",
            "Transmettre l'ordonnance complète.",
            "patient",
        )
    if not order.signed or order.authored_on is None or order.cancelled:
        raise Invalid.because(
            "not-signed",
            "L'ordonnance n'est pas signée, ou est annulée.",
            "La signer d'abord.",
            "signed",
        )
    if code is None:
        raise Invalid.because(
            "no-code",
            "L'ordonnance ne porte pas de code e-prescription.",
            "La transmettre d'abord à la base ($epu-create), puis y écrire le code reçu.",
            "epu_code",
        )
    if order.use_case is not UseCase.B1:
        raise Invalid.because(
            "not-b1",
            f"Une ordonnance {order.use_case} ne va ni au DMP ni dans une messagerie.",
            "L'envoyer au laboratoire de point à point.",
            "use_case",
        )
    return patient, code


def _delay(hours: int) -> timedelta:
    if not 0 <= hours <= LONGEST_DELAY_HOURS:
        raise Invalid.because(
            "delay", f"Un envoi se diffère de 0 à {LONGEST_DELAY_HOURS} heures.", "Corriger le délai.", "delay"
        )
    return timedelta(hours=hours)


def _address(text: str) -> str:
    address = text.strip().lower()
    if not is_secure_address(address):
        raise Invalid.because(
            "recipient",
            "Un destinataire n'a pas une adresse de messagerie sécurisée de santé (MSSanté).",
            "Donner une adresse en .mssante.fr.",
            "recipient",
        )
    return address


def _finess(order: Prescription) -> str:
    """The author's structure; empty when it has no number, or none that is one."""
    number = order.author.organization.finess if order.author.organization is not None else None
    return number if number is not None and well_formed(number) else ""
