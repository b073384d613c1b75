"""A document waited for its patient to be identified: the qualified identity comes, and it goes (seed 003 §3.4.2)."""

import secrets
from dataclasses import replace
from datetime import timedelta

from kernel.errors import Conflict, Invalid
from prescription.documents.departure import Channel, DepartureState, new_departure
from prescription.documents.dispatch import Dispatch
from prescription.documents.submit import SendingSettings, opposed_to_feeding, patient_mail
from prescription.documents.visibility import Restriction
from prescription.documents.withdraw import own_dispatch
from prescription.epu_code import EpuCode
from prescription.identity.status import permissions
from prescription.identity.traits import InsIdentity, compare, discordant
from prescription.people import IdentityStatus, Patient
from prescription.usecases.access import Access


def qualify(access: Access, code: EpuCode, patient: Patient, settings: SendingSettings) -> Dispatch:
    """`$document-identity`: gives the order of this code the identity of its patient, now qualified.

    The DMP is fed when the delay is over, and the patient's mailbox is written to. What was mailed before is not
    written again. `NotFound` (`unknown-document`); `Conflict` (`not-waiting`); `Invalid` (`not-qualified`,
    `identity-mismatch`: the strict traits are not those of the order).
    """
    access.check_role()
    dispatch = own_dispatch(access, code)
    waiting = [each for each in dispatch.departures if each.state is DepartureState.WAITING_IDENTITY]
    order = dispatch.order
    if not waiting or order is None or not isinstance(order.patient, Patient):
        raise Conflict.because("not-waiting", "Aucun envoi n'attend l'identité de ce patient.", "Relire son état.")
    if patient.status is not IdentityStatus.QUALIFIED or not permissions(patient, production=settings.production).dmp:
        raise Invalid.because(
            "not-qualified", "Cette identité n'est pas qualifiée.", "La qualifier d'abord (INSi et pièce).", "patient"
        )
    _refuse_another(order.patient, patient)
    changed = [each.qualified(access.now) for each in waiting]
    mailbox = patient_mail(patient, settings)
    shown = Restriction.INVISIBLE_PATIENT not in dispatch.visibility
    if mailbox and shown and not any(each.channel is Channel.PATIENT_MAIL for each in dispatch.departures):
        changed.append(
            new_departure(secrets.token_hex(16), Channel.PATIENT_MAIL, access.now, delay=timedelta(), recipient=mailbox)
        )
    if opposed_to_feeding(access.unit.choices, patient):
        changed = [each.opposed(access.now) for each in changed]
    qualified = replace(dispatch, order=replace(order, patient=_merged(order.patient, patient)))
    after = qualified.with_departures(changed)
    access.unit.departures.save(after, changed, access.now)
    access.trace("qualified", code)
    return after


def _refuse_another(before: Patient, now: Patient) -> None:
    if now.ins is None or now.birth_family_name is None or now.birth_date is None:
        raise Invalid.because(
            "not-qualified",
            "Un trait strict de l'identité qualifiée manque.",
            "Donner nom, date de naissance, INS.",
            "patient",
        )
    official = InsIdentity(
        now.ins, now.birth_family_name, now.birth_given_names, now.sex, now.birth_date, now.birth_place_code
    )
    compared = compare(before, official)
    another = before.ins is not None and before.ins != now.ins
    if another or discordant(compared):
        raise Invalid.because(
            "identity-mismatch",
            "Les traits de cette identité ne sont pas ceux du patient de l'ordonnance.",
            "Vérifier qu'il s'agit du même patient ; sinon, refaire l'ordonnance.",
            "patient",
        )


def _merged(before: Patient, now: Patient) -> Patient:
    """The qualified identity, with the contact data of the order where it brings none."""
    return replace(now, telecom=now.telecom or before.telecom, address=now.address or before.address)
